"""Which sort of company an account is. The first segment whose rule holds; the last holds for all.

A rule reads size, region and sector. Playbooks go by segment; autonomy does so only where a
manager split an output class.
"""

from collections.abc import Callable
from dataclasses import dataclass

from revenue.models import Account


@dataclass(frozen=True)
class Segment:
    name: str
    label: str
    holds: Callable[[Account], bool]


def _below(limit: int) -> Callable[[Account], bool]:
    def holds(account: Account) -> bool:
        return account.number_of_employees is not None and account.number_of_employees < limit

    return holds


# An account whose size nobody knows is treated as the largest: there a mistake is dearest.
ALL = (
    Segment("small", "Small (under 100 people)", _below(100)),
    Segment("mid", "Mid-size (100 to 999 people)", _below(1000)),
    Segment("enterprise", "Enterprise (1,000 people or more)", lambda account: True),
)


def of(account: Account) -> Segment:
    return next(segment for segment in ALL if segment.holds(account))


def label(name: str) -> str:
    return next((segment.label for segment in ALL if segment.name == name), name)
