"""The day of whoever reads: where it begins and ends on their clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from revenue import clock
from revenue.calendars import zone_of
from revenue.models import User

FRIDAY = 4


@dataclass(frozen=True)
class Day:
    now: datetime
    zone: ZoneInfo

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def begins(self) -> datetime:
        return self._midnight(self.today)

    @property
    def ends(self) -> datetime:
        return self._midnight(self.today + timedelta(days=1))

    @property
    def is_weekend(self) -> bool:
        return self.today.weekday() > FRIDAY

    @property
    def last(self) -> date:
        """The working day before: what "since yesterday" means on a Monday is Friday."""
        before = self.today - timedelta(days=1)
        return before - timedelta(days=max(0, before.weekday() - FRIDAY))

    @property
    def since(self) -> datetime:
        return self._midnight(self.last)

    @property
    def next(self) -> date:
        """The working day after."""
        return working_day_after(self.today)

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)


def working_day_after(day: date) -> date:
    after = day + timedelta(days=1)
    return monday_after(after) if after.weekday() > FRIDAY else after


def monday_after(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def of(user: User) -> Day:
    return Day(clock.now(), zone_of(user.time_zone))
