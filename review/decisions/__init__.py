"""The verbs of the desk. Each names its actor and is a compare-and-set on revision and context.

Whoever loses a race gets a `Conflict` that says who was first and when. A verb takes the
account's lock first, then moves item, voice and outbox in one transaction, so that no two people
decide the same thing and nothing leaves that nobody approved.
"""

from review.decisions.accounts import hand_back, take_over
from review.decisions.bulk import approve_many, undo_many
from review.decisions.checks import text_of, undo_time, who_was_first
from review.decisions.errors import Conflict, DecisionError, NotYours
from review.decisions.later import SNOOZE_MOST, reassign, request_rewrite, snooze
from review.decisions.preferences import (
    AT_ONCE,
    request_rewrites,
    save_preference,
    similar,
    similar_to,
)
from review.decisions.sharing import Handed, Shared, give_back, movable, returnable, share
from review.decisions.undoing import undo
from review.decisions.verdicts import REASONS, approve, approve_edited, reject, resolve
from review.decisions.writing import Letter, Preview, answerable, preview, write

__all__ = [
    "AT_ONCE",
    "REASONS",
    "SNOOZE_MOST",
    "Conflict",
    "DecisionError",
    "Handed",
    "Letter",
    "NotYours",
    "Preview",
    "Shared",
    "answerable",
    "approve",
    "approve_edited",
    "approve_many",
    "give_back",
    "hand_back",
    "movable",
    "preview",
    "reassign",
    "reject",
    "request_rewrite",
    "request_rewrites",
    "resolve",
    "returnable",
    "save_preference",
    "share",
    "similar",
    "similar_to",
    "snooze",
    "take_over",
    "text_of",
    "undo",
    "undo_many",
    "undo_time",
    "who_was_first",
    "write",
]
