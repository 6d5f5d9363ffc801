"""The demo: an invented company with its book, planted when there is nothing, removed by one click.

`seed` for the command, `logins` for the greeting, `inventory` and `remove` for the set-up page;
`simulate` lets the same company live through a world.
"""

from review.demo.planting import PAST_DAYS, Refused, found, seed, simulate
from review.demo.removal import DemoError, Inventory, OwnLogin, inventory, remove
from review.demo.sign_ins import logins

__all__ = [
    "PAST_DAYS", "DemoError", "Inventory", "OwnLogin", "Refused", "found", "inventory", "logins",
    "remove", "seed", "simulate",
]  # fmt: skip
