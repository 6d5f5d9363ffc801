"""May this draft go without a person? Asked once for every draft, when it comes in.

Reads lane state, no count and no scan but of a wish that is newer than the evidence. Order, the
first that speaks decides: kill switch → what the guards found (a claim that is not on record, a
discount …: a reviewer is told what is wrong before what is always so) → ceiling 0 → never a lane
(strategic account, sensitive contact, price or commitment in the text, a text that is not English,
free text answering a live message, an outside agent's, tainted context) → lane state → a wish that
is new to the class → audit draw.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.conf import settings

from agents.models import Draft
from revenue import clock, locks, outside, segments
from review import evidence
from review.autonomy import epochs, lanes, machine, wishes
from review.autonomy.risk import risk, stopped_by
from review.guards.base import Finding
from review.models import AuditDraw, Cause, Decision, Lane

Kind = Literal["human", "auto", "audit"]
POLICY = re.compile(r"policy:([^/ ]+)(?:/(\S+))? v(\d+)")  # as `Ruling.policy` writes it
SINCE_THEN = "This class is not automatic any more. Nobody has looked at this mail."


@dataclass(frozen=True)
class Ruling:
    """`reason` is what the card says; of an audit it says what it would say without one, so that
    nobody reads an audited draft with other eyes. `draw` is to be stored with the item."""

    kind: Kind
    reason: str
    cause: Cause = Cause.UNTRUSTED
    lane: Lane | None = None
    draw: AuditDraw | None = None

    @property
    def auto(self) -> bool:
        return self.kind == "auto"

    @property
    def policy(self) -> str:
        """Names the settings by which it was let go."""
        if self.lane is None:
            return ""
        return f"policy:{'/'.join(self.lane.place)} v{self.lane.policy}"


def decider(by: object, policy: str) -> str:
    """Who decided, in words: a person, or the settings of a class that is let go."""
    found = POLICY.fullmatch(policy)
    if by or found is None:
        return str(by or policy)
    name, segment, number = found.groups()
    lane = Lane(output_class=name, segment=segment or "")
    return f"Automatic: {lanes.label(lane)}, policy {number}"


def verdict(draft: Draft, *, found: Sequence[Finding] = ()) -> Ruling:
    """`found` is what the guards say of the draft: one word of theirs, and a person looks at it."""
    stopped = stopped_by(draft)
    if stopped:
        return Ruling("human", stopped, cause=Cause.ALWAYS)
    if found:
        words = f"{found[0].detail} {found[0].lifts}".strip()
        cause = Cause.CLAIM if found[0].guard == "claims" else Cause.GUARD
        return Ruling("human", words, cause=cause)
    never = risk(draft)
    if never:
        return Ruling("human", never, cause=Cause.ALWAYS)
    lane = lanes.of(draft)
    reviewed = Ruling("human", ordinary(draft), lane=lane)
    if lane is None or lane.state != Lane.State.AUTO or draft.supersedes_id:
        return reviewed
    if lane.epoch is None or not epochs.stands_for(lane, draft):
        return reviewed
    newer = wishes.new_to(lane.epoch, draft)
    return Ruling("human", newer, lane=lane) if newer else _drawn(draft, lane)


def ordinary(draft: Draft) -> str:
    """Why any draft of its class is looked at."""
    return f"{lanes.class_label(draft.output_class)}: reviewed before it leaves."


def _drawn(draft: Draft, lane: Lane) -> Ruling:
    share = machine.audited(lane.tolerated, lanes.ceiling(draft.output_class), lane.audits)
    due = is_drawn(draft.pk, share)
    draw = AuditDraw(
        draft=draft, lane=lane, epoch=lane.epoch, probability=share, due=due, at=clock.now()
    )
    if due:
        return Ruling("audit", ordinary(draft), lane=lane, draw=draw)
    words = f"{lanes.label(lane)}: automatic, on what its reviews proved."
    return Ruling("auto", words, lane=lane, draw=draw)


def chance(what: object) -> float:
    """A number from 0 to 1, always the same for this, that nobody outside foresees."""
    return evidence.audit_draw(_secret(), what)


def is_drawn(draft_id: int, share: float) -> bool:
    return evidence.audit_due(_secret(), draft_id, share)


def _secret() -> str:
    """Known to this installation alone, so that no agent writes for the draw."""
    world = outside.simulated()
    key = world.secret if world else settings.SECRET_KEY
    return hmac.new(key.encode(), b"audit draw", hashlib.sha256).hexdigest()


def revoked(decision: Decision) -> str:
    """The same as `lost`, for whoever is about to send: the lane's row is held until the
    transaction ends, so whoever demotes waits for this send, or is seen by it."""
    if decision.evidence:
        locks.shared(Lane, [decision.evidence.lane_id])
    return lost(decision)


def lost(decision: Decision) -> str:
    """Why an auto-approval no longer stands, by the lane as it is now; "" when it does. To pull a
    mail back is safe whatever becomes of the lane meanwhile, so nothing is held for it."""
    if decision.evidence is None:
        return ""
    lane = Lane.objects.filter(epoch=decision.evidence, state=Lane.State.AUTO).first()
    stands = lane and lane.segment in ("", segments.of(decision.item.account).name)
    return "" if stands else SINCE_THEN
