"""Who is away, and from when on they may be written to again.

An out-of-office answer names a day or does not. It counts until the person writes again, whatever
it named. Asked by the routing (which then waits) and by guard 10 (which then holds), so that both
say the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef

from revenue.calendars import Calendar
from revenue.models import Activity

UNKNOWN = timedelta(days=14)
OLDEST = timedelta(days=400)  # what somebody said so long ago is over
OUT_OF_OFFICE = "out_of_office"


@dataclass(frozen=True)
class Absence:
    """`back` is the day that they named, if any."""

    said_at: datetime
    back: date | None

    def over(self, calendar: Calendar) -> datetime:
        """When work begins there on the business day after the day of return; without one, 14
        days after it was said."""
        if self.back is None:
            return calendar.opening(self.said_at + UNKNOWN)
        return calendar.start_of(calendar.business_day_after(self.back))


def of(contact_ids: Iterable[int], *, now: datetime) -> dict[int, Absence]:
    """The last word of each contact who said to be away and has not written since; one query."""
    spoke = Activity.objects.filter(
        contact=OuterRef("contact"), occurred_at__gt=OuterRef("occurred_at"),
        direction=Activity.Direction.INBOUND, is_auto=False,
    )  # fmt: skip
    rows = Activity.objects.filter(
        ~Exists(spoke), contact__in=list(contact_ids), reply_class=OUT_OF_OFFICE,
        direction=Activity.Direction.INBOUND, occurred_at__gt=now - OLDEST,
    )  # fmt: skip
    last = {row.contact_id: row for row in rows.defer("body").order_by("occurred_at", "pk")}
    return {pk: Absence(row.occurred_at, row.return_date) for pk, row in last.items() if pk}
