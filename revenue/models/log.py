"""The append-only, hash-chained event log. Written by `revenue.events` alone.

Rows carry ids, enums and hashes, never text, so that erasing a person and keeping the log do not
meet. UPDATE and DELETE are refused by triggers (`revenue.log_guard`).
"""

from django.db import models

from .access import OfAccount
from .accounts import Account


class ChainHead(models.Model):
    key = models.CharField(max_length=80, unique=True)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.key


class Event(models.Model):
    """`account` has no constraint in the database: the log outlives what it tells of."""

    chain = models.CharField(max_length=80)
    seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    actor = models.CharField(max_length=80)
    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.DO_NOTHING, db_constraint=False
    )
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = OfAccount.as_manager()

    class Meta:
        ordering = ["chain", "seq"]
        constraints = [models.UniqueConstraint(fields=["chain", "seq"], name="event_place")]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="events_of")]

    def __str__(self) -> str:
        return f"{self.chain} {self.seq}: {self.kind}"
