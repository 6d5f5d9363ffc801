"""A Tuesday morning in Berlin, before the digest is due, and what may wait there."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from agents.models import RoutingDecision
from revenue import clock as clocks
from revenue.models import User
from review import intake
from review.models import ReviewItem
from review.notices import choices
from tests.review.accounts import cast

MORNING = datetime(2031, 3, 4, 6, 30, tzinfo=UTC)  # 7:30 there


def reader(who: User, **values: Any) -> User:
    """Somebody in Berlin who wants the digest of the morning by mail, unless told otherwise."""
    User.objects.filter(pk=who.pk).update(time_zone="Europe/Berlin")
    who.refresh_from_db()
    choices.choose(who, by=who, **{"schedule": "morning", "hour": 8, **values})
    return who


def hooked(who: User, url: str, **values: Any) -> str:
    """The secret of a webhook of theirs, whose host an admin allowed."""
    host = urlsplit(url).hostname or ""
    if not choices.NoticeHost.objects.filter(host=host).exists():
        choices.allow(host, by=cast.admin())
    style = values.pop("style", "signed")
    secret = choices.connect(who, url=url, style=style, by=who)
    choices.choose(who, by=who, **values)
    return secret


def asks(account: Any) -> ReviewItem:
    """The agents ask a question: it cannot wait."""
    asked = RoutingDecision.objects.create(
        account=account, verdict="escalate", reason="Who?", needs_item=True, at=clocks.now()
    )
    return intake.ask(asked)
