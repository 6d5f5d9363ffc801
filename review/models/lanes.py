"""The unit of autonomy and the reviews that speak for it. Written by `review.autonomy` alone."""

from django.db import models
from django.db.models import F, Q

from agents.models import Draft
from revenue.models import Account, User
from review.models.items import ReviewItem


class Lane(models.Model):
    """An output class, or one segment of it where a manager split it. Every lane starts in review.

    `target` is the score that its drafts have to beat, `tolerated` how many bad ones may leave on
    average before one is caught, `minor_loss` what a change of wording costs; `policy` numbers the
    settings in force. `epoch` is the evidence that is being collected. `meter` and `clean_run` are
    the alarm meter and the clean run of a watched lane, `demotions` how often it lost its trust.
    """

    class State(models.TextChoices):
        REVIEW = "review", "Reviewed"
        AUTO = "auto", "Automatic"
        TIGHTENED = "tightened", "Tightened"
        PAUSED = "paused", "Paused"

    FREE = (State.AUTO, State.TIGHTENED)  # promoted; the meter runs

    output_class = models.CharField(max_length=60)
    segment = models.CharField(max_length=40, blank=True)
    is_split = models.BooleanField(default=False)  # its segments are lanes of their own
    state = models.CharField(max_length=10, choices=State, default=State.REVIEW)
    state_since = models.DateTimeField(null=True, blank=True)
    paused_from = models.CharField(max_length=10, blank=True)  # what it was before the pause
    target = models.FloatField(default=0.95)
    tolerated = models.FloatField(default=9.0)
    minor_loss = models.FloatField(default=0.1)
    policy = models.PositiveIntegerField(default=1)
    epoch = models.ForeignKey(
        "EvidenceEpoch", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    meter = models.FloatField(default=1.0)
    clean_run = models.PositiveIntegerField(default=0)
    demotions = models.PositiveIntegerField(default=0)
    audits = models.PositiveIntegerField(default=0)  # held for an audit since it was promoted
    verdicts = models.PositiveBigIntegerField(default=0)  # the number of the last verdict

    class Meta:
        ordering = ["output_class", "segment"]
        constraints = [
            models.UniqueConstraint(fields=["output_class", "segment"], name="one_lane"),
            models.CheckConstraint(
                condition=Q(state__in=["review", "auto", "tightened", "paused"]), name="lane_state"
            ),
            models.CheckConstraint(condition=Q(target__gt=0) & Q(target__lt=1), name="lane_target"),
            models.CheckConstraint(
                condition=~Q(state="auto") | Q(epoch__isnull=False), name="auto_names_its_evidence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.output_class} {self.segment}".strip()

    @property
    def place(self) -> list[str]:
        """What names it, in an address and in a policy."""
        return [part for part in (self.output_class, self.segment) if part]

    @property
    def is_trusted(self) -> bool:
        """It runs by itself, or will when it is resumed."""
        return self.state in self.FREE or self.paused_from in self.FREE


class EvidenceEpoch(models.Model):
    """The evidence of one lane under one fingerprint and one attempt; never pooled with another.

    `units` is the histogram of the closed units' scores, {"0.9500": 3}, `last` the newest 20 of
    them, `skipped` the approvals that were too fast to count, `unscored` the drafts that ended
    without a decision. It is opened again, at `reopened_at`, when its version, its demotions and
    its `minor_loss` are the lane's again.
    """

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="epochs")
    attempt = models.PositiveIntegerField()
    fingerprint = models.CharField(max_length=64)
    fed_by = models.CharField(max_length=64, blank=True)  # of the agent whose handoffs it answers
    version = models.CharField(max_length=180, blank=True)  # of the agent, and its model, to read
    demotions = models.PositiveIntegerField(default=0)  # of the lane, before it
    minor_loss = models.FloatField(default=0.1)  # by which its edits are weighed
    doublings = models.PositiveIntegerField(default=0)  # of the odds that W has to reach
    units = models.JSONField(default=dict, blank=True)
    last = models.JSONField(default=list, blank=True)
    count = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    unscored = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)  # why it was closed

    class Meta:
        ordering = ["lane", "attempt"]
        constraints = [
            models.UniqueConstraint(fields=["lane", "attempt"], name="epoch_attempt"),
            models.UniqueConstraint(
                fields=["lane"], condition=Q(closed_at=None), name="one_open_epoch"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lane}, attempt {self.attempt}"

    @property
    def counts(self) -> list[tuple[float, int]]:
        """As `review.evidence` reads them: (score, how many units)."""
        return [(float(score), many) for score, many in self.units.items()]


class EvidenceUnit(models.Model):
    """All reviews of one lane, account and UTC day: one piece of evidence, once it is closed.

    It closes when the day is over and nothing of it waits any more. `number` is its place in the
    epoch; `log_w` (at `target`) and `proven` are what the epoch showed after it.
    """

    epoch = models.ForeignKey(EvidenceEpoch, on_delete=models.CASCADE, related_name="pieces")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    day = models.DateField()
    number = models.PositiveIntegerField(null=True, blank=True)
    score = models.FloatField(null=True, blank=True)
    target = models.FloatField(null=True, blank=True)
    log_w = models.FloatField(null=True, blank=True)
    proven = models.FloatField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["epoch", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["epoch", "account", "day"], name="one_unit"),
            models.UniqueConstraint(fields=["epoch", "number"], name="unit_place"),
        ]
        indexes = [
            models.Index(fields=["day"], name="units_open", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.account} on {self.day}"


class Verdict(models.Model):
    """One scored review, numbered within its lane. Append-only; the first on a draft counts.

    `is_second` is a blind second look at the same item: the worse of the two counts. `state` and
    `meter` are the lane's when it came and after it.
    """

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="scored")
    number = models.PositiveBigIntegerField()
    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="verdicts")
    is_second = models.BooleanField(default=False)
    score = models.FloatField()
    kind = models.CharField(max_length=10)  # unchanged | minor | major | rejected | rewrite
    epoch = models.ForeignKey(
        EvidenceEpoch, null=True, blank=True, on_delete=models.PROTECT, related_name="verdicts"
    )
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    day = models.DateField(null=True, blank=True)  # the draft's, in UTC
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=Lane.State.REVIEW)
    target = models.FloatField(null=True, blank=True)  # the meter's, when it moved
    meter = models.FloatField(default=1.0)
    at = models.DateTimeField()

    class Meta:
        ordering = ["lane", "number"]
        constraints = [
            models.UniqueConstraint(fields=["lane", "number"], name="verdict_place"),
            models.UniqueConstraint(fields=["item", "is_second"], name="one_verdict_per_look"),
            models.CheckConstraint(
                condition=Q(score__gte=0) & Q(score__lte=1), name="verdict_score"
            ),
        ]
        indexes = [
            models.Index(fields=["epoch", "account", "day"], name="verdicts_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.score})"


class AuditDraw(models.Model):
    """Whether a draft of a promoted lane is looked at before it leaves, and how likely that was."""

    draft = models.OneToOneField(Draft, on_delete=models.CASCADE, related_name="audit")
    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="draws")
    epoch = models.ForeignKey(EvidenceEpoch, on_delete=models.PROTECT, related_name="draws")
    probability = models.FloatField()
    due = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["lane", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(probability__gt=0) & Q(probability__lte=1), name="audit_probability"
            ),
        ]
        indexes = [
            models.Index(fields=["lane", "-at"], name="audits_due", condition=Q(due=True)),
        ]

    def __str__(self) -> str:
        return f"{self.draft}: {'held' if self.due else 'sent'}"


class LaneChange(models.Model):
    """Every change of a lane, with who, why, and what stood before and after. Append-only.

    `evidence` is what the decision rested on: epoch, units, W, target, reviewers. `by` is nobody
    where the machine did it.
    """

    class Kind(models.TextChoices):
        PROMOTED = "promoted", "Promoted"
        TIGHTENED = "tightened", "Full review until clean"
        CLEARED = "cleared", "Automatic again"
        DEMOTED = "demoted", "Demoted"
        PAUSED = "paused", "Paused"
        RESUMED = "resumed", "Resumed"
        SETTINGS = "settings", "Settings changed"
        RESTARTED = "restarted", "Evidence started anew"
        SPLIT = "split", "Split by segment"
        JOINED = "joined", "Segments joined"
        WAIVED = "waived", "Second reviewer waived"
        HARMED = "harmed", "Harm recorded"
        SETTLED = "settled", "Harm settled"

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    before = models.JSONField(default=dict, blank=True)
    after = models.JSONField(default=dict, blank=True)
    evidence = models.JSONField(default=dict, blank=True)
    policy = models.PositiveIntegerField()
    sole_reviewer = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    waived = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="lane_change_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(kind="promoted") | Q(by__isnull=False), name="a_person_promotes"
            ),
            models.CheckConstraint(
                condition=~Q(kind="promoted")
                | Q(waived=True)
                | Q(sole_reviewer=None)
                | ~Q(sole_reviewer=F("by")),
                name="two_people_promote",
            ),
        ]
        indexes = [
            models.Index(fields=["lane", "-at"], name="changes_by_lane"),
        ]

    def __str__(self) -> str:
        return f"{self.lane}: {self.get_kind_display().lower()}"


class Critical(models.Model):
    """Something that did harm: it ends the lane's autonomy at once, and bars it until settled."""

    class Kind(models.TextChoices):
        RECIPIENT = "recipient", "It went to the wrong person"
        PRICE = "price", "It named a wrong price"
        OPT_OUT = "opt_out", "It went to somebody who had opted out"
        COMPLAINT = "complaint", "The recipient complained"

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="harms")
    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="harms")
    kind = models.CharField(max_length=10, choices=Kind)
    note = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    settled_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "kind"], name="one_harm_of_a_kind"),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(settled_by__isnull=False), name="a_person_settles"
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Heartbeat(models.Model):
    """A row per supervised part, so that a part which stopped answering is seen."""

    name = models.CharField(max_length=40, unique=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
