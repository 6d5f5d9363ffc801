"""What an agent runs with: immutable versions. Written by `agents.configs` alone."""

from typing import Self

from django.db import models
from django.db.models import Q

from revenue.models import User


class AgentState(models.Model):
    """May an agent work? An admin makes it available, a manager switches it on: it takes both.

    The orchestration's own, router and reader, have no row: they are always at work.
    """

    agent = models.CharField(max_length=40, unique=True)
    is_available = models.BooleanField(default=False)
    is_on = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.agent}: {self.state}"

    @property
    def is_at_work(self) -> bool:
        return self.is_available and self.is_on

    @property
    def state(self) -> str:
        """As the log says it: away, available or on."""
        return "on" if self.is_at_work else "available" if self.is_available else "away"


class AgentConfigQuerySet(models.QuerySet):
    def active(self) -> Self:
        """The version in force of each agent, whether the agent is at work or not."""
        return self.filter(is_active=True)

    def at_work(self) -> Self:
        off = AgentState.objects.exclude(is_available=True, is_on=True)
        return self.active().exclude(agent__in=off.values("agent"))


class AgentConfig(models.Model):
    """One version. A change is a new row; only `is_active` of it ever moves.

    `agent` is a name of the team, or "router" or "reader" for the orchestration's own. `model` ""
    means the installation's own. `fingerprint` is the hash of everything that shapes the output.
    `budget` is in US dollars for a UTC day; none means no limit of its own. `left_out` names the
    classes of the agent that it may not write. `change` says what the version changed of the one
    before (`agents.configs`); `restores` is the number of an older version whose content it brings
    back.
    """

    agent = models.CharField(max_length=40)
    version = models.PositiveIntegerField()
    prompt = models.TextField()
    model = models.CharField(max_length=120, blank=True)
    temperature = models.FloatField(default=0.3)
    max_tokens = models.PositiveIntegerField(default=1500)
    budget = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    left_out = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=300, blank=True)
    change = models.CharField(max_length=10, blank=True)
    restores = models.PositiveIntegerField(null=True, blank=True)
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


class Rehearsal(models.Model):
    """What the scenarios said of instructions of the router or the reader, before they ran.

    `mark` is of everything that the answers depend on (`agents.orchestration.scenarios`, which
    alone writes here). `results` has a row for each scenario: its name, the answers that are right,
    what was answered and why.
    """

    agent = models.CharField(max_length=40)
    mark = models.CharField(max_length=64)
    results = models.JSONField()
    failed = models.PositiveIntegerField()
    model = models.CharField(max_length=120)
    cost = models.DecimalField(max_digits=12, decimal_places=6)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["agent", "mark"], name="rehearsal_mark")]

    def __str__(self) -> str:
        return f"{self.agent}: {len(self.results) - self.failed} of {len(self.results)}"
