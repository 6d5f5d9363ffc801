"""May this draft go without a person? Every lane starts in review: the answer is no.

`verdict` reads lane state alone, no count and no scan. Order, the first that speaks decides: what
the guards found (a claim that is not on record, a discount …) → kill switch → ceiling 0 → never a
lane (strategic account, sensitive contact, price or commitment in the text, free text answering a
live message, an outside agent's, tainted context) → lane state.
Also keeps the scored reviews, the evidence that a lane may later rest on.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agents.definitions import registry
from agents.definitions.base import SUSPECTED
from agents.models import Draft
from revenue import clock, events, switches, transactions
from revenue.titles import is_sensitive
from review.guards.base import Finding
from review.models import Cause, Decision, Lane, ReviewItem, Verdict

COMMITMENT = re.compile(
    r"[$€£]\s?\d|\d\s?(?:%|usd|eur|gbp|dollars|euros)"
    r"|\b(?:discount|free of charge|guarantee\w*|waive\w*|refund\w*|price\w*|pricing"
    r"|contract|legal\w*)\b",
    re.IGNORECASE,
)
SCORES = {"unchanged": 1.0, "minor": 0.9, "major": 0.0, "rejected": 0.0, "rewrite": 0.0}


@dataclass(frozen=True)
class Ruling:
    """`auto` False means review; `reason` is what the card says."""

    auto: bool
    reason: str
    never: bool = False
    cause: Cause = Cause.UNTRUSTED


def verdict(draft: Draft, *, found: Sequence[Finding] = ()) -> Ruling:
    """`found` is what the guards say of the draft: one word of theirs, and a person looks at it."""
    if found:
        words = f"{found[0].detail} {found[0].lifts}".strip()
        cause = Cause.CLAIM if found[0].guard == "claims" else Cause.GUARD
        return Ruling(False, words, never=True, cause=cause)
    never = never_a_lane(draft)
    if never:
        return Ruling(False, never, never=True, cause=Cause.ALWAYS)
    lane = transactions.once((Lane, draft.output_class), lambda: _lane(draft.output_class))
    label = class_label(draft.output_class)
    if lane is None or lane.state == Lane.State.REVIEW:
        return Ruling(False, f"{label}: every one is reviewed until the class has earned trust.")
    return Ruling(False, f"{label}: this class is {lane.get_state_display().lower()}.")


def _lane(output_class: str) -> Lane | None:
    return Lane.objects.filter(output_class=output_class, segment="").first()


def tightened(classes: Iterable[str]) -> set[str]:
    """Those of these output classes whose lane is watched closely just now."""
    lanes = Lane.objects.filter(output_class__in=set(classes), state=Lane.State.TIGHTENED)
    return set(lanes.values_list("output_class", flat=True))


def never_a_lane(draft: Draft) -> str:
    """The reason why no evidence lets this draft go unreviewed; "" when there is none."""
    if draft.is_human:
        return "Written by a person, who approved it."
    if switches.stopped_by(draft.agent, draft.output_class, draft.account_id):
        return "Sending is stopped here; approve it once the stop is lifted."
    return risk(draft)


def risk(draft: Draft) -> str:
    """What makes a mistake in it dear, whatever its class has shown so far; "" for nothing."""
    output_class = registry.output_class(draft.output_class)
    if output_class is None or output_class.ceiling == 0:
        return f"{class_label(draft.output_class)}: always reviewed by a person."
    if draft.account.is_strategic:
        return "A strategic account: always reviewed by a person."
    if draft.contact and is_sensitive(draft.contact):
        return f"{draft.contact} is a sensitive contact ({draft.contact.title or 'flagged'})."
    if COMMITMENT.search(f"{draft.subject}\n{draft.body}"):
        return "The text speaks of a price or a commitment."
    if draft.in_reply_to_id:
        return "It answers a live message."
    if draft.is_outside:
        return f"Written by {registry.label(draft.agent)}: always reviewed by a person."
    if draft.is_tainted:
        return "Text from outside was read for it."
    if SUSPECTED in draft.risk_flags:
        return "Its agent was given orders by what it read."
    return ""


def class_label(name: str) -> str:
    found = registry.output_class(name)
    return found.label if found else name.replace(".", " ").replace("_", " ").capitalize()


@transactions.atomic
def score(item: ReviewItem, decision: Decision) -> Verdict | None:
    """Write the scored review of an item once; the first verdict on a draft counts.

    No score: bulk approvals, for nobody read each; drafts of no lane, what a person composed, and
    what was decided without a draft.
    """
    draft = item.draft
    if decision.bulk or draft is None or never_a_lane(draft):
        return None
    if Verdict.objects.filter(item=item).exists():
        return None
    kind = kind_of(decision)
    if kind not in SCORES:
        return None
    lane = _locked_lane(draft.output_class)
    lane.verdicts += 1
    lane.save(update_fields=["verdicts"])
    row = Verdict.objects.create(
        lane=lane, number=lane.verdicts, item=item, score=SCORES[kind], kind=kind, at=clock.now()
    )
    events.append("verdict.given", by="system", chain=f"lane:{lane.pk}", subject=row, kind_of=kind)
    return row


def _locked_lane(output_class: str) -> Lane:
    lanes = Lane.objects.select_for_update().filter(output_class=output_class, segment="")
    found = lanes.first()
    if found is None:
        Lane.objects.bulk_create([Lane(output_class=output_class)], ignore_conflicts=True)
        found = lanes.get()
    return found


def kind_of(decision: Decision) -> str:
    if decision.verb == Decision.Verb.APPROVE:
        return "unchanged"
    if decision.verb == Decision.Verb.EDIT:
        return decision.edit_kind
    kinds: dict[str, str] = {Decision.Verb.REJECT: "rejected", Decision.Verb.REWRITE: "rewrite"}
    return kinds.get(decision.verb, "")
