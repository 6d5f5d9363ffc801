"""Who may speak to the buyer. Written by `revenue.leases` alone."""

from typing import Self

from django.db import models
from django.db.models import Q

from .access import OfAccount
from .accounts import Account


class LeaseQuerySet(OfAccount):
    def active(self) -> Self:
        return self.filter(state=Lease.State.ACTIVE)


class Lease(models.Model):
    """The voice. `holder` is "run:1", "item:1", "outbox:1" or "user:1".

    `token` fences: it grows with every holder of the account, and a write that carries an older
    one finds no row. `is_pinned` marks a mail that is on its way or whose outcome is unknown:
    nothing takes the voice from it, not even time. `returns_to` names the person who lent it to
    a mail of their own: when that is over, they hold the account again.
    """

    PERSON = "user:"

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        RELEASED = "released", "Released"
        EXPIRED = "expired", "Expired"
        PREEMPTED = "preempted", "Pre-empted"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="leases")
    holder = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    token = models.PositiveBigIntegerField()
    is_pinned = models.BooleanField(default=False)
    returns_to = models.CharField(max_length=40, blank=True)
    acquired_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=200, blank=True)

    objects = LeaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"], condition=Q(state="active"), name="one_voice_per_account"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "released", "expired", "preempted"]),
                name="lease_state",
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="active_leases", condition=Q(state="active")),
        ]

    def __str__(self) -> str:
        return f"{self.holder} ({self.state})"

    @property
    def person(self) -> str:
        """The person who holds the account, also while a mail of theirs speaks; "" for nobody."""
        names = (self.holder, self.returns_to)
        return next((name for name in names if name.startswith(self.PERSON)), "")
