"""Moments as a page says them: short, in the reader's zone, by the clock of everything else."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.dateformat import format as written

from revenue import clock

register = template.Library()


@register.filter(expects_localtime=True)
def when(at: datetime | None) -> str:
    """“today, 14:05”, “3 Dec, 14:05”; in another year without the time, “3 Dec 2025”."""
    if at is None or at.year != _today().year:
        return when_day(at)
    return f"{when_day(at)}, {written(at, 'H:i')}"


@register.filter(expects_localtime=True)
def when_day(at: date | None) -> str:
    """“today”, “3 Dec”, “3 Dec 2025”."""
    if at is None:
        return ""
    today = _today()
    if (at.year, at.month, at.day) == (today.year, today.month, today.day):
        return "today"
    return written(at, "j M" if at.year == today.year else "j M Y")


def _today() -> date:
    return timezone.localtime(clock.now()).date()
