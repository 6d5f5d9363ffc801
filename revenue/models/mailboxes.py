"""The mailbox of each rep: where their mail leaves from and where answers arrive.

Written by `revenue.mailboxes` alone; how far it is read, by `revenue.imap`. The password is kept
encrypted (`revenue.vault`), with the id of the key that it was encrypted with; nothing shows it
again.
"""

from django.db import models

from .people import User


class Mailbox(models.Model):
    """One for each person. `started_at` begins the warm-up; a paused one sends nothing.

    `read_due_at` is when somebody looks into it next, `read_until` how long whoever named
    themselves in `reader` looks alone. `fault` says what went wrong last, `failures` how often in
    a row.
    """

    SEALED = (("secret", "key_id"),)

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

    rated_from = models.DateTimeField(null=True, blank=True)  # a resume begins the rates anew
    read_due_at = models.DateTimeField(null=True, blank=True, db_index=True)
    bell_at = models.DateTimeField(null=True, blank=True)
    reader = models.CharField(max_length=32, blank=True)
    read_until = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["active", "paused"]), name="mailbox_state"
            ),
        ]

    def __str__(self) -> str:
        return self.address

    @property
    def is_paused(self) -> bool:
        return self.state == self.State.PAUSED


class MailFolder(models.Model):
    """How far a folder is read. Its numbers count only while `uid_validity` stays (RFC 3501)."""

    class Role(models.TextChoices):
        INBOX = "inbox", "Inbox"
        SENT = "sent", "Sent"

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="folders")
    role = models.CharField(max_length=10, choices=Role)
    name = models.CharField(max_length=500)
    uid_validity = models.PositiveBigIntegerField()
    last_uid = models.PositiveBigIntegerField(default=0)
    since = models.DateTimeField()  # nothing older is read, should the numbers begin anew

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "role"], name="one_folder_of_a_role"),
        ]

    def __str__(self) -> str:
        return self.name


class MailboxDay(models.Model):
    """How many mails left on a day (UTC): what the warm-up and the rates are counted from."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    sent = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "day"], name="one_count_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox}, {self.day}: {self.sent}"


class MailboxReport(models.Model):
    """One mail that came back for good, or that somebody complained of; `key` is its Message-ID."""

    class Kind(models.TextChoices):
        BOUNCE = "bounce", "Came back"
        COMPLAINT = "complaint", "Complaint"

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="reports")
    kind = models.CharField(max_length=10, choices=Kind)
    key = models.CharField(max_length=255)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "kind", "key"], name="reported_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
