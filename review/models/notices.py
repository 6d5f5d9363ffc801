"""What a person is told outside the desk: how they want it, and each time that it was due.
Written by `review.notices` alone.
"""

from django.db import models
from django.db.models import Q

from revenue.models import User
from review.models.doors import Told
from review.models.items import ReviewItem


class NoticeChoice(models.Model):
    """How one person wants to be told; whoever has no row is told nothing.

    `next_at` is the next time of the schedule; until `told_at` urgent items were looked for.
    """

    SEALED = (("secret", "key_id"),)

    class Schedule(models.TextChoices):
        OFF = "off", "Never"
        MORNING = "morning", "Each working morning"
        URGENT = "urgent", "Each working morning, and again while something urgent waits"

    class Style(models.TextChoices):
        SIGNED = "signed", "Signed JSON (Standard Webhooks)"
        SLACK = "slack", "A Slack message"

    HOURS = [(hour, f"{hour:02}:00") for hour in range(5, 13)]
    EVERY = [(1, "every hour"), (2, "every 2 hours"), (3, "every 3 hours"), (4, "every 4 hours")]

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notice_choice")
    schedule = models.CharField(max_length=10, choices=Schedule, default=Schedule.OFF)
    hour = models.PositiveSmallIntegerField(choices=HOURS, default=8)
    every = models.PositiveSmallIntegerField(choices=EVERY, default=2)
    by_mail = models.BooleanField(default=True)
    by_hook = models.BooleanField(default=False)
    tells_urgent = models.BooleanField(default=True)  # by the webhook, as it comes
    with_mails = models.BooleanField(default=True)  # mails that stopped, and those of nobody
    next_at = models.DateTimeField(null=True, blank=True)
    url = models.CharField(max_length=500, blank=True)
    style = models.CharField(max_length=10, choices=Style, default=Style.SIGNED)
    secret = models.TextField(blank=True)
    key_id = models.CharField(max_length=16, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], name="notices_next", condition=Q(next_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"Notifications of {self.user}"


class NoticeHost(models.Model):
    """A host that people may have their notices sent to."""

    host = models.CharField(max_length=253, unique=True)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host


class Notice(Told):
    """One notice to one person by one way, once for each period. It holds which items, no text.

    due –claim→ sending (mail alone) –taken→ sent · –refused→ due (at most 3) → failed · sending,
    nobody knows→ unknown, never repeated · due, nothing waits any more→ nothing.
    """

    class Kind(models.TextChoices):
        DIGEST = "digest", "Digest"
        URGENT = "urgent", "Urgent in between"
        WAITING = "waiting", "As it came"
        NOW = "now", "Asked for"

    class Way(models.TextChoices):
        MAIL = "mail", "Mail"
        HOOK = "hook", "Webhook"

    class State(models.TextChoices):
        DUE = "due", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        NOTHING = "nothing", "Nothing waited"
        FAILED = "failed", "Not sent"
        UNKNOWN = "unknown", "Outcome unknown"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    way = models.CharField(max_length=10, choices=Way)
    period = models.DateTimeField()
    items = models.JSONField(default=list, blank=True)  # the numbers of those that it links to
    state = models.CharField(max_length=10, choices=State, default=State.DUE)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "way", "kind", "period"], name="noticed_once"),
            models.CheckConstraint(
                condition=Q(state__in=["due", "sending", "sent", "nothing", "failed", "unknown"]),
                name="notice_state",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="notices_due", condition=Q(state__in=["due", "sending"])
            ),
            models.Index(fields=["user", "-id"], name="notices_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.user}"

    @property
    def webhook_id(self) -> str:
        return f"notice_{self.pk}"


class NoticeOpening(models.Model):
    """Somebody followed a link of a notice; `was_open`: the item was still theirs to decide."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="openings")
    item = models.ForeignKey(ReviewItem, on_delete=models.CASCADE, related_name="+")
    was_open = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "item"], name="opened_once"),
        ]

    def __str__(self) -> str:
        return f"{self.item} from {self.notice}"
