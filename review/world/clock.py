"""The time of a simulated world: it stands until somebody moves it, and only goes forward."""

from datetime import datetime, timedelta


class Clock:
    def __init__(self, start: datetime) -> None:
        self.now = start

    def go(self, moment: datetime) -> None:
        self.now = max(self.now, moment)


def rounded_up(moment: datetime, grain: timedelta) -> datetime:
    """The next whole hour, or whatever the grain is."""
    over = timedelta(seconds=moment.timestamp() % grain.total_seconds())
    return moment + (grain - over) if over else moment
