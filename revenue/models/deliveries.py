"""What a mail provider tells of a mail that left. Written by `revenue.deliveries` alone."""

from django.db import models

from .access import OfAccount
from .accounts import Account


class MailEvent(models.Model):
    """One event, in django-anymail's vocabulary. `message_id` is our own of the mail, if known.

    `is_machine`: an open or a click that probably nobody made.
    """

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="mail_events"
    )
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=64, unique=True)
    message_id = models.CharField(max_length=255, blank=True)
    recipient = models.CharField(max_length=254)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    is_machine = models.BooleanField(default=False)
    detail = models.CharField(max_length=300, blank=True)
    url = models.CharField(max_length=500, blank=True)

    objects = OfAccount.as_manager()

    class Meta:
        ordering = ["occurred_at", "pk"]
        indexes = [
            models.Index(
                fields=["message_id"],
                name="events_of_a_mail",
                condition=~models.Q(message_id=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.recipient}"
