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
    """This afternoon (or in two hours) and three working mornings, where the buyer sits. No two
    are the same, and only the first can be on a weekend."""
    local = now.astimezone(zone)
    early = local.time() < time(13)
    first = _at(local, days=0, hour=14) if early else local + timedelta(hours=2)
    wanted = [("This afternoon" if early else "In two hours", first), *_mornings(local)]
    return [
        Preset(name, str(number), label, until, f"{until:%a %H:%M}")
        for number, (name, (label, until)) in enumerate(zip(NAMES, wanted, strict=True), start=1)
    ]


def _mornings(local: datetime) -> list[tuple[str, datetime]]:
    """Of the working mornings of the next seven days: the first, the first of those that are three
    days away, and Monday's, else the last."""
    days = [_at(local, days=number, hour=9) for number in range(1, 8)]
    working = [day for day in days if day.weekday() < 5 and day <= local + MOST]
    soon = working[0]
    later = next(day for day in working[1:] if day >= days[2])
    rest = [day for day in working if day not in (soon, later)]
    last = next((day for day in rest if day.weekday() == 0), rest[-1])
    return [
        ("Tomorrow morning" if soon == days[0] else f"{soon:%A} morning", soon),
        ("In three days" if later == days[2] else f"{later:%A} morning", later),
        ("Next week" if last.weekday() == 0 else f"{last:%A} morning", last),
    ]


def until(name: str, now: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a preset; KeyError for a name that is none."""
    return {preset.name: preset.until for preset in presets(now, zone)}[name]


def _at(local: datetime, *, days: int, hour: int) -> datetime:
    return (local + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
