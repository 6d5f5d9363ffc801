"""Chance, a run at a time: what comes before the next thing that happens with a given chance."""

import math
from random import Random


def before(random: Random, chance: float) -> int:
    """How many come before the next one that it happens to; `chance` is above 0 and below 1."""
    return int(math.log(1.0 - random.random()) / math.log1p(-chance))
