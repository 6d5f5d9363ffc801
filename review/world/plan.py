"""What a world is made of: its seed, its length, and how often its people and its model err.

Every draw is made from the seed and a name of what it is for, so that the order in which things
happen changes none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
# Of a hundred drafts of a class, how many the model gets wrong.
ERRORS = {"outreach.first_email": 0.05, "outreach.follow_up": 0.02, "outreach.reply": 0.08}


@dataclass(frozen=True)
class Habits:
    """How a reviewer works: `care` is the share of wrong facts that they see, `pace` the words
    that they read in a minute; the others are shares of the drafts that are right."""

    care: float = 0.9
    pace: int = 230
    edits: float = 0.06
    rejects: float = 0.02
    rewrites: float = 0.02
    snoozes: float = 0.02
    undoes: float = 0.01


@dataclass(frozen=True)
class Plan:
    """`start` is the first moment, in UTC; `accounts` are planted."""

    seed: int = 1
    days: int = 30
    accounts: int = 200
    start: datetime = MONDAY
    grain: timedelta = timedelta(hours=2)  # what is due within it is done at once
    errors: Mapping[str, float] = field(default_factory=lambda: ERRORS)
    reviewers: tuple[Habits, ...] = (Habits(), Habits(care=0.8, pace=300), Habits(care=0.97))

    def draw(self, *what: object) -> Random:
        """The chances of one thing."""
        return Random("/".join(map(str, (self.seed, *what))))  # noqa: S311
