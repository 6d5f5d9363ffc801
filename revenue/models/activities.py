"""What was said and what was arranged: threads, activities, meetings.

Written by `revenue.ingest` alone; that a mail of no account was set aside, by
`revenue.inbound.filing`; what a model read in a reply, by `revenue.inbound.readings`.
"""

from typing import Self

from django.db import models

from .access import OfAccount
from .accounts import Account, Contact
from .people import Role, User


class Thread(models.Model):
    """One conversation by mail. `token` is the last resort when a reply lost its references."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="threads")
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL)
    subject = models.CharField(max_length=300, blank=True)
    token = models.CharField(max_length=40, unique=True)

    objects = OfAccount.as_manager()

    def __str__(self) -> str:
        return self.subject


class ActivityQuerySet(OfAccount):
    def unplaced(self, user: User) -> Self:
        """Mail of no account that this person sees: a rep what they added, the others all."""
        rows = self.filter(account=None)
        return rows.filter(user=user) if user.role == Role.REP else rows

    def spoken(self) -> Self:
        """Somebody said something to the other side: neither automatic nor among ourselves."""
        return self.filter(is_auto=False).exclude(direction=Activity.Direction.INTERNAL)


class Activity(models.Model):
    class Kind(models.TextChoices):
        EMAIL = "email", "Email"
        CALL = "call", "Call"
        NOTE = "note", "Note"
        MEETING = "meeting", "Meeting"

    class Direction(models.TextChoices):
        INBOUND = "inbound", "Inbound"
        OUTBOUND = "outbound", "Outbound"
        INTERNAL = "internal", "Internal"

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="activities"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.EMAIL)
    direction = models.CharField(max_length=10, choices=Direction, default=Direction.OUTBOUND)
    body = models.TextField(blank=True)

    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="activities"
    )
    thread = models.ForeignKey(
        Thread, null=True, blank=True, on_delete=models.SET_NULL, related_name="activities"
    )
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    subject = models.CharField(max_length=300, blank=True)
    occurred_at = models.DateTimeField()
    sender = models.CharField(max_length=254, blank=True)
    message_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    in_reply_to = models.CharField(max_length=255, blank=True)
    # An automatic answer or a bounce: kept, but nobody spoke.
    is_auto = models.BooleanField(default=False)
    reply_class = models.CharField(max_length=30, blank=True)
    # With an objection its kind, with a referral the address that it names; without a class what
    # is suspected in it.
    reply_detail = models.CharField(max_length=254, blank=True)
    # Who said so: headers, lexicon or model. Below 1 the words alone do not settle it.
    reply_layer = models.CharField(max_length=10, blank=True)
    reply_confidence = models.FloatField(default=1.0)
    # When they are back (out_of_office), or want to hear from us again (not_now).
    return_date = models.DateField(null=True, blank=True)
    warning = models.CharField(max_length=300, blank=True)
    raw = models.CharField(max_length=64, blank=True)  # hash of the stored original
    # Mail of no account that a person has looked at and that belongs to none.
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-pk"]
        indexes = [models.Index(fields=["account", "-occurred_at", "-id"], name="timeline")]

    def __str__(self) -> str:
        return self.subject or self.get_kind_display()

    @property
    def is_untrusted(self) -> bool:
        """What a person here notes of a call is their own word."""
        return self.direction == self.Direction.INBOUND and self.kind == self.Kind.EMAIL


class Meeting(models.Model):
    class Status(models.TextChoices):
        BOOKED = "booked", "Booked"
        CANCELLED = "cancelled", "Cancelled"
        HELD = "held", "Held"
        MISSED = "missed", "They did not come"

    OFF = (Status.CANCELLED, Status.MISSED)  # nobody spoke

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="meetings")
    subject = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status, default=Status.BOOKED)
    attendees = models.ManyToManyField(Contact, blank=True, related_name="meetings")
    uid = models.CharField(max_length=255, unique=True)

    objects = OfAccount.as_manager()

    class Meta:
        ordering = ["starts_at"]

    def __str__(self) -> str:
        return self.subject or "Meeting"
