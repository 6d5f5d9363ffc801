"""A moment inside a sentence, as the person who reads the sentence says it.

The views make the reader's zone the current one; UTC is what remains where none is known, and is
then said.
"""

from datetime import datetime

from django.utils import timezone

from revenue import clock


def at(moment: datetime) -> str:
    """ "at 14:02" for today, else "on 24 Nov at 14:02"; "at 14:02 UTC" without a known zone."""
    local, today = timezone.localtime(moment), timezone.localtime(clock.now())
    day = "" if local.date() == today.date() else f"on {local:%-d %b} "
    zone = " UTC" if local.tzname() == "UTC" else ""
    return f"{day}at {local:%H:%M}{zone}"


def on(moment: datetime) -> str:
    """A moment to come: "3 Dec, 09:00", with the year when it is another one."""
    local, today = timezone.localtime(moment), timezone.localtime(clock.now())
    year = "" if local.year == today.year else f" {local:%Y}"
    return f"{local:%-d %b}{year}, {local:%H:%M}"
