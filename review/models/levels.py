"""How soon each kind of output wants a decision. Written by `review.decay`."""

from django.db import models


class ServiceLevel(models.Model):
    """What a manager set for one kind; a kind without a row keeps the usual time.

    `counted_to` is set while open items still have the old time: those with an id up to it have
    the new one.
    """

    kind = models.CharField(max_length=60, unique=True)
    hours = models.PositiveSmallIntegerField()
    in_working_hours = models.BooleanField(default=True)  # of the buyer; else round the clock
    counted_to = models.PositiveBigIntegerField(null=True, blank=True)

    objects = models.Manager()

    def __str__(self) -> str:
        return f"{self.kind}: {self.hours} h"
