"""Evidence is collected in epochs: one fingerprint, one attempt. What ends and what begins one.

The fingerprint of a draft covers its agent's version (prompt, model, parameters, output schema),
the name that the answering model gave itself, and what the company told it (what it sells, how its
mail should sound). Beside it stands that of the agent whose handoff it was written from: who is
addressed, and why, is decided there. A draft of another pair than the open
epoch's is a new version, unless it is older than the epoch: then it speaks for the one before. One
from the handoff of a version that is not in force any more begins no epoch, and a draft that no
agent fed speaks for whatever is fed to its writer.

No attempt is had for nothing. One version, weighed in one way since the lane's last demotion, is
one test: when it returns (a version rolled back, a weight turned back, segments joined) its epoch
goes on where it stood. That is sound, for W bets only on drafts of its own version and stands still
in between, whatever made somebody change and come back: it stays a test supermartingale, and to go
back and forth buys nothing. Another weight, or a demotion, begins another test of the same version,
and it has to reach twice as much as any before it: 1/20 + 1/40 + 1/80 …, so that a version that is
not good enough is let go by luck with a chance of 1 in 10 at most, in all its attempts together.
"""

from datetime import datetime

from django.db.models import Max, Q

from agents.definitions import registry
from agents.models import AgentConfig, AgentRun, Draft
from revenue import clock, events, snapshots, workspace
from revenue.models import User
from review.autonomy import changes
from review.models import EvidenceEpoch, Lane, LaneChange

NEW_VERSION = "The agent has a new version."
NEW_FEEDER = "The agent that hands over to it has a new version."


def fingerprint(draft: Draft) -> str:
    return _mark(draft.config, draft.model, draft.told)


def fed_by(draft: Draft) -> str:
    """The fingerprint of whoever wrote the handoff that it answers; "" when no agent did."""
    return _mark_of(_feeder(draft))


def _feeder(draft: Draft) -> AgentRun | None:
    if draft.handoff_id is None:
        return None
    runs = AgentRun.objects.filter(handoffs=draft.handoff_id, config__isnull=False)
    read = runs.only("agent", "model", "config__fingerprint")  # not the packet, nor the prompt
    return read.select_related("config").first()


def _mark_of(feeder: AgentRun | None) -> str:
    return _mark(feeder.config, feeder.model) if feeder else ""


def _mark(config: AgentConfig | None, model: str, told: str = "") -> str:
    return _digest(config.fingerprint if config else "", model, told)


def _digest(config: str, model: str, told: str = "") -> str:
    parts = [config, model, told] if told else [config, model]
    return snapshots.digest(snapshots.canonical(parts))


def stands_for(lane: Lane, draft: Draft) -> bool:
    """Whether the open epoch's evidence is about the version that wrote this draft, and about the
    one that fed it."""
    if lane.epoch is None or lane.epoch.fingerprint != fingerprint(draft):
        return False
    return fed_by(draft) in ("", lane.epoch.fed_by)


def of(lane: Lane, draft: Draft) -> EvidenceEpoch | None:
    """Where a verdict on this draft belongs: to the first attempt of its version that was not over
    when it was written. Opens one when the draft is of a new version. None for a draft of a version
    of which nothing was collected. The caller holds the lane's lock."""
    epoch, mark, feeder = lane.epoch, fingerprint(draft), _feeder(draft)
    lasted = Q(closed_at=None) | Q(closed_at__gt=draft.created_at)
    fed = Q(fed_by=_mark_of(feeder)) if feeder else Q()
    found = lane.epochs.filter(lasted, fed, fingerprint=mark).first()
    if found:
        return epoch if found == epoch else found
    since = epoch.reopened_at or epoch.opened_at if epoch else _last_end(lane)
    if _is_replaced(feeder) or (since and draft.created_at < since):
        return None
    if epoch:
        reason = NEW_VERSION if epoch.fingerprint != mark else NEW_FEEDER
        restart(lane, by="system", reason=reason)
    version = f"{draft.config or draft.agent}, {draft.model or 'no model'}"
    return _open(lane, mark, version, fed_by=_mark_of(feeder))


def _is_replaced(feeder: AgentRun | None) -> bool:
    """Does another version feed this class by now? A handoff waits for days."""
    if feeder is None or feeder.config is None:
        return False
    now = AgentConfig.objects.active().filter(agent=feeder.agent)
    return now.exclude(fingerprint=feeder.config.fingerprint).exists()


def _last_end(lane: Lane) -> datetime | None:
    ends: dict[str, datetime | None] = lane.epochs.aggregate(last=Max("closed_at"))
    return ends["last"]


def next_of(lane: Lane, mark: str, *, minor_loss: float, fed_by: str) -> EvidenceEpoch:
    """The attempt that collects for this version, were edits weighed so: one that was begun, or
    a new one, which is not saved."""
    attempts = list(lane.epochs.filter(fingerprint=mark, fed_by=fed_by))
    same = {"demotions": lane.demotions, "minor_loss": minor_loss}
    for found in attempts:
        if all(getattr(found, name) == value for name, value in same.items()):
            return found
    last = lane.epochs.last()
    return EvidenceEpoch(
        lane=lane, attempt=last.attempt + 1 if last else 1, fingerprint=mark, fed_by=fed_by,
        doublings=max([lane.demotions, *(found.doublings + 1 for found in attempts)]), **same,
    )  # fmt: skip


def _open(lane: Lane, mark: str, version: str, *, fed_by: str) -> EvidenceEpoch:
    epoch = next_of(lane, mark, minor_loss=lane.minor_loss, fed_by=fed_by)
    if epoch.pk:
        kind, epoch.reopened_at, epoch.closed_at, epoch.reason = "reopened", clock.now(), None, ""
    else:
        kind, epoch.opened_at, epoch.version = "opened", clock.now(), version[:180]
    epoch.save()
    lane.epoch = epoch
    lane.save(update_fields=["epoch"])
    events.append(f"epoch.{kind}", by="system", chain=changes.chain(lane), subject=epoch,
                  fingerprint=mark, fed_by=fed_by)  # fmt: skip
    return epoch


def close(lane: Lane, *, reason: str) -> None:
    """What was collected so far speaks for nothing any more. The caller holds the lane's lock."""
    if lane.epoch is None:
        return
    lane.epoch.closed_at, lane.epoch.reason = clock.now(), reason[:300]
    lane.epoch.save(update_fields=["closed_at", "reason"])
    events.append("epoch.closed", by="system", chain=changes.chain(lane), subject=lane.epoch)
    lane.epoch = None


def restart(lane: Lane, *, by: User | str, reason: str) -> LaneChange:
    """A new version, or other weights: evidence starts anew, and the lane is reviewed again. How
    often it lost its trust is kept. The caller holds the lane's lock."""
    before = changes.picture(lane)
    evidence = changes.evidence(lane)
    close(lane, reason=reason)
    changes.fall_back(lane)
    lane.save()
    return changes.note(lane, LaneChange.Kind.RESTARTED, by=by, reason=reason, before=before,
                        evidence=evidence)  # fmt: skip


def reweighed(lane: Lane, minor_loss: float) -> EvidenceEpoch | None:
    """The attempt that would collect, were edits weighed so; None when nothing was collected."""
    now = lane.epoch
    return now and next_of(lane, now.fingerprint, minor_loss=minor_loss, fed_by=now.fed_by)


def reweigh(lane: Lane, *, by: User, reason: str) -> None:
    """Edits weigh differently from now on: another attempt of the version that is at work."""
    former = lane.epoch
    if former:
        restart(lane, by=by, reason=reason)
        _open(lane, former.fingerprint, former.version, fed_by=former.fed_by)


def collected(lane: Lane, config: str) -> int:
    """How many account days were collected for this fingerprint, of the lane's agent or of the one
    that feeds it, and count again when it returns, under the model that answered last."""
    now, told = lane.epoch, workspace.tells()
    if now is None:
        return 0
    drafts = Draft.objects.filter(output_class=lane.output_class)
    own = drafts.filter(config__fingerprint=config, told=told).values_list("model", flat=True)
    handed = drafts.filter(handoff__run__config__fingerprint=config)
    fed = handed.values_list("handoff__run__model", flat=True)
    marks = [_digest(config, model, told) for model in set(own)]
    feeders = [_digest(config, model) for model in set(fed)]
    returns = Q(fingerprint__in=marks, fed_by=now.fed_by)
    returns |= Q(fingerprint=now.fingerprint, fed_by__in=feeders)
    same = {"demotions": lane.demotions, "minor_loss": lane.minor_loss}
    found = lane.epochs.filter(returns, **same).last()
    return found.count if found else 0


def affected(*agents: str) -> list[Lane]:
    """The lanes whose evidence a new version of these agents ends: those of the classes that they
    write, and of those that are written from their handoffs. In the order of their locks."""
    rows = Lane.objects.filter(output_class__in=registry.shaped(agents), epoch__isnull=False)
    return list(rows.select_related("epoch"))
