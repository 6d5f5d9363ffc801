"""How quickly people decide: the median time for which their last cards were before them.

Of a person's last 50 decisions within 14 days, once there are 20; until then what is usual. The
median, because a card that stays open over lunch says nothing. Read by pages alone.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from revenue.models import User
from review.models import Decision

LAST, ENOUGH = 50, 20  # decisions
DAYS = timedelta(days=14)
USUAL = 30.0  # seconds
MINUTE, HOUR = 60, 3600


@dataclass(frozen=True)
class Pace:
    """Seconds for a decision. `is_own`: measured, not what is usual."""

    seconds: float = USUAL
    is_own: bool = False

    def takes(self, number: int) -> str:
        """ "18 min" for so many decisions."""
        seconds = number * self.seconds
        if seconds < MINUTE:
            return "under 1 min" if number else ""
        size, unit = (MINUTE, "min") if seconds < 1.5 * HOUR else (HOUR, "h")
        return f"{round(seconds / size)} {unit}"


def of(people: Iterable[User], *, now: datetime) -> dict[int, Pace]:
    """Of each of these people; one query."""
    latest = [F("at").desc(), F("pk").desc()]
    rows = Decision.objects.filter(
        by__in=list(people), at__gt=now - DAYS, undone_at=None, verb__in=Decision.TERMINAL,
        dwell_ms__isnull=False,
    )  # fmt: skip
    rows = rows.annotate(place=Window(RowNumber(), partition_by=F("by"), order_by=latest))
    dwells: dict[int, list[int]] = defaultdict(list)
    found: Any = rows.filter(place__lte=LAST).values_list("by", "dwell_ms")
    for by, dwell in found:
        dwells[by].append(dwell)
    return {
        by: Pace(median(times) / 1000, is_own=True)
        for by, times in dwells.items() if len(times) >= ENOUGH
    }  # fmt: skip
