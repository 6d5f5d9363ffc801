"""What a person may see, as one condition: a rep their own book, a manager their team.

While a colleague is away, whoever decides for them sees their book, too. An admin sets the product
up and sees no buyer's content. Unowned accounts are the managers', and so are those of somebody
who left and is in no team.
"""

from typing import Self

from django.db import models
from django.db.models import Q

from .delegations import People, deciding_for
from .people import Role, User


def visible(user: User, *, path: str = "", people: People | None = None) -> Q:
    """The condition for rows whose account lies at `path` ("" for accounts, "account__" …).

    `people` is what `deciding_for` gave, where somebody asked it already.
    """
    nothing = Q(pk__in=[])
    if not user.is_active:
        return nothing
    if user.role == Role.REP:
        return Q(**{f"{path}owner__in": people or deciding_for(user)})
    if user.role == Role.MANAGER:
        team = Q(**{f"{path}owner__team": user.team_id}) if user.team_id else nothing
        unowned = Q(**{f"{path}owner__isnull": True})
        unowned |= Q(**{f"{path}owner__is_active": False, f"{path}owner__team__isnull": True})
        # A row that has no account at all is nobody's to see, so `path` must lead somewhere.
        return team | (unowned & Q(**{f"{path}pk__isnull": False}))
    return nothing


class OfAccount(models.QuerySet):
    """Rows that belong to an account by a foreign key named `account`."""

    def for_user(self, user: User) -> Self:
        return self.filter(visible(user, path="account__"))
