"""A simulated world around the real product: buyers, reviewers, a model that errs, a mail wire.

Everything that happens goes through the verbs that the web and the worker call; only the clock,
the model's line, the mail's line and the people are played. The same seed gives the same history.
`run.live` is the way in; it refuses a database that holds anything which is not simulated.
"""

from review.world.book import NoRoom
from review.world.history import digest
from review.world.plan import ERRORS, Habits, Plan
from review.world.run import World, begun, live, told
from review.world.telling import Told

__all__ = ["ERRORS", "Habits", "NoRoom", "Plan", "Told", "World", "begun", "digest",
           "live", "told"]  # fmt: skip
