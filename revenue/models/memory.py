"""What the team remembers of an account. Written by `revenue.ingest.record_fact` alone."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from .access import OfAccount
from .accounts import Account, Contact


class FactQuerySet(OfAccount):
    def current(self, at: datetime) -> Self:
        """Neither superseded nor past its shelf life at `at`."""
        return self.filter(superseded_by__isnull=True).filter(
            Q(good_until__isnull=True) | Q(good_until__gt=at)
        )


class Fact(models.Model):
    """One dated, sourced sentence. `good_until` is the end of its shelf life, empty for none."""

    class Trust(models.TextChoices):
        INTERNAL = "internal", "Our own records"
        UNTRUSTED = "untrusted", "From outside"

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="facts")
    text = models.TextField(max_length=2000)
    source = models.CharField(max_length=300)
    as_of = models.DateTimeField()

    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL)
    source_url = models.URLField(max_length=500, blank=True)
    confidence = models.FloatField(default=1.0)
    good_until = models.DateTimeField(null=True, blank=True)
    trust = models.CharField(max_length=10, choices=Trust, default=Trust.INTERNAL)
    key = models.CharField(max_length=120, blank=True)  # what it is about; a newer one supersedes
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    written_by = models.CharField(max_length=80, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        ordering = [F("as_of").desc(), F("id").desc()]
        constraints = [
            models.CheckConstraint(
                condition=Q(confidence__gte=0) & Q(confidence__lte=1), name="fact_confidence"
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "-as_of"],
                name="current_facts",
                condition=Q(superseded_by__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def link(self) -> str:
        """A source is text from elsewhere: only a web address becomes a link."""
        return self.source_url if self.source_url.startswith(("https://", "http://")) else ""
