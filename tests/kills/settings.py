"""The product's own settings, from the environment, with the hook of the kills among the apps."""

from revenue.settings import *  # noqa: F403
from revenue.settings import INSTALLED_APPS

INSTALLED_APPS += ["tests.kills.hook.Hook"]
