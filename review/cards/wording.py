"""Dates, sums and short forms as the desk says them."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.utils import timezone

from review import queue


def day(moment: date | datetime | None) -> str:
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    return f"{moment:%-d %b %Y}" if moment else ""


def money(amount: Decimal | None) -> str:
    return "" if amount is None else f"${amount:,.0f}"


def when(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A clock time today, else a date; with the year when it is another one."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    if local.date() == today.date() + timedelta(days=1):
        return f"tomorrow {local:%H:%M}"
    return f"{local:%-d %b}" if local.year == today.year else f"{local:%-d %b %Y}"


def due(moment: datetime, now: datetime) -> str:
    """How long something has: "in 20 min", "today", "tomorrow", "3 d"."""
    left = moment - now
    if left <= timedelta():
        return "over"
    if left < timedelta(hours=1):
        return f"in {left.seconds // 60 + 1} min"
    days = (timezone.localtime(moment).date() - timezone.localtime(now).date()).days
    return {0: "today", 1: "tomorrow"}.get(days, f"{days} d")


def time_left(moment: datetime, now: datetime) -> tuple[str, str]:
    """Tone and words for how long until then: "20 min left", "5 h left", "3 d left", "1 h over"."""
    left = moment - now
    word = "left" if left > timedelta() else "over"
    tone = "danger" if word == "over" else "warn" if left < queue.NEAR else ""
    minutes = max(abs(left) // timedelta(minutes=1), 1)
    if minutes < 60:
        return tone, f"{minutes} min {word}"
    days = minutes // (24 * 60)
    return tone, f"{minutes // 60} h {word}" if days < 2 else f"{days} d {word}"


def shortened(text: str, most: int) -> str:
    """At most `most` characters, cut between words."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]}…"


def listed(values: object, most: int = 3) -> str:
    """A list of the agent's lines as one sentence; "" for nothing."""
    lines = [str(value) for value in values] if isinstance(values, list) else [str(values or "")]
    lines = [line for line in lines if line.strip()]
    return "; ".join(lines[:most])


def fields(values: dict[str, object]) -> str:
    """What an output says in fields of its own, a line each."""
    named = ((name.replace("_", " ").capitalize(), value) for name, value in values.items())
    return "\n".join(f"{name}: {value}" for name, value in named if value not in (None, "", []))
