"""Who may come in over HTTP, what came, and what is told back. `review.doors` writes tokens,
sources, receipts and submissions, `review.callbacks` the callbacks.

Secrets that we only compare are kept as a hash; those that we sign with are sealed.
"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from agents.models import OUTSIDE, Draft
from revenue.models import Account, Team, User


class LivingQuerySet(models.QuerySet):
    def living(self) -> Self:
        return self.filter(revoked_at=None)


class ApiToken(models.Model):
    """A bearer token. Without a team it reaches every account. `minute` and `calls` limit it.

    One with the scope of drafts belongs to one outside agent and signs its drafts.
    """

    SEALED = (("callback_secret", "callback_key_id"),)

    class Scope(models.TextChoices):
        SIGNALS = "signals", "Send signals"
        DRAFTS = "drafts", "Write drafts"

    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=10, choices=Scope)
    agent = models.CharField(max_length=30, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    minute = models.DateTimeField(null=True, blank=True)
    calls = models.PositiveIntegerField(default=0)
    callback_url = models.CharField(max_length=500, blank=True)
    callback_secret = models.TextField(blank=True)
    callback_key_id = models.CharField(max_length=16, blank=True)

    objects = LivingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(scope="signals", agent="") | (Q(scope="drafts") & ~Q(agent="")),
                name="token_scope",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def signature(self) -> str:
        """Who wrote its drafts, as rows name it."""
        return f"{OUTSIDE}{self.agent}"


class WebhookSource(models.Model):
    """Who sends signed signals. The old secret is good until its date. Of what was refused before
    anybody could know who sent it only the last is kept."""

    SEALED = (("secret", "key_id"), ("old_secret", "old_key_id"))

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=40, unique=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE)
    secret = models.TextField()
    key_id = models.CharField(max_length=16)
    old_secret = models.TextField(blank=True)
    old_key_id = models.CharField(max_length=16, blank=True)
    old_until = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    refused = models.CharField(max_length=300, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)

    objects = LivingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.name

    def has_old_key(self, at: datetime) -> bool:
        return self.old_until is not None and self.old_until > at


class WebhookReceipt(models.Model):
    """One signed delivery. An id that was taken is never taken again."""

    source = models.ForeignKey(WebhookSource, on_delete=models.CASCADE, related_name="receipts")
    webhook_id = models.CharField(max_length=200)
    is_taken = models.BooleanField()
    words = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "webhook_id"], condition=Q(is_taken=True), name="taken_once"
            ),
        ]
        indexes = [models.Index(fields=["source", "-id"], name="receipts_by_source")]

    def __str__(self) -> str:
        return self.webhook_id


class Submission(models.Model):
    """An outside agent's draft, once per key, with the answer that it got.

    `is_open`: its token wants to be told, and not everything has been told yet.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="submissions")
    key = models.CharField(max_length=200)
    body = models.CharField(max_length=64)
    draft = models.ForeignKey(
        Draft, null=True, blank=True, on_delete=models.CASCADE, related_name="submissions"
    )
    answer = models.JSONField(default=dict)
    is_open = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="one_answer_per_key"),
        ]
        indexes = [
            models.Index(fields=["id"], name="submissions_open", condition=Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return self.key


class Told(models.Model):
    """Something that goes to somebody outside, tried until it is heard or given up. `attempts` is
    counted before the attempt."""

    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Callback(Told):
    """One thing to tell an outside agent."""

    class State(models.TextChoices):
        DUE = "due", "Waiting"
        DELIVERED = "delivered", "Delivered"
        GIVEN_UP = "given_up", "Given up"

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="callbacks")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="callbacks")
    about = models.CharField(max_length=60)  # the row that it tells of
    kind = models.CharField(max_length=30)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.DUE)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["token", "draft", "about"], name="told_once"),
            models.CheckConstraint(
                condition=Q(state__in=["due", "delivered", "given_up"]), name="callback_state"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="callbacks_due", condition=Q(state="due")),
            models.Index(fields=["token", "-id"], name="callbacks_by_token"),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def webhook_id(self) -> str:
        return f"decision_{self.pk}"
