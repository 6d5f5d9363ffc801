"""The mailbox of each rep: where their mail leaves from and where answers arrive.

Written by `revenue.mailboxes` alone. The password is kept encrypted (`revenue.vault`), with the id
of the key that it was encrypted with; nothing shows it again.
"""

from django.db import models

from .people import User


class Mailbox(models.Model):
    """One for each person. `started_at` begins the warm-up; a paused one sends nothing."""

    class Security(models.TextChoices):
        TLS = "tls", "TLS"
        STARTTLS = "starttls", "STARTTLS"
        NONE = "none", "None"

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="mailbox")
    address = models.CharField(max_length=254, unique=True)  # as `consent.normalise` spells it
    username = models.CharField(max_length=254)
    secret = models.TextField()
    key_id = models.CharField(max_length=16)
    smtp_host = models.CharField(max_length=253)
    smtp_port = models.PositiveIntegerField(default=587)
    smtp_security = models.CharField(max_length=10, choices=Security, default=Security.STARTTLS)
    imap_host = models.CharField(max_length=253, blank=True)
    imap_port = models.PositiveIntegerField(default=993)
    imap_security = models.CharField(max_length=10, choices=Security, default=Security.TLS)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    pause_reason = models.CharField(max_length=300, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    daily_cap = models.PositiveSmallIntegerField(default=50)  # mails a day once it is warm
    started_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["active", "paused"]), name="mailbox_state"
            ),
        ]

    def __str__(self) -> str:
        return self.address
