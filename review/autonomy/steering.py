"""What a manager decides about a lane. Each verb asks for a reason and leaves a `LaneChange`.

Promotion is decided at the click, on what the rows say then. The machine's own moves (full review,
demotion by the meter) are `scoring`'s.
"""

import copy
import math

from revenue import clock, segments, transactions
from revenue.models import User
from review.autonomy import changes, epochs, lanes, machine, scoring
from review.autonomy.lanes import percent
from review.autonomy.standing import DOMINANT, Standing, has_one_reviewer, is_waived
from review.autonomy.standing import of as standing_of
from review.models import Critical, Lane, LaneChange, OutboxMessage, ReviewItem, State

Kind = LaneChange.Kind
ALONE = (
    f"You gave more than {percent(DOMINANT)} of the verdicts behind this. Somebody else has to "
    "promote it."
)
CHANGED = (
    "Somebody else changed these settings meanwhile, so yours are not saved. They still stand "
    "below: Save puts them in place of the others."
)


class Refused(ValueError):
    """Why a lane is not changed; `words` say what is possible. `field` is the input, if one is."""

    def __init__(self, words: str, *, field: str = "") -> None:
        super().__init__(words)
        self.words, self.field = words, field


def _held(lane: Lane, *, by: User) -> Lane:
    if not by.is_active or not by.is_manager:
        raise Refused("Only a manager changes what leaves by itself.")
    return lanes.locked_row(lane)


def _reason(text: str) -> str:
    words = " ".join(text.split())
    if not words:
        raise Refused("Say why, in a few words.", field="reason")
    if len(words) > 300:
        raise Refused(f"The reason has {len(words)} characters; 300 are possible.", field="reason")
    return words


@transactions.atomic
def promote(lane: Lane, *, by: User, reason: str) -> LaneChange:
    """From now on its drafts leave by themselves, but for those that are audited."""
    row, words = _held(lane, by=by), _reason(reason)
    found = standing_of(row)
    objections = objections_to(found, by=by)
    if objections:
        raise Refused(" ".join(objections))
    sole = found.sole_reviewer
    waived = _is_excused(row)
    before, rests_on = changes.picture(row), changes.evidence(row)
    rests_on |= {"log_w": found.log_w, "target": found.adjusted, "needed": found.needed}
    changes.enter(row, Lane.State.AUTO)
    row.audits = 0
    row.save()
    reviewer = User.objects.filter(pk=sole).first() if sole else None
    return changes.note(row, Kind.PROMOTED, by=by, reason=words, before=before, evidence=rests_on,
                        sole_reviewer=reviewer, waived=waived)  # fmt: skip


def objections_to(found: Standing, *, by: User) -> list[str]:
    """Why this person may not promote it now, in sentences; without one they may."""
    is_sole = found.sole_reviewer == by.pk and not _is_excused(found.lane)
    return [*found.obstacles, *([ALONE] if is_sole else [])]


def _is_excused(lane: Lane) -> bool:
    """From two people: it was waived, and there is still one person alone."""
    return is_waived(lane) is not None and has_one_reviewer()


@transactions.atomic
def demote(lane: Lane, *, by: User, reason: str) -> LaneChange:
    """A manager takes the trust back; it counts like a slip that the meter found."""
    row, words = _held(lane, by=by), _reason(reason)
    if row.state not in Lane.FREE:
        raise Refused("Only a class that is automatic can be demoted.")
    return scoring.demote(row, by=by, reason=words)


@transactions.atomic
def pause(lane: Lane, *, by: User, reason: str) -> LaneChange:
    """Everything of it is reviewed until somebody resumes it; its evidence stays."""
    row, words = _held(lane, by=by), _reason(reason)
    if row.state == Lane.State.PAUSED:
        raise Refused("It is paused already.")
    return _paused(row, by=by, reason=words)


def _paused(row: Lane, *, by: User, reason: str) -> LaneChange:
    before = changes.picture(row)
    row.paused_from, row.state, row.state_since = row.state, Lane.State.PAUSED, clock.now()
    row.save()
    return changes.note(row, Kind.PAUSED, by=by, reason=reason, before=before)


@transactions.atomic
def resume(lane: Lane, *, by: User, reason: str) -> LaneChange:
    """What it was before the pause; reviewed, when its version changed meanwhile, and looked at
    closely from the beginning, when a miss was found."""
    row, words = _held(lane, by=by), _reason(reason)
    if row.state != Lane.State.PAUSED:
        raise Refused("It is not paused.")
    before = changes.picture(row)
    to = row.paused_from if row.epoch else Lane.State.REVIEW
    missed = row.scored.filter(at__gte=row.state_since or clock.now(), score__lt=machine.CLEAN)
    if to in Lane.FREE and missed.exists():
        to, row.clean_run = Lane.State.TIGHTENED, 0
    row.state, row.state_since, row.paused_from = to or Lane.State.REVIEW, clock.now(), ""
    row.save()
    return changes.note(row, Kind.RESUMED, by=by, reason=words, before=before)


@transactions.atomic
def settings(
    lane: Lane,
    *,
    by: User,
    reason: str,
    target: float | None = None,
    tolerated: float | None = None,
    minor_loss: float | None = None,
    seen: int | None = None,
) -> LaneChange:
    """Another target (a share), tolerance (bad drafts before one is caught) or loss of a minor
    edit. The target may move after looking, and a class that is asked for more than it has proven
    is reviewed until it proves that; other weights start a new attempt. `seen` is the policy that
    the manager had before them."""
    row, words = _held(lane, by=by), _reason(reason)
    if seen is not None and seen != row.policy:
        raise Refused(CHANGED)
    before = changes.picture(row)
    if target is not None:
        is_too_much = asks_too_much(row, checked_target(row, target))
        row.target = target
        if is_too_much:
            changes.fall_back(row)
    if tolerated is not None:
        row.tolerated = checked_tolerated(row, tolerated)
    if minor_loss is not None:
        if minor_loss not in lanes.MINOR_LOSSES:
            raise Refused("A change of wording costs 0, 0.1 or 0.5.", field="minor_loss")
        row.minor_loss = minor_loss
    if changes.picture(row) == before:
        raise Refused("Nothing was changed.", field="target")
    row.policy += 1
    row.save()
    note = changes.note(row, Kind.SETTINGS, by=by, reason=words, before=before,
                        evidence=changes.evidence(row))  # fmt: skip
    if row.minor_loss != before["minor_loss"]:
        epochs.reweigh(row, by=by, reason="Edits weigh differently now.")
    return note


def tried(lane: Lane, *, target: float, tolerated: float, minor_loss: float) -> Lane:
    """The lane as it would be with these settings. Nothing of it is saved."""
    row = copy.copy(lane)
    row.target, row.tolerated, row.minor_loss = target, tolerated, minor_loss
    if minor_loss != lane.minor_loss and lane.epoch:
        row.epoch = epochs.reweighed(lane, minor_loss)
        changes.fall_back(row)
    return row


def asks_too_much(lane: Lane, target: float) -> bool:
    """Whether a class that was promoted has not proven this stricter target."""
    if target <= lane.target or not lane.is_trusted:
        return False
    tried = copy.copy(lane)
    tried.target = target
    return not standing_of(tried).is_proven


def checked_target(lane: Lane, target: float) -> float:
    low = lanes.floor(lane.output_class)
    if math.isnan(target) or not low <= target <= lanes.HIGHEST:
        allowed = f"{percent(low)} to {percent(lanes.HIGHEST)}"
        raise Refused(f"A target for {lanes.label(lane)} is {allowed}.", field="target")
    return target


def most_tolerated(lane: Lane) -> float:
    from_ceiling = machine.CEILINGS.get(lanes.ceiling(lane.output_class), 1.0)
    return 1 / from_ceiling - 1


def checked_tolerated(lane: Lane, tolerated: float) -> float:
    most = most_tolerated(lane)
    if math.isnan(tolerated) or not 0 <= tolerated <= most:
        allowed = f"0 (each is checked) to {most:g} (1 in {most + 1:g} is checked)"
        raise Refused(f"Possible for {lanes.label(lane)}: {allowed}.", field="tolerated")
    return tolerated


@transactions.atomic
def waive(lane: Lane, *, by: User, reason: str) -> LaneChange:
    """Let one person review and promote, where there is no second one. Shown for ever."""
    row, words = _held(lane, by=by), _reason(reason)
    if is_waived(row):
        raise Refused("That is waived here already.")
    if not has_one_reviewer():
        raise Refused("There is more than one of you: let somebody else review or promote.")
    return changes.note(row, Kind.WAIVED, by=by, reason=words, before=changes.picture(row))


@transactions.atomic
def split(lane: Lane, *, by: User, reason: str) -> list[Lane]:
    """A lane for each segment from now on, each with evidence of its own."""
    row, words = _held(lane, by=by), _reason(reason)
    if row.segment or row.is_split:
        raise Refused("It is split already.")
    before = changes.picture(row)
    _end(row, reason="It was split by segment.")
    row.is_split = True
    row.save()
    changes.note(row, Kind.SPLIT, by=by, reason=words, before=before)
    parts = [lanes.locked(row.output_class, segment.name) for segment in segments.ALL]
    for part in parts:  # what the whole had lost, its parts have lost
        part.demotions = max(part.demotions, row.demotions)
        part.save(update_fields=["demotions"])
    return parts


@transactions.atomic
def join(lane: Lane, *, by: User, reason: str) -> LaneChange:
    """One lane for all segments again, with new evidence."""
    row, words = _held(lane, by=by), _reason(reason)
    if not row.is_split:
        raise Refused("It is not split.")
    for segment in segments.ALL:
        part = lanes.locked(row.output_class, segment.name)
        stood = changes.picture(part)
        _end(part, reason="The segments were joined.")
        part.save()
        row.demotions = max(row.demotions, part.demotions)
        changes.note(part, Kind.JOINED, by=by, reason=words, before=stood)
    before = changes.picture(row)
    row.is_split = False
    row.save()
    return changes.note(row, Kind.JOINED, by=by, reason=words, before=before)


def _end(lane: Lane, *, reason: str) -> None:
    epochs.close(lane, reason=reason)
    changes.enter(lane, Lane.State.REVIEW)
    lane.paused_from = ""


@transactions.atomic
def harmed(item: ReviewItem, *, kind: str, by: User | str, note: str = "") -> Critical | None:
    """Something that left did harm: a lane that runs by itself, or did before a pause, loses its
    trust at once, and none is promoted before somebody settled it. So does the lane that answers
    for the account now, where the class was split or joined since. None when it is recorded
    already, or no lane is concerned."""
    if kind not in Critical.Kind.values:
        raise Refused("Choose what went wrong.", field="kind")
    if item.draft is None or not may_harm(item):
        return None
    now = lanes.locked_for(item.draft)  # the whole before its segments, as who joins them
    row = scoring.answerable(item, item.draft, scoring.draw_of(item.draft))
    found, made = Critical.objects.get_or_create(
        item=item, kind=kind,
        defaults={
            "lane": row, "note": " ".join(note.split())[:300], "at": clock.now(),
            "by": by if isinstance(by, User) else None,
        },
    )  # fmt: skip
    if not made:
        return None
    changes.note(row, Kind.HARMED, by=by, reason=found.get_kind_display() + ".",
                 before=changes.picture(row))  # fmt: skip
    for lane in dict.fromkeys((row, now)):
        if lane.is_trusted:
            why = f"Harm was done: {found.get_kind_display().lower()}."
            scoring.demote(lane, by=by, reason=why)
    return found


def may_harm(item: ReviewItem) -> bool:
    """Whether it is an agent's work of a class that is ever let go, and may have left."""
    draft = item.draft
    if draft is None or draft.is_human or draft.is_outside:
        return False
    if lanes.ceiling(draft.output_class) == 0:
        return False
    if draft.effect != "buyer":
        return item.state == State.APPROVED
    return item.messages.filter(state__in=OutboxMessage.LEFT).exists()


@transactions.atomic
def settle(harm: Critical, *, by: User, reason: str) -> LaneChange:
    """A manager has looked into it; it bars the lane no longer."""
    row, words = _held(harm.lane, by=by), _reason(reason)
    open_ = Critical.objects.filter(pk=harm.pk, settled_at=None)
    if not open_.update(settled_at=clock.now(), settled_by=by):
        raise Refused("Somebody settled this already.")
    return changes.note(row, Kind.SETTLED, by=by, reason=words, before=changes.picture(row))


@transactions.atomic
def restarted(lane: Lane, *, by: User | str, reason: str) -> LaneChange:
    """Its agent has a new version: see `epochs.restart`."""
    return epochs.restart(lanes.locked_row(lane), by=by, reason=reason)


@transactions.atomic
def taken_out(lane: Lane, *, by: User, reason: str) -> LaneChange | None:
    """An admin's version leaves the class out. What left by itself is paused: when it comes back, a
    manager decides anew."""
    row = lanes.locked_row(lane)
    return _paused(row, by=by, reason=reason) if row.state in Lane.FREE else None
