"""What happened that may be a reason to act. Written by `revenue.ingest` alone."""

from typing import Self

from django.db import models

from .access import OfAccount
from .accounts import Account


class SignalQuerySet(OfAccount):
    def unhandled(self) -> Self:
        return self.filter(handled_at__isnull=True)


class Signal(models.Model):
    """`handled_at` is set by the routing decision that took it into account.

    One that another program brought says so at the beginning of its source.
    """

    API, WEBHOOK = "api:", "webhook:"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="signals")
    kind = models.CharField(max_length=40)
    is_known = models.BooleanField(default=True)
    source = models.CharField(max_length=120)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    payload = models.JSONField(default=dict, blank=True)
    dedupe_key = models.CharField(max_length=255, unique=True)
    handled_at = models.DateTimeField(null=True, blank=True)

    objects = SignalQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["account", "id"],
                name="unhandled_signals",
                condition=models.Q(handled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def is_from_outside(self) -> bool:
        return self.source.startswith((self.API, self.WEBHOOK))
