"""What an agent runs with: immutable versions. Written by `agents.configs` alone."""

from typing import Self

from django.db import models
from django.db.models import Q


class AgentConfigQuerySet(models.QuerySet):
    def active(self) -> Self:
        return self.filter(is_active=True)


class AgentConfig(models.Model):
    """One version. A change is a new row; only `is_active` and `is_enabled` of it ever move.

    `agent` is a name of the team, or "router" or "reader" for the orchestration's own. `model` ""
    means the installation's own. `fingerprint` is the hash of everything that shapes the output.
    """

    agent = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    prompt = models.TextField()
    model = models.CharField(max_length=120, blank=True)
    temperature = models.FloatField(default=0.3)
    max_tokens = models.PositiveIntegerField(default=1500)
    fingerprint = models.CharField(max_length=64)
    is_active = models.BooleanField(default=False)
    created_by = models.CharField(max_length=80)
    created_at = models.DateTimeField()

    objects = AgentConfigQuerySet.as_manager()

    class Meta:
        ordering = ["agent", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["agent", "version"], name="config_version"),
            models.UniqueConstraint(
                fields=["agent"], condition=Q(is_active=True), name="one_active_config"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agent} v{self.version}"


class RoutingRule(models.Model):
    """Condition → what is allowed, as data. The first active rule that holds decides.

    `when` is evaluated by `agents.orchestration.conditions`; `words` is the reason that a rep
    reads. `verdict` run needs one or more `agents`; with several the router model chooses.
    """

    name = models.CharField(max_length=80, unique=True)
    order = models.PositiveIntegerField()
    when = models.JSONField()
    verdict = models.CharField(max_length=10)
    agents = models.JSONField(default=list, blank=True)
    mandate = models.JSONField(default=dict, blank=True)
    words = models.CharField(max_length=400)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=["run", "wait", "escalate", "none"]), name="rule_verdict"
            ),
        ]

    def __str__(self) -> str:
        return self.name
