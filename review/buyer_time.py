"""What time it is where a person sits, and the times that a card may be put off to."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from revenue.calendars import NEAR, Calendar

MOST = timedelta(days=7)
NAMES = ("afternoon", "tomorrow", "three_days", "next_week")


@dataclass(frozen=True)
class Preset:
    """One choice of the snooze: `until` is a moment, `words` say it in the reader's time."""

    name: str
    key: str
    label: str
    until: datetime
    words: str


def hours(moment: datetime, calendar: Calendar) -> str:
    """Whether the person is at work now, and else when they will be: as mail leaves."""
    if calendar.is_open(moment):
        return f"Working hours until {calendar.hours.closes:%H:%M}"
    zone = calendar.place.zone
    today, opens = moment.astimezone(zone).date(), calendar.opening(moment).astimezone(zone)
    if opens.date() == today:
        return f"Working hours from {opens:%H:%M}"
    day = f"{opens:%A}" if opens - moment < NEAR else f"{opens:%-d %B}"
    day = "tomorrow" if opens.date() == today + timedelta(days=1) else day
    return f"Closed there until {day} {opens:%H:%M}"


def presets(now: datetime, zone: ZoneInfo) -> list[Preset]:
    """This afternoon (or in two hours), tomorrow morning, in three days, next week."""
    local = now.astimezone(zone)
    early = local.time() < time(13)
    first = _at(local, days=0, hour=14) if early else local + timedelta(hours=2)
    wanted = [
        ("This afternoon" if early else "In two hours", first),
        ("Tomorrow morning", _at(local, days=1, hour=9)),
        ("In three days", _at(local, days=3, hour=9)),
        _next_week(local),
    ]
    return [
        Preset(name, str(number), label, until, f"{until:%a %H:%M}")
        for number, (name, (label, until)) in enumerate(zip(NAMES, wanted, strict=True), start=1)
    ]


def _next_week(local: datetime) -> tuple[str, datetime]:
    """Monday morning; early on a Monday that is more than seven days away: this Friday then."""
    monday = _at(local, days=7 - local.weekday(), hour=9)
    if monday <= local + MOST:
        return "Next week", monday
    return "Friday morning", _at(local, days=4, hour=9)


def until(name: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a preset; KeyError for a name that is none."""
    return {preset.name: preset.until for preset in presets(now, zone)}[name]


def _at(local: datetime, *, days: int, hour: int) -> datetime:
    return (local + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
