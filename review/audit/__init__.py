"""The invariants that the rows and the log can be asked for, over everything that there is.

Read only, and with memory that does not grow: for the end of a simulation, after kills and races,
for `manage.py check_invariants`, and for a look every night (`nightly`). What each law means, says
its own docstring; what it says to whoever runs the product, its `words`.
"""

from collections.abc import Iterator
from datetime import datetime

from review.audit import counting, earning, laws, limits, reading, sending
from review.audit.slices import Law

__all__ = ["LAWS", "broken"]

LAWS: tuple[Law, ...] = (
    *laws.LASTING, *sending.LAWS, *limits.LAWS, *reading.LAWS, *earning.LAWS, *counting.LAWS,
)  # fmt: skip


def broken(*, limits_since: datetime | None = None) -> Iterator[str]:
    """Everything that does not hold, in words, as it is found. Of what left since `limits_since`
    the hours are asked, too, where the records were already what they are."""
    for law in LAWS:
        yield from law()
    if limits_since:
        yield from limits.within_hours_since(limits_since)
