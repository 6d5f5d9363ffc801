"""The product's own settings, from the environment, with the hook of the kills among the apps."""

import gc

from revenue.settings import *  # noqa: F403
from revenue.settings import INSTALLED_APPS

INSTALLED_APPS += ["tests.kills.hook.Hook"]

gc.set_threshold(20_000, 20, 20)  # of a start, which a kill costs, a quarter less
