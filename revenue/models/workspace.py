"""The one company that this installation works for. Written by `revenue.workspace`."""

from datetime import time

from django.db import models

from .accounts import Basis


class Workspace(models.Model):
    """A single row (pk 1): who we are to a buyer, and which parts have been seen to work."""

    company = models.CharField(max_length=120, blank=True)
    sender_domain = models.CharField(max_length=120, blank=True)
    postal_address = models.CharField(max_length=300, blank=True)
    offer = models.TextField(max_length=2000, blank=True)
    voice = models.TextField(max_length=2000, blank=True)
    mailbox_tested_at = models.DateTimeField(null=True, blank=True)
    mailbox_tested_to = models.CharField(max_length=254, blank=True)
    # Hash of the server and login that took it; none was kept by the first versions.
    mailbox_tested_with = models.CharField(max_length=64, blank=True)
    model_tested_at = models.DateTimeField(null=True, blank=True)
    model_test_note = models.CharField(max_length=300, blank=True)
    # When a buyer may be written to, by the clock where they sit (`revenue.calendars`), and where
    # they are taken to sit when nothing is known of it.
    opens_at = models.TimeField(default=time(9))
    closes_at = models.TimeField(default=time(17))
    sends_on_weekends = models.BooleanField(default=False)
    sends_on_holidays = models.BooleanField(default=False)
    time_zone = models.CharField(max_length=64, default="UTC")
    country = models.CharField(max_length=2, blank=True)
    # How many mails at most: from an address a day, to a domain or an account in 24 hours, to a
    # person in 24 hours and in 14 days (`review.caps`).
    mailbox_cap = models.PositiveSmallIntegerField(default=50)
    domain_cap = models.PositiveSmallIntegerField(default=20)
    account_cap = models.PositiveSmallIntegerField(default=2)
    contact_cap = models.PositiveSmallIntegerField(default=1)
    contact_cap_14_days = models.PositiveSmallIntegerField(default=4)
    # Why the people of an import may be written to, as somebody last said.
    import_basis = models.CharField(max_length=10, choices=Basis, default=Basis.UNKNOWN)
    has_demo = models.BooleanField(default=False)
    # A secret of this installation for links in mail: it survives a change of SECRET_KEY.
    link_secret = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="workspace_is_one_row"),
        ]

    def __str__(self) -> str:
        return self.company or "Your company"
