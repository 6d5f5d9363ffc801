"""What time it is, for every timer and every lease: the database's time.

SQLite lives in this process, so its clock is this machine's. On PostgreSQL the server is asked,
because several machines may disagree: every few seconds, and between two answers the time since
the last one is counted. All code calls `clock.now()`: tests move time here, and a simulated world
says what time it is in there.
"""

import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from revenue import outside

ASK_AGAIN = 5.0
# Counts on while a machine sleeps, which the other one does not, where there is one.
TICKING = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class _Server(threading.local):
    """What the server said last, and the ticking clock's seconds at that moment."""

    said: datetime | None = None
    ticks = 0.0


_server = _Server()


def now() -> datetime:
    world = outside.simulated()
    if world:
        return world.now()
    if connection.vendor != "postgresql":
        return timezone.now()
    since = time.clock_gettime(TICKING) - _server.ticks
    if _server.said is None or since >= ASK_AGAIN:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            _server.said, since = cursor.fetchone()[0], 0.0
        _server.ticks = time.clock_gettime(TICKING)
    return _server.said + timedelta(seconds=since)


def day_of(moment: datetime) -> datetime:
    """Where its day begins, in UTC: the day that limits are counted in."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def business_days_after(start: datetime, days: int) -> datetime:
    """The same time of day, `days` working days (Monday to Friday) later."""
    moment = start
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < 5
    return moment
