"""Who decides for a colleague who is away. Written by `revenue.delegations` alone.

An absence begins and ends by the database's time: nothing has to happen for it.
"""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import RawSQL

from revenue import clock, transactions

from .people import Role, User


class DelegationQuerySet(models.QuerySet):
    def unended(self, at: datetime) -> Self:
        """Those that last or are still to come."""
        return self.filter(ends_at__gt=at)

    def lasting(self, at: datetime) -> Self:
        return self.filter(starts_at__lte=at, ends_at__gt=at)

    def answered(self, at: datetime) -> Self:
        """Those whose delegate can decide: active, of the team still, no admin, and not away."""
        away = Delegation.objects.lasting(at).filter(user=OuterRef("delegate"))
        rows = self.filter(delegate__is_active=True, delegate__team=F("user__team"))
        return rows.exclude(delegate__role=Role.ADMIN).filter(~Exists(away))


class Delegation(models.Model):
    """From `starts_at` until `ends_at` somebody is away, and `delegate` decides for them.

    Without a delegate, or with one who cannot, it is the managers of the team. Rows stay; one that
    was taken back before it began ends where it starts.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="delegations")
    delegate = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="stands_in"
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = DelegationQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gte=F("starts_at")), name="delegation_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(delegate=None) | ~Q(delegate=F("user")), name="delegation_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate or 'the manager'} for {self.user}"


# What `deciding_for` gives, or the ids themselves where they were read.
People = RawSQL | list[int]


def deciding_for(user: User) -> RawSQL:
    """The ids, for `__in`, of those whose decisions are this person's at this moment: their
    own, and whose they cover.

    Whoever is away and named them. For a manager of the team also who is away and has no delegate
    who can decide. It does not go on: whoever covers somebody does not cover whom that one covers,
    so nothing runs in a circle. Written out, and once for a page, because a query that holds this
    several times would take longer to be put together than to run.
    """
    key = (deciding_for, user.pk, user.team_id, user.role)
    return transactions.once(key, lambda: _written_out(user))


def _written_out(user: User) -> RawSQL:
    now = clock.now()
    lasting = Delegation.objects.lasting(now).filter(user__team=user.team_id, user__is_active=True)
    answered = lasting.answered(now)
    people = Q(pk=user.pk) | Q(pk__in=answered.filter(delegate=user).values("user"))
    if user.is_manager:
        people |= Q(pk__in=lasting.exclude(pk__in=answered.values("pk")).values("user"))
    rows = User.objects.filter(people if user.team_id else Q(pk=user.pk)).values("pk")
    return RawSQL(*rows.query.sql_with_params())  # noqa: S611
