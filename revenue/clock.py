"""What time it is, for every timer and every lease: the database's time.

SQLite lives in this process, so its clock is this machine's; on PostgreSQL the server is asked,
because several machines may disagree. All code calls `clock.now()`: tests move time here.
"""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone


def now() -> datetime:
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def business_days_after(start: datetime, days: int) -> datetime:
    """The same time of day, `days` working days (Monday to Friday) later."""
    moment = start
    while days:
        moment += timedelta(days=1)
        days -= moment.weekday() < 5
    return moment
