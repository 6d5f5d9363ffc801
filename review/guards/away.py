"""Guard 10: nobody is written to while they are out of office.

Until the business day after the day that they named, 14 days without one, or until they write
again (`revenue.absences`).
"""

from review import leaving
from review.guards.base import Finding, Sight


def look(sight: Sight) -> Finding | None:
    hold = leaving.away(sight.draft, sight.timing)
    if hold is None:
        return None
    return Finding("away", hold.why, hold.lifts, blocks=False, holds_until=hold.until)
