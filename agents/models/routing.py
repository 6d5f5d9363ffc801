"""Why somebody acted, or nobody did. Written by `agents.orchestration`."""

from django.db import models
from django.db.models import Q

from revenue.models import Account
from revenue.models.access import OfAccount


class RoutingDecision(models.Model):
    """One look at one account. `seen` is the hash of the situation, stored as a snapshot.

    `inputs` is the hash of what the rule depended on: an escalation with the same inputs is not
    raised twice. `needs_item` stays true until the gate made an item of an escalation.
    """

    class Verdict(models.TextChoices):
        RUN = "run", "Run"
        WAIT = "wait", "Wait"
        ESCALATE = "escalate", "Ask a person"
        NONE = "none", "Nothing to do"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict)
    agent = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=1000)
    rule = models.CharField(max_length=80, blank=True)
    allowed = models.JSONField(default=list, blank=True)
    mandate = models.JSONField(default=dict, blank=True)
    signals = models.JSONField(default=list, blank=True)
    seen = models.CharField(max_length=64, blank=True)
    inputs = models.CharField(max_length=64, blank=True)
    router_answer = models.CharField(max_length=64, blank=True)  # hash of the raw answer
    config = models.CharField(max_length=60, blank=True)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    needs_item = models.BooleanField(default=False)
    until = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)  # an escalation's, by a person
    at = models.DateTimeField()

    objects = OfAccount.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["run", "wait", "escalate", "none"]), name="routing_verdict"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-id"], name="decisions_by_account"),
            models.Index(fields=["id"], name="escalations", condition=Q(needs_item=True)),
            models.Index(
                fields=["account"],
                name="open_escalations",
                condition=Q(verdict="escalate", settled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.agent}: {self.reason}"


class WakeUp(models.Model):
    """The one alarm of an account. Written by `agents.orchestration.triggers` alone.

    `attempts` is counted before the work; the third failure quarantines the account.
    `waits_for` "voice" means: rings as soon as nobody holds the voice, at the latest at `due_at`.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="wake_up")
    due_at = models.DateTimeField(null=True, blank=True)
    retry_at = models.DateTimeField(null=True, blank=True)  # after a failure: not before this
    waits_for = models.CharField(max_length=10, blank=True)
    signals = models.JSONField(default=list, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)  # when the last attempt began
    quarantined_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    objects = OfAccount.as_manager()

    class Meta:
        indexes = [models.Index(fields=["due_at"], name="due_wake_ups")]

    def __str__(self) -> str:
        return f"{self.account} at {self.due_at}"
