"""Checks of the reviewers: errors that are planted for practice, blind second looks. Written by
`review.practice`, and second looks by `review.autonomy`."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from agents.models import Draft
from revenue.models import User
from review.models.items import ReviewItem


class PlantQuerySet(models.QuerySet):
    def answered(self, *, since: datetime) -> Self:
        return self.filter(caught__isnull=False, answered_at__gte=since)


class Plant(models.Model):
    """A draft with one fact swapped, to see whether its reviewer notices. Written by
    `review.practice` alone.

    `before` is the right fact, `after` the wrong one that stands in the draft. `reviewer` is whom
    it was made for, from the verdict on who gave it. `caught` is None until then.
    """

    item = models.OneToOneField(ReviewItem, on_delete=models.CASCADE, related_name="plant")
    source = models.ForeignKey(
        Draft, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    kind = models.CharField(max_length=20)
    before = models.CharField(max_length=200)
    after = models.CharField(max_length=200)
    reviewer = models.ForeignKey(User, on_delete=models.CASCADE, related_name="plants")
    made_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    caught = models.BooleanField(null=True, blank=True)

    objects = PlantQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(caught=None) | Q(answered_at__isnull=False), name="plant_answered"
            ),
        ]
        indexes = [
            models.Index(fields=["reviewer", "-made_at"], name="plants_by_reviewer"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.before} → {self.after}"


class Double(models.Model):
    """A blind second look at something that was approved. `autonomy.doubles` draws and closes it,
    `review.practice` shows it and takes its verdict.

    `first` and `second` are what the two made of it, as `Verdict.kind` says it. `shadow` is the
    copy that the second person sees; there is none until the original has left. `said` are the
    hashes of its sentences that had been said before it (`review.said`). It closes with a second
    verdict, or without one when its time is over.
    """

    original = models.OneToOneField(ReviewItem, on_delete=models.CASCADE, related_name="double")
    shadow = models.OneToOneField(
        ReviewItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="double_of"
    )
    first = models.CharField(max_length=10)
    first_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    second = models.CharField(max_length=10, blank=True)
    said = models.JSONField(default=list, blank=True)
    second_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(second_by=None) | ~Q(second_by=F("first_by")), name="two_people_look"
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="doubles_open", condition=Q(closed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.first}, {self.second or 'not looked at again'}"


class PracticeRound(models.Model):
    """When it was last looked whether a practice draft is due for somebody."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="+")
    looked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user}"
