"""What reviews prove about a class of drafts, and how fast a slip is noticed. Pure numbers.

A score is what became of one reviewed draft, from 0 (rejected) to 1 (sent as it was); a target, a
rate and a share are between 0 and 1. Evidence is a bet against "the drafts score no better than the
target": its wealth W is a test supermartingale while that holds, so it ever reaches 20 with a
chance of 1 in 20 at most, however often anyone looks (Ville 1939; Waudby-Smith & Ramdas 2024,
"Estimating means of bounded random variables by betting"). It depends on counts alone.
"""

import hashlib
import hmac
import math
from collections.abc import Iterable, Sequence

STAKES = (0.2, 0.4, 0.6, 0.8)
ODDS = 20.0
SLACK = 1e-12
LIMIT = 20.0  # the alarm meter's
Counts = Iterable[tuple[float, int]]  # (score, how many)


def log_evidence(counts: Counts, target: float, start: float = 1.0) -> float:
    """The natural logarithm of W: how strongly the scores speak for more than `target`."""
    _share("target", target, above=0.0)
    _amount("start", start, above=0.0)
    found = _checked(counts)
    return math.log(start / len(STAKES)) + _log_sum(
        [math.fsum(n * math.log1p(stake * (x / target - 1)) for x, n in found) for stake in STAKES]
    )


def _log_sum(logs: Sequence[float]) -> float:
    top = max(logs)
    return top + math.log(math.fsum(math.exp(one - top) for one in logs))


def reaches(log_w: float, odds: float = ODDS) -> bool:
    _amount("odds", odds, above=0.0)
    return log_w >= math.log(odds) - SLACK


def proven_score(counts: Counts, odds: float = ODDS) -> float:
    """The highest target that the scores beat at these odds: a lower confidence sequence, so it
    holds for whatever target is chosen after looking. 0 when nothing is proven."""
    found = _checked(counts)
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2) < high and high > SLACK:
        if reaches(log_evidence(found, middle), odds):
            low = middle
        else:
            high = middle
    return low


def upper_bound(counts: Counts, odds: float = ODDS) -> float:
    """The same from above: the lowest score that is not yet ruled out."""
    return 1.0 - proven_score([(1.0 - x, n) for x, n in counts], odds)


def missed_upper_bound(missed: int, planted: int) -> float:
    """At most this share of planted errors is let through, at odds of 20 to 1."""
    if not 0 <= missed <= planted:
        raise ValueError(f"missed is {missed}; it has to be between 0 and the {planted} planted.")
    return upper_bound([(1.0, missed), (0.0, planted - missed)])


def adjusted_target(target: float, missed: float) -> float:
    """The target that reviewed drafts have to beat when this share of errors goes unseen."""
    _share("target", target, above=0.0)
    _share("missed", missed)
    return 1 - (1 - target) * (1 - missed)


def alarm_step(meter: float, score: float, target: float) -> float:
    """The meter after one more verdict; at `LIMIT` the class has slipped (a CUSUM of bets)."""
    _amount("meter", meter)
    _share("score", score)
    _share("target", target, above=0.0, below=1.0)
    return max(meter, 1.0) * (0.9 + 0.1 * (1 - score) / (1 - target))


def audit_draw(secret: str, draft_id: object) -> float:
    """A number from 0 to 1 that nobody without the secret foresees, always the same for a draft."""
    digest = hmac.new(secret.encode(), str(draft_id).encode(), hashlib.sha256).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def audit_due(secret: str, draft_id: object, fraction: float) -> bool:
    _share("fraction", fraction, above=0.0)
    return audit_draw(secret, draft_id) < fraction


def audit_fraction(tolerated: float) -> float:
    """How many to audit so that this many bad drafts leave, on average, before one is caught."""
    _amount("tolerated", tolerated)
    return 1 / (1 + tolerated)


def eta_reviews(rate: float, target: float) -> float:
    """About how many reviews prove `target` when drafts pass at `rate`; infinite when never."""
    _share("rate", rate)
    _share("target", target, above=0.0)
    gains = (
        math.fsum((rate * math.log1p(c * (1 / target - 1)), (1 - rate) * math.log1p(-c)))
        for c in STAKES
    )
    best = max(gains)
    return math.log(ODDS) / best if best > SLACK else math.inf


def breakeven_target(review_cost: float, error_cost: float, missed: float = 0.0) -> float:
    """The share of good drafts from which reviewing each costs more than the errors it catches."""
    _amount("review_cost", review_cost)
    _amount("error_cost", error_cost, above=0.0)
    _share("missed", missed, below=1.0)
    return 1 - review_cost / ((1 - missed) * error_cost)


def gwet_ac1(both_ok: int, only_first_ok: int, only_second_ok: int, both_bad: int) -> float:
    """How far two reviewers agree beyond chance, -1 to 1 (Gwet 2008; Zec 2017). NaN for none."""
    for count in (both_ok, only_first_ok, only_second_ok, both_bad):
        _amount("count", count)
    total = both_ok + only_first_ok + only_second_ok + both_bad
    if not total:
        return math.nan
    ok = (2 * both_ok + only_first_ok + only_second_ok) / (2 * total)
    chance = 2 * ok * (1 - ok)
    return ((both_ok + both_bad) / total - chance) / (1 - chance)


def _checked(counts: Counts) -> list[tuple[float, int]]:
    """Sorted, so that the order in which scores came changes no bit of a sum."""
    found = sorted(counts)
    for x, n in found:
        _share("score", x)
        _amount("count", n)
    return [(x, n) for x, n in found if n]


def _share(name: str, value: float, *, above: float = -1.0, below: float = 2.0) -> None:
    if not (0.0 <= value <= 1.0 and above < value < below):  # False for NaN
        low = "above 0" if above >= 0 else "at least 0"
        high = "below 1" if below <= 1 else "at most 1"
        raise ValueError(f"{name} is {value}; it has to be {low} and {high}.")


def _amount(name: str, value: float, *, above: float = -1.0) -> None:
    if not (0.0 <= value < math.inf and above < value):
        low = "above 0" if above >= 0 else "0 or more"
        raise ValueError(f"{name} is {value}; it has to be {low}, and finite.")
