"""Settings that are tried and not yet kept: what they would have done, and what they would take."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from review import autonomy, evidence
from review.autonomy import Backtest, Refused, Standing, machine
from review.models import EvidenceEpoch, Lane
from review.views import lane_words

WEIGHED = (
    "What that would have done is not known: the reviews on record count at the cost of a change "
    "of wording that held when they were given."
)


@dataclass(frozen=True)
class Tried:
    """What these settings come to, in sentences; `warnings` say what keeping them takes away."""

    target: str
    past: str
    future: str
    checks: str
    warnings: list[str]


def of(lane: Lane, values: dict[str, Any]) -> Tried:
    tried = autonomy.tried(
        lane, **{name: values[name] for name in ("target", "tolerated", "minor_loss")}
    )
    return Tried(
        autonomy.percent(tried.target),
        past(lane, tried),
        future(autonomy.standing(tried)),
        _checks(tried),
        list(_warnings(lane, tried)),
    )


def _warnings(lane: Lane, tried: Lane) -> Iterator[str]:
    if tried.minor_loss != lane.minor_loss:
        yield _reweighed(tried.epoch)
    elif autonomy.asks_too_much(lane, tried.target):
        yield (
            f"Its reviews do not prove a target of {autonomy.percent(tried.target)} yet: every "
            "draft is reviewed again until they do. Nothing that was collected is lost."
        )


def _reweighed(begun: EvidenceEpoch | None) -> str:
    start = "Another cost of a change of wording starts the evidence anew"
    if begun is None:
        return f"{start}, and the class is reviewed again."
    if begun.pk:
        return (
            "The class is reviewed again. At this cost the evidence goes on where it stood, at "
            f"{lane_words.days(begun.count)}."
        )
    needed = lane_words.plain(machine.odds(begun.doublings))
    return f"{start}, and the class is reviewed again. It unlocks at {needed} then."


def past(lane: Lane, tried: Lane) -> str:
    """ "would have unlocked on 3 March; 412 sent unseen, 6 of them later judged bad"."""
    if not lane.verdicts:
        return "No review is on record yet, so there is nothing to try it on."
    if tried.minor_loss != lane.minor_loss:
        return WEIGHED
    return _played(autonomy.backtest(lane, target=tried.target, tolerated=tried.tolerated))


def _played(found: Backtest) -> str:
    if found.unlocked_at is None:
        return "With the reviews so far it would not have unlocked."
    day = date_format(timezone.localtime(found.unlocked_at), "j F Y")
    words = f"It would have unlocked on {day}. Of the drafts reviewed since, {found.unseen:,} " \
        f"would have been sent unseen, {found.bad:,} of them judged bad by their reviewer; " \
        f"{found.checked:,} would have been checked."  # fmt: skip
    if found.demoted:
        times = "once" if found.demoted == 1 else f"{found.demoted} times"
        words += f" It would have lost its trust {times}."
    return words if found.is_free else f"{words} By now each of its drafts would be reviewed again."


def future(found: Standing) -> str:
    """What it would still take; "" for a class that is automatic."""
    if found.lane.state in Lane.FREE:
        return ""
    words = lane_words.coming(found)
    if words == lane_words.NEVER:
        return f"{words}. {lane_words.why_never(found)}"
    return f"{words}."


def _checks(lane: Lane) -> str:
    return f"While it is automatic, {lane_words.shares_checked(lane)} is checked at random."


def breakeven(lane: Lane, costs: dict[str, float]) -> tuple[str, str]:
    """The target from which reviewing each costs more than it saves, in words; and the target to
    try, in percent, "" where none is possible."""
    missed = autonomy.standing(lane).missed
    share = evidence.breakeven_target(costs["review_cost"], costs["error_cost"], missed)
    if share <= 0:
        return "Reading each costs more than the errors it finds, however bad the drafts are.", ""
    words = f"From {autonomy.percent(share)} good drafts on, reading each one costs more than " \
        "the errors it finds."  # fmt: skip
    try:
        autonomy.checked_target(lane, share)
    except Refused as error:
        return f"{words} {error.words}", ""
    return words, f"{100 * share:.1f}".removesuffix(".0")
