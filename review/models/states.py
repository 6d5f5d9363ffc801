"""What a review item can be, and why one is here."""

from datetime import timedelta

from django.db import models
from django.db.models import Q


class State(models.TextChoices):
    PENDING = "pending", "Waiting"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    REWRITING = "rewriting", "Being rewritten"
    SNOOZED = "snoozed", "Snoozed"
    ESCALATED = "escalated", "With the manager"
    STALE = "stale", "Out of date"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"
    PRACTISED = "practised", "Practice"
    RESOLVED = "resolved", "Resolved"


class EscalationVerdict(models.TextChoices):
    """What whoever settled an escalation says of it."""

    NOT_NEEDED = "not_needed", "Didn’t need me"
    RIGHTLY_MINE = "rightly_mine", "Rightly mine"
    FOR_MANAGER = "for_manager", "Needed my manager"


class Cause(models.TextChoices):
    """Why an item is here, for who looks for all of one sort; `reason` says it in words."""

    UNTRUSTED = "untrusted", "Class not trusted yet"
    CLAIM = "claim", "A claim without a source"
    GUARD = "guard", "Another check found something"
    ALWAYS = "always", "Always reviewed"
    QUESTION = "question", "A question"


# So long a draft waits for its decision, and a second look for its verdict.
BUSINESS_DAYS = 5
MANAGER_HOURS = timedelta(hours=24)  # and then for a manager's
# Open, apart from approved with an unsent message, which `ReviewItem.objects.open()` adds.
WAITING = (State.PENDING, State.SNOOZED, State.REWRITING, State.ESCALATED)
# Of these somebody can decide now; escalated ones a manager alone.
DECIDABLE = (State.PENDING, State.ESCALATED)
# What waits, spelled out as the indexes of the desk have it: SQLite compares the two word by word.
IS_OPEN = Q(state="pending") | Q(state="snoozed") | Q(state="rewriting") | Q(state="escalated")
