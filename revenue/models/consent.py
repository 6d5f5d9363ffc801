"""Who may not be written to. Written by `revenue.consent`; erasures by `review.privacy`.

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
    hard_bounced_at = models.DateTimeField(null=True, blank=True)
    soft_bounces = models.PositiveIntegerField(default=0)
    last_sent_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.email


class Suppression(models.Model):
    """`value` is an address, a domain, or an account's id as text, by `scope`; of an erased person
    the keyed hash of the address (`revenue.pseudonyms`).

    `ground` says whose wish it is, and so how it can be lifted.
    """

    class Scope(models.TextChoices):
        ADDRESS = "address", "Address"
        DOMAIN = "domain", "Domain"
        ACCOUNT = "account", "Account"

    class Ground(models.TextChoices):
        ASKED = "asked", "They asked for it"
        COMPLAINT = "complaint", "They complained"
        LEGAL = "legal", "A legal demand"
        IMPORTED = "imported", "Marked so in an import"
        ERASED = "erased", "They were erased"
        BOUNCED = "bounced", "Mail came back"
        OURS = "ours", "We decided it ourselves"

    # What a colleague may take back; everything else is the person's own word, or taken for it.
    NOT_THEIRS = (Ground.OURS, Ground.BOUNCED)

    value = models.CharField(max_length=254)
    scope = models.CharField(max_length=10, choices=Scope)
    ground = models.CharField(max_length=10, choices=Ground, default=Ground.ASKED)
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

    @property
    def is_theirs(self) -> bool:
        return self.ground not in self.NOT_THEIRS


class Lift(models.Model):
    """One suppression that was lifted, and why. Append-only, apart from an erasure.

    `consented_on` is the day of the person's new consent, and `words` how they gave it; without
    one, `words` is the reason of whoever lifted what a colleague had decided.
    """

    value = models.CharField(max_length=254)
    scope = models.CharField(max_length=10, choices=Suppression.Scope)
    ground = models.CharField(max_length=10, choices=Suppression.Ground)
    reason = models.CharField(max_length=200)
    suppressed_by = models.CharField(max_length=80)
    suppressed_at = models.DateTimeField()
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL)
    consented_on = models.DateField(null=True, blank=True)
    words = models.CharField(max_length=1000)
    by = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ground__in=["ours", "bounced"])
                | models.Q(consented_on__isnull=False),
                name="lifted_by_their_consent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value}: {self.words}"


class Erasure(models.Model):
    """One person who is erased, and how far it is. `address` stands here until it is finished.

    `digests` are keyed hashes of everything by which an import could bring the person back, until
    they consent anew (`readmitted_at`). `accounts` are the ids of those that are done.
    """

    digest = models.CharField(max_length=80)
    digests = models.JSONField(default=list, blank=True)
    address = models.CharField(max_length=254, blank=True)
    by = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    accounts = models.JSONField(default=list, blank=True)
    counts = models.JSONField(default=dict, blank=True)
    waits_for = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    readmitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["digest"],
                condition=models.Q(finished_at__isnull=True),
                name="one_erasure_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at__isnull=True) | models.Q(address=""),
                name="erased_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="erasures_open",
                condition=models.Q(finished_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"
