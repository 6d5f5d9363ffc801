"""Which output classes may leave without a person, and what is known about how they do.

A lane is an output class, or a segment of one. Its reviews are scored (`scoring`), gathered into
units of evidence (`units`) under one version of its agent (`epochs`), and judged by rules that stay
valid however often anyone looks (`machine`, over `review.evidence`). A manager steers it
(`steering`) by what it has shown (`standing`, `backtest`); the gate asks its state (`gate`).
"""

from revenue import transactions
from review.autonomy import audits, doubles, missed, units
from review.autonomy.backtest import Backtest
from review.autonomy.backtest import run as backtest
from review.autonomy.doubles import expire as expire_doubles
from review.autonomy.epochs import affected, collected, reweighed
from review.autonomy.forgetting import forget
from review.autonomy.gate import Ruling, chance, decider, lost, ordinary, revoked, verdict
from review.autonomy.lanes import ceiling, class_label, every, find, label, percent, watched
from review.autonomy.lanes import of as lane_of
from review.autonomy.replaying import difference
from review.autonomy.risk import risk
from review.autonomy.scoring import kind_of, points, score, score_second, undecided
from review.autonomy.standing import Standing, has_one_reviewer, is_waived
from review.autonomy.standing import of as standing
from review.autonomy.steering import (
    Refused,
    asks_too_much,
    checked_target,
    checked_tolerated,
    demote,
    harmed,
    join,
    may_harm,
    most_tolerated,
    objections_to,
    pause,
    promote,
    restarted,
    resume,
    settings,
    settle,
    split,
    taken_out,
    tried,
    waive,
)

__all__ = [
    "Backtest",
    "Refused",
    "Ruling",
    "Standing",
    "affected",
    "asks_too_much",
    "backtest",
    "ceiling",
    "chance",
    "checked_target",
    "checked_tolerated",
    "class_label",
    "collected",
    "decider",
    "demote",
    "difference",
    "doubles",
    "every",
    "expire_doubles",
    "find",
    "forget",
    "harmed",
    "has_one_reviewer",
    "is_waived",
    "join",
    "kind_of",
    "label",
    "lane_of",
    "lost",
    "may_harm",
    "missed",
    "most_tolerated",
    "objections_to",
    "ordinary",
    "pause",
    "percent",
    "points",
    "promote",
    "restarted",
    "resume",
    "revoked",
    "reweighed",
    "risk",
    "score",
    "score_second",
    "settings",
    "settle",
    "split",
    "standing",
    "sweep",
    "taken_out",
    "tried",
    "undecided",
    "verdict",
    "waive",
    "watched",
]


def sweep() -> int:
    """What time ended: days whose evidence is complete, audits that nobody looked at."""
    return transactions.every(units.close_due, audits.tighten_overdue)
