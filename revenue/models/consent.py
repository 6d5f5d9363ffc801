"""Who may not be written to. Written by `revenue.consent` alone.

`Address` and `Domain` hold one row for each one ever seen, whichever contact carries it now:
opt-outs, bounces and caps meet there, and a claim to send share-locks them.
"""

from django.db import models

from .accounts import Account


class Domain(models.Model):
    name = models.CharField(max_length=253, unique=True)

    def __str__(self) -> str:
        return self.name


class Address(models.Model):
    email = models.CharField(max_length=254, unique=True)  # lower case
    domain = models.ForeignKey(Domain, on_delete=models.PROTECT)
    first_seen_at = models.DateTimeField()
    hard_bounced_at = models.DateTimeField(null=True, blank=True)
    soft_bounces = models.PositiveIntegerField(default=0)
    last_sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email


class Suppression(models.Model):
    """`value` is an address, a domain, or an account's id as text, by `scope`."""

    class Scope(models.TextChoices):
        ADDRESS = "address", "Address"
        DOMAIN = "domain", "Domain"
        ACCOUNT = "account", "Account"

    value = models.CharField(max_length=254)
    scope = models.CharField(max_length=10, choices=Scope)
    reason = models.CharField(max_length=200)
    by = models.CharField(max_length=80)
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "value"], name="suppressed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.value} ({self.reason})"
