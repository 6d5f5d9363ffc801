"""People of the sales organisation: reps under managers in teams, and admins.

Written by `revenue.people` (invite, deactivate), the importer and the sign-in.
"""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower


class Role(models.TextChoices):
    REP = "rep", "Rep"
    MANAGER = "manager", "Manager"
    ADMIN = "admin", "Admin"


class Team(models.Model):
    name = models.CharField(max_length=120, unique=True)
    office = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A person who signs in. Deactivated, never deleted: decisions keep their actor."""

    UNDO_CHOICES = [(0, "Off"), (5, "5 s"), (10, "10 s"), (30, "30 s"), (60, "60 s")]

    role = models.CharField(max_length=10, choices=Role, default=Role.REP)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL)
    time_zone = models.CharField(max_length=64, blank=True, default="UTC")
    undo_seconds = models.PositiveSmallIntegerField(choices=UNDO_CHOICES, default=10)
    crm_key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    keys = models.JSONField(default=dict, blank=True)  # where they differ from the shipped ones
    is_demo = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"), condition=~models.Q(email=""), name="user_email_once"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role"),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def is_rep(self) -> bool:
        return self.role == Role.REP

    @property
    def is_manager(self) -> bool:
        return self.role == Role.MANAGER

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN
