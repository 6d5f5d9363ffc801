"""Accounts and their contacts, as Salesforce and HubSpot name them.

`Account.stage` is written by `revenue.stages` (and by the importer for what a file tells of the
past), `context_version` by `revenue.context`,
`voice_token` by `revenue.leases`, everything else by `revenue.records`, the importer and, when a
person is erased, `review.privacy`.
"""

from typing import Self

from django.db import models
from django.db.models.functions import Lower

from .access import OfAccount, visible
from .people import User


class AccountQuerySet(models.QuerySet):
    def for_user(self, user: User) -> Self:
        return self.filter(visible(user))


class Account(models.Model):
    name = models.CharField(max_length=200)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="accounts"
    )
    stage = models.CharField(max_length=20, default="prospect")
    is_strategic = models.BooleanField(default=False)
    context_version = models.PositiveBigIntegerField(default=1)
    voice_token = models.PositiveBigIntegerField(default=0)

    domain = models.CharField(max_length=253, blank=True)
    industry = models.CharField(max_length=120, blank=True)
    number_of_employees = models.PositiveIntegerField(null=True, blank=True)
    annual_revenue = models.DecimalField(  # US dollars
        max_digits=16, decimal_places=2, null=True, blank=True
    )
    billing_country = models.CharField(max_length=120, blank=True)
    year_started = models.PositiveSmallIntegerField(null=True, blank=True)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL)
    crm_key = models.CharField(max_length=220, null=True, blank=True, unique=True)
    is_demo = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(Lower("name"), name="account_name"),  # as people sort
            models.Index(fields=["name"], name="account_name_exact"),  # as a mail quotes it
        ]

    def __str__(self) -> str:
        return self.name


class Basis(models.TextChoices):
    """Why somebody may be written to (GDPR art. 6), as far as we can say."""

    UNKNOWN = "unknown", "Not recorded"
    INTEREST = "interest", "Legitimate interest"
    CONSENT = "consent", "Consent"
    CONTRACT = "contract", "Contract or customer"


class ContactQuerySet(OfAccount):
    def with_address(self, address: str) -> Self:
        return self.filter(email__iexact=address)

    def there(self) -> Self:
        """Those who were not erased: of the others the row stays, and says nothing."""
        return self.filter(erased_at__isnull=True)


class Contact(models.Model):
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="contacts")
    email = models.CharField(max_length=254, blank=True)
    title = models.CharField(max_length=200, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    is_sensitive = models.BooleanField(default=False)

    first_name = models.CharField(max_length=120, blank=True)
    last_name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    buying_role = models.CharField(max_length=60, blank=True)
    lead_source = models.CharField(max_length=120, blank=True)
    crm_key = models.CharField(max_length=400, null=True, blank=True, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    lawful_basis = models.CharField(max_length=10, choices=Basis, default=Basis.UNKNOWN)
    basis_source = models.CharField(max_length=200, blank=True)  # a file and its row, a referral …
    basis_on = models.DateField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(Lower("email"), name="contact_email")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lawful_basis__in=["unknown", "interest", "consent", "contract"]),
                name="contact_basis",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        called = f"{self.first_name} {self.last_name}".strip() or self.email
        return called or ("Erased person" if self.erased_at else "")
