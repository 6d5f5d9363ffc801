"""How reps want mails of a class written. Written by `agents.preferences`, the rows of what a run
received by `agents.runtime`."""

from typing import Self

from django.db import models
from django.db.models import Q

from agents.models.runs import AgentRun
from revenue.models import Role, Team, User


class PreferenceQuerySet(models.QuerySet):
    def kept(self) -> Self:
        return self.filter(removed_at=None)

    def active(self) -> Self:
        return self.kept().filter(is_on=True)

    def for_user(self, user: User) -> Self:
        """A rep's own and their team's; for a manager those of everybody in the team."""
        if not user.is_active or user.role == Role.ADMIN:
            return self.none()
        theirs = Q(rep=user)
        if user.team_id:
            theirs |= Q(team=user.team_id)
            theirs |= Q(rep__team=user.team_id) if user.is_manager else Q(pk__in=[])
        return self.filter(theirs)


class Preference(models.Model):
    """One wish for one class of mail. It holds for the accounts of one rep or of a whole team.

    Its words never change: a draft that received it can say so for ever. What is removed stays as
    a row for that reason.
    """

    name = models.CharField(max_length=60)
    text = models.CharField(max_length=300)
    output_class = models.CharField(max_length=60)
    rep = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.CASCADE, related_name="preferences"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.CASCADE, related_name="preferences"
    )
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rep__isnull=False, team=None) | Q(rep=None, team__isnull=False),
                name="preference_of_a_rep_or_a_team",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ReceivedPreference(models.Model):
    """A preference that stood in the prompt of a run."""

    run = models.ForeignKey(AgentRun, on_delete=models.CASCADE, related_name="preferences")
    preference = models.ForeignKey(Preference, on_delete=models.CASCADE, related_name="received")

    objects = models.Manager()

    def __str__(self) -> str:
        return f"{self.preference}"
