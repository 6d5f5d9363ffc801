"""What a person's day holds, as plain values: what waits, is due and is met, what is held, what the
agents did. Reads only; the Today page calls `build`.

The number of queries does not depend on how much there is, and every count stops at its cap.
"""

from dataclasses import dataclass

from revenue import workspace
from revenue.models import User
from review.today import deciding, doings, due, held, team, visits
from review.today.day import Day
from review.today.day import of as day_of
from review.today.deciding import Deciding
from review.today.doings import Line
from review.today.due import Due
from review.today.held import Held
from review.today.team import Member
from review.today.visits import Visit


@dataclass(frozen=True)
class Today:
    day: Day
    deciding: Deciding
    visits: list[Visit]
    due: Due
    held: list[Held]
    doings: list[Line]
    team: list[Member]
    rests: bool  # it is the weekend, and no mail leaves

    @property
    def is_new(self) -> bool:
        """Somebody who owns nothing yet, and to whom nothing was given."""
        idle = not (self.deciding.waiting.number or self.due.rows or self.team)
        return idle and not self.deciding.has_accounts


def build(user: User) -> Today:
    day = day_of(user)
    return Today(
        day=day,
        deciding=deciding.of(user, day),
        visits=visits.of(user, day),
        due=due.of(user, day),
        held=held.of(user, day),
        doings=doings.of(user, day),
        team=team.of(user, day),
        rests=day.is_weekend and not workspace.load().sends_on_weekends,
    )
