"""The unit of autonomy and the reviews that speak for it. Written by `review.autonomy` alone."""

from django.db import models
from django.db.models import Q

from review.models.items import ReviewItem


class Lane(models.Model):
    """An output class, or one segment of it. Every lane starts in review."""

    class State(models.TextChoices):
        REVIEW = "review", "Reviewed"
        AUTO = "auto", "Automatic"
        TIGHTENED = "tightened", "Tightened"
        PAUSED = "paused", "Paused"

    output_class = models.CharField(max_length=60)
    segment = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.REVIEW)
    verdicts = models.PositiveBigIntegerField(default=0)  # the number of the last verdict

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["output_class", "segment"], name="one_lane"),
        ]

    def __str__(self) -> str:
        return f"{self.output_class} {self.segment}".strip()


class Verdict(models.Model):
    """One scored review, numbered within its lane. Append-only; the first on a draft counts."""

    lane = models.ForeignKey(Lane, on_delete=models.PROTECT, related_name="scored")
    number = models.PositiveBigIntegerField()
    item = models.OneToOneField(ReviewItem, on_delete=models.CASCADE, related_name="verdict")
    score = models.FloatField()
    kind = models.CharField(max_length=10)  # unchanged | minor | major | rejected | rewrite
    at = models.DateTimeField()

    class Meta:
        ordering = ["lane", "number"]
        constraints = [
            models.UniqueConstraint(fields=["lane", "number"], name="verdict_place"),
            models.CheckConstraint(
                condition=Q(score__gte=0) & Q(score__lte=1), name="verdict_score"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.score})"


class Heartbeat(models.Model):
    """A row per supervised part, so that a part which stopped answering is seen."""

    name = models.CharField(max_length=40, unique=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
