"""What holds of everything that left, or may have left: asked of the whole outbox."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from revenue import clock, snapshots
from revenue.models import Event, Suppression, Switch
from review import payload
from review.audit.slices import law
from review.models import Decision, OutboxMessage

UNSETTLED = timedelta(minutes=15)
# What a switch stops: the claims whose message leads by this path to its key.
STOPS = {"agent": "draft__agent", "class": "draft__output_class", "account": "account_id"}


def left() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(state__in=OutboxMessage.LEFT)


def may_leave() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.unsent()


def _with_their_approval() -> QuerySet[OutboxMessage]:
    return left().select_related("decision", "draft__contact")


@law(
    "What left is what was approved, and went to whom it was for.",
    _with_their_approval, unsettled=may_leave,
)  # fmt: skip
def sent_as_approved(rows: list[OutboxMessage]) -> Iterator[str]:
    """Invariants 2, 3 and 6: what left is what somebody, or a policy, approved, and went to whom
    it was for."""
    texts = snapshots.get_many([row.payload for row in rows])
    for row in rows:
        yield from _as_approved(row, texts.get(row.payload, ""))


def _as_approved(row: OutboxMessage, text: str) -> Iterator[str]:
    decision, where = row.decision, f"outboxmessage {row.pk}"
    if not row.payload == row.approved == decision.payload:
        yield f"{where}: what left is not what was approved"
    if decision.verb not in (Decision.Verb.APPROVE, Decision.Verb.EDIT):
        yield f"{where}: it left on “{decision.get_verb_display()}”"
    if not (decision.by_id or decision.policy):
        yield f"{where}: nobody approved it"
    if text and payload.load(text).hash != row.payload:
        yield f"{where}: its text is not the one that its hash names"
    if text and payload.load(text).recipient != row.recipient:
        yield f"{where}: it went to somebody else than was approved"
    contact = row.draft.contact
    if contact and contact.account_id != row.account_id:
        yield f"{where}: it was for nobody of this account"


def _tried_again() -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(attempt__gt=1)


@law("No mail was tried twice without a refusal.", _tried_again, unsettled=may_leave)
def no_second_attempt_without_a_refusal(rows: list[OutboxMessage]) -> Iterator[str]:
    """Invariant 1: each attempt was preceded by the approval, or by a return to the queue."""
    told = Event.objects.filter(subject_kind="outboxmessage", subject_id__in=[r.pk for r in rows])
    returns: dict[int | None, int] = defaultdict(int)
    queued = told.filter(kind="message.queued", data__state="queued")
    for pk in queued.values_list("subject_id", flat=True):
        returns[pk] += 1
    for row in rows:
        if returns[row.pk] < row.attempt:
            yield f"outboxmessage {row.pk}: {row.attempt} attempts after {returns[row.pk]} releases"


def _after_an_opt_out() -> QuerySet[OutboxMessage]:
    asked = Suppression.objects.filter(created_at__lt=OuterRef("claimed_at"))
    number = Cast(OuterRef("account_id"), CharField())
    return left().filter(
        Exists(asked.filter(scope="address", value=OuterRef("recipient")))
        | Exists(asked.filter(scope="domain", value=OuterRef("domain")))
        | Exists(asked.filter(scope="account", value=number))
    )


@law("Nobody was written to who had opted out.", _after_an_opt_out, unsettled=may_leave)
def nobody_suppressed_was_written_to(rows: list[OutboxMessage]) -> Iterator[str]:
    """Invariant 4: at no claim an opt-out of the address, its domain or the account stood."""
    yield from (f"outboxmessage {row.pk}: whoever it went to had opted out" for row in rows)


def _nobodys() -> QuerySet[OutboxMessage]:
    nobody = Q(account__owner=None) | Q(account__owner__is_active=False)
    old = clock.now() - UNSETTLED
    return OutboxMessage.objects.filter(nobody, state="unknown", claimed_at__lt=old)


@law("Each mail whose outcome nobody knows has somebody who looks into it.", _nobodys)
def unknown_ones_have_an_owner(rows: list[OutboxMessage]) -> Iterator[str]:
    """Invariant 9: none older than a quarter of an hour whose account belongs to nobody who still
    works here."""
    yield from (f"outboxmessage {row.pk} is unknown, and nobody's" for row in rows)


def _switches() -> QuerySet[Switch]:
    return Switch.objects.all()


@law("Nothing began to leave while it was stopped.", _switches)
def no_claim_under_a_kill(switches: list[Switch]) -> Iterator[str]:
    """Invariant 11: no claim between a switch's being thrown and lifted, of what it stops."""
    turns = Event.objects.filter(subject_kind="switch", subject_id__in=[row.pk for row in switches])
    told: dict[int | None, list[Event]] = defaultdict(list)
    for event in turns.filter(kind__in=["switch.on", "switch.off"]).order_by("pk"):
        told[event.subject_id].append(event)
    for switch in switches:
        for after, before in _while_on(told[switch.pk]):
            for claim in _claims(switch, after, before):
                yield f"{claim.chain} {claim.seq}: a claim while {switch} was stopped"


def _while_on(turns: list[Event]) -> Iterator[tuple[int, int | None]]:
    """Each time between being thrown and being lifted, by the numbers of its events."""
    thrown: int | None = None
    for event in turns:
        if event.kind == "switch.on":
            thrown = thrown or event.pk
        elif thrown:
            yield thrown, event.pk
            thrown = None
    if thrown:
        yield thrown, None


def _claims(switch: Switch, after: int, before: int | None) -> QuerySet[Event]:
    late = Event.objects.filter(kind="message.sending", pk__gt=after)
    late = late.filter(pk__lt=before) if before else late
    if switch.scope != Switch.Scope.ALL:
        stopped = OutboxMessage.objects.filter(**{STOPS[switch.scope]: switch.key})
        late = late.filter(subject_kind="outboxmessage", subject_id__in=stopped.values("pk"))
    return late


LAWS = (
    sent_as_approved,
    no_second_attempt_without_a_refusal,
    nobody_suppressed_was_written_to,
    unknown_ones_have_an_owner,
    no_claim_under_a_kill,
)
