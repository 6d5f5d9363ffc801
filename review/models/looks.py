"""How far the nightly look at the invariants has come, and what it found. Written by
`review.audit.nightly` alone."""

from django.db import models
from django.db.models import Q


class Look(models.Model):
    """One row: which law is asked now, and behind which row it goes on. It ends for the night when
    every law was asked, or when it was long enough; then the next one goes on where it stopped.

    `marks` are the rows up to which a law needs not be asked again, `mark` what that will be of the
    law at hand. That was begun at `since`, the first of all at `round_at`; `whole_at` is when the
    look began that came through all of them last.
    """

    due_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)  # by whoever looks just now
    law = models.CharField(max_length=80, blank=True)
    after = models.PositiveBigIntegerField(default=0)
    mark = models.PositiveBigIntegerField(default=0)
    parts = models.PositiveIntegerField(default=0)  # of this night
    marks = models.JSONField(default=dict, blank=True)
    since = models.DateTimeField(null=True, blank=True)
    round_at = models.DateTimeField(null=True, blank=True)
    whole_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_look")]

    def __str__(self) -> str:
        return self.law or "Nothing looked at yet"


class Breach(models.Model):
    """Something that does not hold: the law, and in `words` the rows. `seen_at` is when it was last
    found; whoever looked into it is named, and it is not told any more."""

    law = models.CharField(max_length=80)
    words = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        "revenue.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["found_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["law", "words"], name="found_once"),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(settled_by__isnull=False), name="a_person_looked"
            ),
        ]
        indexes = [
            models.Index(fields=["law"], name="breaches_open", condition=Q(settled_at=None)),
        ]

    def __str__(self) -> str:
        return self.words
