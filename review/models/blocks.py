"""Why a message did not leave when it was to. Written by `review.blocks`."""

from django.db import models

from review.models.items import OutboxMessage


class GuardBlock(models.Model):
    """One guard's word about one message: what it saw and what would lift it.

    A hold that is met again is the same row, with the number of `times`.
    """

    message = models.ForeignKey(OutboxMessage, on_delete=models.CASCADE, related_name="blocks")
    guard = models.CharField(max_length=40)
    detail = models.CharField(max_length=500)
    lifts = models.CharField(max_length=300, blank=True)
    holds_until = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)
    last_at = models.DateTimeField(null=True, blank=True)  # of a hold that was met again

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.guard}: {self.detail}"
