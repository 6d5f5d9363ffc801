"""Opportunities and the history of stages. Stages are written by `revenue.stages`,
and by `revenue.importing` for what a file tells of the past."""

from typing import Self

from django.db import models

from .access import OfAccount
from .accounts import Account
from .catalogue import Product
from .people import User


class OpportunityQuerySet(OfAccount):
    def open(self) -> Self:
        return self.filter(is_closed=False)


class Opportunity(models.Model):
    """A deal. An imported one may have no account: it is kept, and nobody works it."""

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="opportunities"
    )
    owner = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    stage = models.CharField(max_length=20, default="prospecting")
    is_closed = models.BooleanField(default=False)
    is_won = models.BooleanField(default=False)

    name = models.CharField(max_length=200, blank=True)
    product = models.ForeignKey(Product, null=True, blank=True, on_delete=models.PROTECT)
    engaged_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    crm_key = models.CharField(max_length=220, null=True, blank=True, unique=True)

    objects = OpportunityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_won=False) | models.Q(is_closed=True), name="won_is_closed"
            ),
        ]
        indexes = [
            models.Index(
                fields=["account", "stage"],
                name="open_deals",
                condition=models.Q(is_closed=False),
            ),
            models.Index(fields=["account", "is_won", "-closed_on"], name="closed_deals"),
        ]

    def __str__(self) -> str:
        return self.name or f"{self.product or 'Deal'}"


class StageChange(models.Model):
    """One step of an account or an opportunity. `opportunity` is empty for an account's own."""

    account = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.CASCADE, related_name="stage_changes"
    )
    opportunity = models.ForeignKey(
        Opportunity, null=True, blank=True, on_delete=models.CASCADE, related_name="stage_changes"
    )
    from_stage = models.CharField(max_length=20, blank=True)
    to_stage = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.CharField(max_length=80)
    reason = models.CharField(max_length=300, blank=True)

    objects = OfAccount.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["account", "-at"], name="stage_changes_by_account")]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"
