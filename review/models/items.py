"""The review desk's rows. `intake` creates, sweeps and auto-approves; `decisions` the rest."""

from datetime import datetime
from typing import Any, Self

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, When

from agents.models import Draft, RoutingDecision
from revenue.models import Account, Lease, Role, User
from revenue.models.access import OfAccount, visible
from revenue.models.delegations import People, deciding_for
from review.models.states import IS_OPEN, WAITING, Cause, EscalationVerdict, State


def _ways(user: User, people: People) -> tuple[Q, Q]:
    """How an item is this person's to see: by its account, or because it was given to somebody."""
    by_account = visible(user, path="account__", people=people)
    return by_account, _given(user, Q(assigned_to__in=people))


def _given(user: User, theirs: Q, *, path: str = "") -> Q:
    """What is `theirs` by more than the account's owner. It ends when the account, or the person,
    goes to another team."""
    if not user.is_active or user.is_admin or not user.team_id:
        return Q(pk__in=[])
    owner = f"{path}account__owner"
    return theirs & (Q(**{owner: None}) | Q(**{f"{owner}__team": user.team_id}))


def _unassigned() -> Q:
    """Given to nobody, or to somebody who may not decide it any more: then it is the owner's."""
    elsewhere = Q(account__owner__isnull=False) & ~Q(assigned_to__team=F("account__owner__team"))
    gone = Q(assigned_to__is_active=False) | Q(assigned_to__role=Role.ADMIN)
    return Q(assigned_to=None) | gone | elsewhere


def _overdue(user: User) -> Q:
    """What nobody decided in time is a manager's, whoever had it."""
    return Q(state=State.ESCALATED) if user.is_manager else Q(pk__in=[])


class ReviewItemQuerySet(OfAccount):
    def for_user(self, user: User, *, people: People | None = None) -> Self:
        """Those of the accounts that this person sees, and what was reassigned to them or to
        somebody for whom they decide."""
        seen, given = _ways(user, people or deciding_for(user))
        return self.filter(seen | given)

    def by_way(self, user: User, most: int, *, people: People | None = None) -> list[Self]:
        """The same, apart by how they are theirs, up to `most` of each: each is read by an index
        of its own, so that it costs as much as they are, and not as all items are."""
        ways = _ways(user, people or deciding_for(user))
        found = [self.filter(way).order_by().values("pk")[:most] for way in ways]
        return [self.filter(pk__in=some).order_by() for some in found]

    def on_desk_of(self, user: User, *, state: str = State.PENDING) -> Self:
        """What waits for this person, or is put off: their own, what was given to them, and both
        of a colleague for whom they decide. For a manager also the team's, and what nobody decided
        in time."""
        people = deciding_for(user)
        theirs = Q(state=state) & (_unassigned() | Q(assigned_to__in=people))
        if state == State.PENDING:
            theirs |= _overdue(user)
        return self.for_user(user, people=people).waiting().filter(theirs)

    def asked_of(self, user: User) -> Self:
        """The same without what a colleague of a manager's team decides themselves."""
        people = deciding_for(user)
        nobody = Q(decider=None) | Q(decider=F("account__owner"), account__owner__is_active=False)
        waits = Q(state=State.PENDING) & (nobody | Q(decider__in=people))
        rows = self.for_user(user, people=people).with_decider()
        return rows.filter(waits | _overdue(user))

    def with_decider(self) -> Any:
        """`decider`: the id of whom it was given to, else of the account's owner."""
        whose = Case(When(_unassigned(), then=F("account__owner")), default=F("assigned_to"))
        return self.annotate(decider=whose)

    def waiting(self) -> Self:
        return self.filter(IS_OPEN)

    def pending(self) -> Self:
        return self.filter(state=State.PENDING)

    def open(self) -> Self:
        unsent = OutboxMessage.objects.filter(item=OuterRef("pk"), state__in=OutboxMessage.UNSENT)
        return self.filter(Q(state__in=WAITING) | (Q(state=State.APPROVED) & Exists(unsent)))

    def outward(self) -> Self:
        return self.filter(draft__effect="buyer")

    def real(self) -> Self:
        """Without practice and second looks, which hold and end nothing."""
        return self.exclude(draft__is_planted=True)

    def without_copies(self) -> Self:
        return self.filter(double_of=None)

    def fresh(self) -> Self:
        """Not outdated by what happened since; the sweep makes a state of the others."""
        moved = ~Q(draft__context_version=F("account__context_version"))
        return self.exclude(Q(draft__effect="buyer") & moved)


class ReviewItem(models.Model):
    """One thing for a person to look at. An escalation may come without a draft."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="items")
    draft = models.ForeignKey(
        Draft, null=True, blank=True, on_delete=models.CASCADE, related_name="items"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    revision = models.PositiveIntegerField(default=1)
    reason = models.CharField(max_length=1000)
    cause = models.CharField(max_length=10, choices=Cause, default=Cause.UNTRUSTED)
    rule = models.CharField(max_length=80, blank=True)
    routing = models.ForeignKey(
        RoutingDecision, null=True, blank=True, on_delete=models.CASCADE, related_name="items"
    )
    assigned_to = models.ForeignKey(  # its index is `items_given`
        User, null=True, blank=True, on_delete=models.SET_NULL, db_index=False
    )
    lease = models.ForeignKey(
        Lease, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    token = models.PositiveBigIntegerField(default=0)
    rewrite_note = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()
    state_since = models.DateTimeField()
    expires_at = models.DateTimeField()
    decide_by = models.DateTimeField()  # `review.decay`: the order of the queue
    due_at = models.DateTimeField(null=True, blank=True)  # end of snooze, rewrite, manager's day
    undo_until = models.DateTimeField(null=True, blank=True)

    objects = ReviewItemQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="item_state"),
            models.UniqueConstraint(
                fields=["draft"], condition=Q(draft__isnull=False), name="one_item_per_draft"
            ),
            models.UniqueConstraint(
                fields=["routing"], condition=Q(routing__isnull=False), name="one_item_per_question"
            ),
        ]
        indexes = [
            models.Index(fields=["decide_by", "id"], name="desk_order", condition=IS_OPEN),
            models.Index(fields=["state_since"], name="desk_arrivals", condition=IS_OPEN),
            models.Index(fields=["account", "state"], name="items_by_account"),
            models.Index(fields=["account"], name="desk_by_account", condition=IS_OPEN),
            models.Index(
                fields=["assigned_to"], name="items_given", condition=Q(assigned_to__isnull=False)
            ),
            models.Index(fields=["due_at"], name="items_due", condition=Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.draft or self.reason}"

    @property
    def is_escalation(self) -> bool:
        return self.draft_id is None

    @property
    def is_outward(self) -> bool:
        return self.draft is not None and self.draft.effect == "buyer"

    @property
    def is_outrun(self) -> bool:
        """The account is not any more where it was when this mail was written."""
        draft = self.draft
        if draft is None or draft.effect != "buyer":
            return False
        return draft.context_version != self.account.context_version


class DecisionQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        """Those on the items that this person sees, and their own. Who gave them a draft is told
        once they have decided it: a second look is given by nobody."""
        handed = Q(verb=Decision.Verb.REASSIGN, item__state__in=WAITING)
        own = _given(user, Q(by=user) | (Q(item__assigned_to=user) & ~handed), path="item__")
        return self.filter(visible(user, path="item__account__") | own)


class Decision(models.Model):
    """What somebody decided on one revision. Append-only, apart from `undone_at`.

    The text of a revision is the latest decision's `after`, undone or not, else the draft's.
    """

    class Verb(models.TextChoices):
        APPROVE = "approve", "approved"
        EDIT = "approve_edited", "edited and approved"
        REJECT = "reject", "rejected"
        REWRITE = "request_rewrite", "asked for a rewrite"
        SNOOZE = "snooze", "snoozed"
        REASSIGN = "reassign", "reassigned"
        RESOLVE = "resolve", "settled"
        TAKE_OVER = "take_over", "took the account over"

    TERMINAL = (Verb.APPROVE, Verb.EDIT, Verb.REJECT, Verb.RESOLVE)

    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="decisions")
    revision = models.PositiveIntegerField()
    verb = models.CharField(max_length=20, choices=Verb)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    policy = models.CharField(max_length=120, blank=True)  # names the policy of an auto-approval
    evidence = models.ForeignKey(  # and what it rests on
        "review.EvidenceEpoch", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    context_version = models.PositiveBigIntegerField(default=0)
    context_hash = models.CharField(max_length=64, blank=True)
    dwell_ms = models.PositiveIntegerField(null=True, blank=True)
    before = models.CharField(max_length=64, blank=True)  # hashes of stored texts
    after = models.CharField(max_length=64, blank=True)
    edit_kind = models.CharField(max_length=10, blank=True)
    edit_distance = models.FloatField(default=0)
    payload = models.CharField(max_length=64, blank=True)  # hash of what was approved
    reason = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    vouched = models.JSONField(default=list, blank=True)  # words not on record, checked by `by`
    bulk = models.UUIDField(null=True, blank=True)  # the same for all decided by one press
    escalation_verdict = models.CharField(max_length=12, choices=EscalationVerdict, blank=True)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "revision"],
                condition=Q(undone_at__isnull=True)
                & Q(verb__in=["approve", "approve_edited", "reject", "resolve"]),
                name="one_decision_per_revision",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | (~Q(policy="") & Q(evidence__isnull=False)),
                name="decision_has_an_actor",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(vouched=[]), name="people_vouch"
            ),
            models.CheckConstraint(
                condition=Q(escalation_verdict__in=["", *EscalationVerdict.values]),
                name="escalation_verdict",
            ),
        ]
        indexes = [
            models.Index(fields=["by", "-at", "-id"], name="decisions_by_person"),
            models.Index(fields=["-at", "-id"], name="decisions_by_time"),
            models.Index(
                fields=["bulk"], name="decisions_by_bulk", condition=Q(bulk__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by or self.policy} {self.get_verb_display()}"

    @property
    def vouch(self) -> str:
        """What they vouched for, as a sentence goes on; "" for nothing."""
        words = ", ".join(f"“{text}”" for text in self.vouched)
        return f"vouched for {words}" if words else ""


class OutboxMessageQuerySet(OfAccount):
    def due(self, at: datetime) -> Self:
        return self.filter(state=OutboxMessage.State.QUEUED, not_before__lte=at)

    def unsent(self) -> Self:
        return self.filter(state__in=OutboxMessage.UNSENT)

    def needing_a_person(self) -> Self:
        """Those that no later attempt moves on."""
        return self.filter(state__in=OutboxMessage.STOPPED)


class OutboxMessage(models.Model):
    """One approved payload on its way. `decisions` inserts, `dispatch` moves.

    `payload` is the hash of the canonical fields that were approved, `mime` of the bytes that go
    out. `attempt` counts claims; a person's word that it did not leave is a new claim.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Sending"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Outcome unknown"
        BLOCKED = "blocked", "Blocked"
        CANCELLED = "cancelled", "Cancelled"

    UNSENT = (State.QUEUED, State.SENDING, State.UNKNOWN, State.BLOCKED)
    STOPPED = (State.UNKNOWN, State.BLOCKED, State.FAILED)
    LEFT = (State.SENDING, State.UNKNOWN, State.SENT)  # or may have

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="outbox")
    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="messages")
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="messages")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="messages")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    revision = models.PositiveIntegerField()
    sender = models.CharField(max_length=254, blank=True)
    recipient = models.CharField(max_length=254)
    domain = models.CharField(max_length=253, blank=True)  # of the recipient
    subject = models.CharField(max_length=300)
    payload = models.CharField(max_length=64)
    approved = models.CharField(max_length=64)
    mime = models.CharField(max_length=64, blank=True)
    message_id = models.CharField(max_length=255)
    lease = models.ForeignKey(
        Lease, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    token = models.PositiveBigIntegerField(default=0)
    not_before = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    complained_at = models.DateTimeField(null=True, blank=True)  # `complaints` has noted it
    hold_reason = models.CharField(max_length=300, blank=True)
    guard = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=500, blank=True)
    provider_answer = models.CharField(max_length=500, blank=True)
    provider_id = models.CharField(max_length=255, blank=True)  # the mail provider's own name of it
    stayed_local = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=[
                        "queued",
                        "sending",
                        "sent",
                        "failed",
                        "unknown",
                        "blocked",
                        "cancelled",
                    ]
                ),
                name="message_state",
            ),
            models.UniqueConstraint(
                fields=["draft", "revision"],
                condition=~Q(state="cancelled"),
                name="one_message_per_revision",
            ),
            # What leaves is what was approved.
            models.CheckConstraint(condition=Q(payload=F("approved")), name="sent_as_approved"),
        ]
        indexes = [
            models.Index(
                fields=["not_before", "id"], name="outbox_due", condition=Q(state="queued")
            ),
            models.Index(
                fields=["claimed_at"], name="outbox_sending", condition=Q(state="sending")
            ),
            models.Index(fields=["account", "-id"], name="outbox_by_account"),
            models.Index(fields=["message_id"], name="outbox_by_message_id"),
            models.Index(
                fields=["provider_id"],
                name="outbox_by_provider_id",
                condition=~Q(provider_id=""),
            ),
            # What the caps are counted from.
            models.Index(
                fields=["domain", "-claimed_at"],
                name="outbox_by_domain",
                condition=Q(claimed_at__isnull=False),
            ),
            models.Index(
                fields=["sender", "-claimed_at"],
                name="outbox_by_sender",
                condition=Q(claimed_at__isnull=False),
            ),
            models.Index(
                fields=["recipient"],
                name="outbox_in_flight",
                condition=Q(state__in=["sending", "unknown"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipient}"
