"""What holds of everything that left by itself, with nobody's approval but its class's."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_string

from django.db.models import Exists, OuterRef, QuerySet

from agents.models import Draft
from revenue import snapshots
from revenue.models import Event
from revenue.titles import is_sensitive
from review import autonomy
from review.audit.sending import left, may_leave
from review.audit.slices import law
from review.edits import facts
from review.grounding import links, sources
from review.models import Decision, Lane, LaneChange, OutboxMessage

# An approval is written in the transaction that asked the lane, which may have lost its trust
# meanwhile: then its claim is refused (`claims_were_trusted`), and a sweep pulls it back.
MEANWHILE = timedelta(minutes=1)
FREE = Lane.State.AUTO
RECORDS = ("account.strategic", "account.changed", "account.imported", "account.owner",
           "contact.changed", "person.erased")  # fmt: skip


def _by_itself() -> QuerySet[Decision]:
    """Those that stand. What rested on invented reviews speaks for nothing any more."""
    forgotten = Event.objects.filter(
        kind="lane.forgotten", subject_kind="lane", subject_id=OuterRef("evidence__lane"),
        at__gte=OuterRef("at"),
    )  # fmt: skip
    alone = Decision.objects.filter(by=None, verb=Decision.Verb.APPROVE, undone_at=None)
    return alone.filter(~Exists(forgotten)).select_related(
        "item__draft__contact", "item__draft__account__owner", "evidence"
    )


def _queued() -> QuerySet[Decision]:
    """What may still be pulled back, or leave."""
    return Decision.objects.filter(by=None, messages__in=OutboxMessage.objects.unsent())


@law("What leaves by itself rests on evidence.", _by_itself, unsettled=_queued)
def nothing_went_by_itself_unearned(rows: list[Decision]) -> Iterator[str]:
    """Invariant 10: an auto-approval names evidence on which its class was promoted, and the class
    was automatic then."""
    lanes = {row.evidence.lane_id for row in rows if row.evidence}
    changes: dict[int, list[LaneChange]] = defaultdict(list)
    for change in LaneChange.objects.filter(lane__in=lanes).order_by("pk"):
        changes[change.lane_id].append(change)
    for row in rows:
        known = changes[row.evidence.lane_id] if row.evidence else []
        if not _was_promoted(row, [one for one in known if one.at <= row.at]):
            yield f"decision {row.pk}: nobody had promoted its class"
        elif not _was_automatic(row, known):
            yield f"decision {row.pk}: its class was not automatic any more"


def _was_promoted(row: Decision, before: list[LaneChange]) -> bool:
    promoted = [one for one in before if one.kind == LaneChange.Kind.PROMOTED]
    return bool(promoted) and promoted[-1].evidence.get("epoch") == row.evidence_id


def _was_automatic(row: Decision, known: list[LaneChange]) -> bool:
    """At some moment while it was being approved."""
    moves = [one for one in known if one.after.get("state") != one.before.get("state")]
    until = [one for one in moves if one.at <= row.at]
    while until and until[-1].at > row.at - MEANWHILE:
        if FREE in (until[-1].after.get("state"), until[-1].before.get("state")):
            return True
        until.pop()
    return bool(until) and until[-1].after.get("state") == FREE


@law("What leaves by itself is nothing that a person has to read.", _by_itself, unsettled=_queued)
def nothing_went_by_itself_that_is_reserved(rows: list[Decision]) -> Iterator[str]:
    """Invariant 10: no rule keeps the draft for a person, and it leads nowhere but to us and to
    whom it is for. Of a record only where the log knows no change of it since."""
    moved = Event.objects.filter(account__in={row.item.account_id for row in rows})
    changed: dict[int | None, list[datetime]] = defaultdict(list)
    for account, at in moved.filter(kind__in=RECORDS).values_list("account", "at"):
        changed[account].append(at)
    for row in rows:
        draft = row.item.draft
        if draft is None or draft.supersedes_id or draft.is_human:
            yield f"decision {row.pk}: a person had to look at this draft"
            continue
        is_known = all(at < row.at for at in changed[draft.account_id])
        why = _reserved(draft, is_known=is_known)
        if why:
            yield f"decision {row.pk}: a person had to look at this draft. {why}"


def _reserved(draft: Draft, *, is_known: bool) -> str:
    if not is_known:  # what the record says of them today is no reason of that day
        draft.account.is_strategic = False
        draft.contact = None if draft.contact and is_sensitive(draft.contact) else draft.contact
    return autonomy.risk(draft) or (_leads_elsewhere(draft) if is_known else "")


def _leads_elsewhere(draft: Draft) -> str:
    found, _ = facts.read(f"{draft.subject}\n{draft.body}")
    named = [fact.text for fact in found if fact.kind == "url"]
    if not named:
        return ""
    allowed = sources.domains(sources.known(draft), draft.account)
    return next(
        (f"It leads to {links.host(name)}." for name in named
         if not links.is_within(links.host(name), allowed)), ""
    )  # fmt: skip


def _left_by_itself() -> QuerySet[OutboxMessage]:
    rows = left().filter(decision__by=None)
    return rows.select_related("decision__evidence")


@law("At the moment of sending, the class was still automatic.", _left_by_itself,
     unsettled=may_leave)  # fmt: skip
def claims_were_trusted(rows: list[OutboxMessage]) -> Iterator[str]:
    """Invariant 24: by the log, whose order is that of the locks, its lane was automatic, on the
    evidence that the approval names, and its mail carries nothing but its text."""
    texts = snapshots.get_many([row.mime for row in rows])
    for row in rows:
        mail = message_from_string(texts.get(row.mime, ""))
        if mail.is_multipart():
            yield f"outboxmessage {row.pk}: it left by itself with an attachment"
        if not _is_trusted(row):
            yield f"outboxmessage {row.pk}: its class was not automatic when it left"


def _is_trusted(row: OutboxMessage) -> bool:
    epoch, told = row.decision.evidence, Event.objects.order_by("-pk")
    claims = told.filter(subject_kind="outboxmessage", subject_id=row.pk, kind="message.sending")
    claim = claims.first()
    if claim is None or epoch is None:
        return False
    before = told.filter(pk__lt=claim.pk)
    lane = before.filter(subject_kind="lane", subject_id=epoch.lane_id).first()
    ended = before.filter(subject_kind="evidenceepoch", subject_id=epoch.pk).first()
    is_open = ended is None or ended.kind != "epoch.closed"
    return lane is not None and lane.data.get("state") == FREE and is_open


LAWS = (
    nothing_went_by_itself_unearned,
    nothing_went_by_itself_that_is_reserved,
    claims_were_trusted,
)
