"""What agents did: runs, drafts, handoffs. Written by `agents.runtime` and `agents.handoffs`."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from agents.models.configs import AgentConfig
from agents.models.routing import RoutingDecision
from revenue.models import Account, Contact
from revenue.models.access import OfAccount


class AgentRun(models.Model):
    """One agent on one account. The running top-level one is the account's step lock.

    `lease` and `token` are the voice that an outward run holds; `context_version` is what it
    read: at its commit the account must still be there.
    """

    class State(models.TextChoices):
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="runs")
    agent = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="branches"
    )
    decision = models.ForeignKey(
        RoutingDecision, null=True, blank=True, on_delete=models.CASCADE, related_name="runs"
    )
    config = models.ForeignKey(AgentConfig, null=True, blank=True, on_delete=models.PROTECT)
    lease = models.ForeignKey(
        "revenue.Lease", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    token = models.PositiveBigIntegerField(default=0)
    context_version = models.PositiveBigIntegerField(default=0)
    context_hash = models.CharField(max_length=64, blank=True)
    prompt = models.CharField(max_length=64, blank=True)  # hashes of stored texts
    packet = models.CharField(max_length=64, blank=True)
    answer = models.CharField(max_length=64, blank=True)
    manifest = models.JSONField(default=list, blank=True)  # ids of the rows in the prompt
    result = models.CharField(max_length=10, blank=True)  # act | skip | escalate
    note = models.CharField(max_length=1000, blank=True)
    model = models.CharField(max_length=120, blank=True)
    calls = models.PositiveSmallIntegerField(default=0)
    prompt_tokens = models.PositiveIntegerField(default=0)
    cached_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    reserved = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    started_at = models.DateTimeField()
    alive_until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = OfAccount.as_manager()

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=Q(state="running", parent__isnull=True),
                name="one_step_per_account",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "done", "failed", "cancelled"]), name="run_state"
            ),
        ]
        indexes = [
            models.Index(fields=["alive_until"], name="runs_running", condition=Q(state="running")),
        ]

    def __str__(self) -> str:
        return f"{self.agent} on {self.account}"

    @property
    def is_offline(self) -> bool:
        return self.model.startswith("offline")


OUTSIDE = "outside:"  # begins the name of an agent that is somebody else's
HUMAN = "human"  # the agent of what a person composed, whom `fields` name as "by"


class Effect(models.TextChoices):
    NONE = "none", "Internal"
    RECORD = "record", "Record change"
    BUYER = "buyer", "To the buyer"


class DraftQuerySet(OfAccount):
    def unrouted(self) -> Self:
        """Without an item, and their parent run has ended. The gate adds what it knows."""
        busy = AgentRun.objects.filter(pk=OuterRef("run__parent"), state="running")
        return self.filter(~Exists(busy), needs_item=True)


class Draft(models.Model):
    """What an agent would send or write. Immutable but for `needs_item`, the gate's own mark.

    A rewrite is a new row with `supersedes`. `context_version` is the one that resulted from the
    run's own writes. `evidence` is a list of {claim, source_type, source_id, quote, as_of}.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="drafts")
    agent = models.CharField(max_length=40)
    output_class = models.CharField(max_length=60)
    effect = models.CharField(max_length=10, choices=Effect, default=Effect.BUYER)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.CASCADE)
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField(blank=True)

    run = models.ForeignKey(
        AgentRun, null=True, blank=True, on_delete=models.CASCADE, related_name="drafts"
    )
    config = models.ForeignKey(AgentConfig, null=True, blank=True, on_delete=models.PROTECT)
    supersedes = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    handoff = models.ForeignKey(
        "agents.Handoff", null=True, blank=True, on_delete=models.SET_NULL, related_name="drafts"
    )
    lease = models.ForeignKey(
        "revenue.Lease", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    token = models.PositiveBigIntegerField(default=0)
    context_version = models.PositiveBigIntegerField(default=0)
    context_hash = models.CharField(max_length=64, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    evidence = models.JSONField(default=list, blank=True)
    risk_flags = models.JSONField(default=list, blank=True)
    rationale = models.CharField(max_length=1000, blank=True)
    in_reply_to = models.ForeignKey(
        "revenue.Activity", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_tainted = models.BooleanField(default=False)
    needs_item = models.BooleanField(default=True)
    is_planted = models.BooleanField(default=False)  # for practice: no outbox row may ever name it
    model = models.CharField(max_length=120, blank=True)
    told = models.CharField(max_length=64, blank=True)  # hash of the company's own words to it
    created_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(effect__in=["none", "record", "buyer"]), name="draft_effect"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="drafts_unrouted", condition=Q(needs_item=True)),
            models.Index(fields=["account", "-id"], name="drafts_by_account"),
        ]

    def __str__(self) -> str:
        return self.subject or self.output_class

    @property
    def is_offline(self) -> bool:
        return self.model.startswith("offline")

    @property
    def is_outside(self) -> bool:
        """Brought over HTTP by somebody else's agent."""
        return self.agent.startswith(OUTSIDE)

    @property
    def is_human(self) -> bool:
        """Composed by a person, who is `by_id`."""
        return self.agent == HUMAN

    @property
    def by_id(self) -> int | None:
        return self.fields.get("by") if self.is_human else None

    @property
    def can_be_rewritten(self) -> bool:
        """By an agent of ours, that is; whoever else wrote it edits it."""
        return not (self.is_outside or self.is_human)


class Handoff(models.Model):
    """Context package, state update, mandate: the reader needs nothing else.

    `to_agent` empty: written by a person handing the account back; the router decides.
    """

    class State(models.TextChoices):
        OFFERED = "offered", "Offered"
        ACCEPTED = "accepted", "Accepted"
        BOUNCED = "bounced", "Incomplete"
        ESCALATED = "escalated", "With a person"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="handoffs")
    from_agent = models.CharField(max_length=40)
    to_agent = models.CharField(max_length=40, blank=True)
    context = models.JSONField(default=dict)
    state_update = models.JSONField(default=dict)
    mandate = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    context_version = models.PositiveBigIntegerField(default=0)
    missing = models.JSONField(default=list, blank=True)
    bounces = models.PositiveSmallIntegerField(default=0)
    run = models.ForeignKey(
        AgentRun, null=True, blank=True, on_delete=models.CASCADE, related_name="handoffs"
    )
    by = models.CharField(max_length=80, blank=True)
    accepted_by = models.ForeignKey(
        AgentRun, null=True, blank=True, on_delete=models.SET_NULL, related_name="answers"
    )
    deadline_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = OfAccount.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["offered", "accepted", "bounced", "escalated"]),
                name="handoff_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["account"],
                name="handoffs_open",
                condition=Q(state__in=["offered", "bounced"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_agent} → {self.to_agent or 'anyone'}"


class ExtraRead(models.Model):
    """What a receiver had to fetch beyond the handoff's package; each one lowers its integrity."""

    run = models.ForeignKey(AgentRun, on_delete=models.CASCADE, related_name="extra_reads")
    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="extra_reads")
    what = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.what
