"""The kill switches: all, agent, class, account. Written by `revenue.switches` alone."""

from django.db import models


class Switch(models.Model):
    """`is_on` means: sending is stopped. A row exists before the first claim that looks at it."""

    class Scope(models.TextChoices):
        ALL = "all", "Everything"
        AGENT = "agent", "Agent"
        CLASS = "class", "Output class"
        ACCOUNT = "account", "Account"

    scope = models.CharField(max_length=10, choices=Scope)
    key = models.CharField(max_length=80, blank=True)
    is_on = models.BooleanField(default=False)
    by = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="one_switch")]

    def __str__(self) -> str:
        return f"{self.scope} {self.key}".strip()
