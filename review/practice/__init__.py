"""Practice drafts: a mail that was approved, written for another account, with one fact swapped.

Nobody acts as carefully as who has just been wrong. A practice draft lies on the desk like any
other, cannot leave (a trigger refuses its outbox row), holds no voice and speaks for no agent;
whatever is decided about it, its reviewer is told at once what was wrong. `planting` makes them,
`answering` takes the verdict, `pretending` tells what led to one, `sweep` is the tick's. Also here:
the copy that a blind second look is given (`shadows`).
"""

from revenue import transactions
from review.practice import planting, shadows
from review.practice.answering import answered, feedback
from review.practice.pretending import Led, led_to
from review.practice.withdrawing import withdraw, withdraw_due

__all__ = ["Led", "answered", "feedback", "led_to", "sweep", "withdraw"]


def sweep() -> int:
    """Withdraw what is over, show what is due for a second look, plant what is due. How many."""
    return transactions.every(withdraw_due, shadows.show_due, planting.plant_due)
