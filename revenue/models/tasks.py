"""What somebody has to do at an account, and what the buyer was promised.

Written by `revenue.todo` alone.
"""

from typing import Self

from django.db import models

from .access import OfAccount
from .accounts import Account, Contact
from .people import User


class TaskQuerySet(OfAccount):
    def open(self) -> Self:
        return self.filter(done_at__isnull=True)


class Task(models.Model):
    """`owner` does it, by the end of the day `due_on` where they are. Nothing wakes an agent."""

    class Kind(models.TextChoices):
        TASK = "task", "Task"
        PROMISE = "promise", "Promise"  # the buyer was told so

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tasks")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="tasks"
    )
    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tasks")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.TASK)
    subject = models.CharField(max_length=300)
    due_on = models.DateField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["task", "promise"]), name="task_kind"
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on", "id"],
                name="tasks_due",
                condition=models.Q(done_at__isnull=True),
            ),
            models.Index(fields=["account", "due_on"], name="tasks_by_account"),
        ]

    def __str__(self) -> str:
        return self.subject
