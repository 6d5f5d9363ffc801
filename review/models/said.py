"""What was said before in mails that people approved. `review.said` writes it."""

from django.db import models


class ApprovedSentence(models.Model):
    """A sentence of a class of mail, as a hash of its words, and when one last left with it."""

    output_class = models.CharField(max_length=60)
    digest = models.CharField(max_length=32)
    at = models.DateTimeField()

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["output_class", "digest"], name="said_once"),
        ]

    def __str__(self) -> str:
        return f"{self.output_class} {self.digest}"
