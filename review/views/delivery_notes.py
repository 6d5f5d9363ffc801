"""What a mail provider told of a mail that left, in a few words: the first time of each kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from revenue.deliveries import Kind
from revenue.models import MailEvent

QUIET = (Kind.QUEUED, Kind.SENT)  # nothing that the outbox does not say itself
LOUD = (Kind.BOUNCED, Kind.REJECTED, Kind.FAILED, Kind.COMPLAINED, Kind.UNSUBSCRIBED)


@dataclass(frozen=True)
class Told:
    """`more`: what the other server said, or that probably nobody looked."""

    label: str
    at: datetime
    more: str = ""
    is_bad: bool = False


def of_mails(message_ids: Iterable[str]) -> dict[str, list[Told]]:
    """By message id, in one query; each kind once, an open by a person before one by a machine."""
    wanted = [one for one in message_ids if one]
    rows = MailEvent.objects.filter(message_id__in=wanted).exclude(kind__in=QUIET)
    found: dict[str, dict[str, MailEvent]] = {}
    for row in rows.order_by("is_machine", "occurred_at", "pk") if wanted else []:
        found.setdefault(row.message_id, {}).setdefault(row.kind, row)
    return {
        message_id: sorted((_told(row) for row in kinds.values()), key=lambda one: one.at)
        for message_id, kinds in found.items()
    }


def _told(row: MailEvent) -> Told:
    is_bad = row.kind in LOUD
    more = row.detail if is_bad or row.kind == Kind.DEFERRED else ""
    if row.is_machine:
        more = "probably by a machine"
    return Told(str(Kind(row.kind).label), row.occurred_at, more, is_bad)


def sentences(told: list[Told]) -> list[str]:
    return [
        f"{one.label} on {timezone.localtime(one.at):%-d %b at %H:%M}"
        f"{f', {one.more}' if one.more else ''}.".replace("..", ".")
        for one in told
    ]
