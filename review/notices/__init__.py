"""What a person is told outside the desk: a digest by mail, and a signed webhook.

`choices` is how each wants it, `making` writes a row when one is due, `mailing` and `hooks` send
it, and `contents` looks what waits at that very moment: what was decided meanwhile is not told.
Nothing is told when nothing waits, and of a buyer no more than the account and the subject.
"""

from revenue import transactions
from review.notices import hooks, mailing, making


def work(*, compare: bool = True) -> int:
    """One round. How many rows it moved."""
    urgent = [making.look_for_urgent] if compare else []
    return transactions.every(making.make_due, *urgent, mailing.send_due, hooks.deliver_due)
