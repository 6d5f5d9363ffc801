"""A company with office hours, and the hours of a week in Chicago."""

from datetime import UTC, datetime, time

from revenue.models import Workspace


def opens(**more: object) -> None:
    """Nine to five, Monday to Friday, as a new installation has it."""
    values = {"opens_at": time(9), "closes_at": time(17), "sends_on_weekends": False,
              "sends_on_holidays": False}  # fmt: skip
    Workspace.objects.update(**values | more)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


WEDNESDAY = utc("2026-12-02 16:00")  # 10:00 in Chicago
NIGHT = utc("2026-12-03 09:00")  # 03:00
THURSDAY = utc("2026-12-03 15:00")  # 09:00
SATURDAY = utc("2026-12-05 16:00")
MONDAY = utc("2026-12-07 15:00")  # 09:00
