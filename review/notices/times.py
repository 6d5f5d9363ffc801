"""When a schedule is due: working days, Monday to Friday, by the clock where the person is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from review.models import NoticeChoice

EVENING = 18


def slots(choice: NoticeChoice, day: date, zone: ZoneInfo) -> list[datetime]:
    """The times of one day, in UTC: the morning's, then those in between, until the evening."""
    if day.weekday() > 4:
        return []
    between = choice.schedule == NoticeChoice.Schedule.URGENT
    hours = range(choice.hour, EVENING, choice.every) if between else (choice.hour,)
    return [datetime.combine(day, time(hour), zone).astimezone(UTC) for hour in hours]


def following(choice: NoticeChoice, after: datetime, zone: ZoneInfo) -> datetime:
    """The first time that is later than `after`."""
    first = after.astimezone(zone).date()
    days = (first + timedelta(days=number) for number in range(5))
    return next(slot for day in days for slot in slots(choice, day, zone) if slot > after)


def passed(choice: NoticeChoice, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """The times of today that have come. What another day missed is not made good."""
    today = now.astimezone(zone).date()
    return [slot for slot in slots(choice, today, zone) if slot <= now]
