"""The demo: an invented company with its book, planted when there is nothing, removed by one click.

`seed` for the command, `logins` for the greeting, `inventory` and `remove` for the set-up page.
"""

from review.demo.planting import Refused, seed
from review.demo.removal import DemoError, Inventory, OwnLogin, inventory, remove
from review.demo.sign_ins import logins

__all__ = [
    "DemoError", "Inventory", "OwnLogin", "Refused", "inventory", "logins", "remove", "seed",
]  # fmt: skip
