"""What a rep does on an account themselves, apart from writing: calls and notes, meetings, deals,
people. Each verb names its actor, asks whether the account is theirs at this very moment, writes
its facts through `revenue` and wakes the agents: they stand still for a day after a call, and see
a meeting that ended or a deal that moved as a signal. Writing a mail is `review.decisions.write`.
A manager says which accounts are strategic.
"""

from review.selling.accounts import flag_strategic
from review.selling.deals import LOST_FOR, close_deal, move_deal, open_deal
from review.selling.meetings import book, call_off, end, move, seen_as
from review.selling.people import add_person, correct_person
from review.selling.touches import KINDS, log

__all__ = [
    "KINDS",
    "LOST_FOR",
    "add_person",
    "book",
    "call_off",
    "close_deal",
    "correct_person",
    "end",
    "flag_strategic",
    "log",
    "move",
    "move_deal",
    "open_deal",
    "seen_as",
]
