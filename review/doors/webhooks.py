"""Sources of signed signals: made, rotated and revoked by an admin; each delivery is taken once."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta

from django.utils.text import slugify

from revenue import clock, events, locks, transactions, vault
from revenue.models import Signal, Team, User
from review import signing, tasks
from review.doors import bodies, signals
from review.doors.problems import Problem
from review.models import WebhookReceipt, WebhookSource

OVERLAP = timedelta(days=7)  # how long the old secret is good beside the new one
KEPT = timedelta(days=30)
TAKEN, KNOWN = "taken", "known"


@transactions.atomic
def make(*, name: str, by: User, team: Team | None = None) -> tuple[WebhookSource, str]:
    """The source and its secret, which is shown this once."""
    secret = signing.new_secret()
    sealed, key_id = vault.seal(secret)
    row = WebhookSource.objects.create(
        name=name, slug=_slug(name), team=team, secret=sealed, key_id=key_id, made_by=by,
        made_at=clock.now(),
    )  # fmt: skip
    events.append("source.made", by=by, subject=row)
    return row, secret


def _slug(name: str) -> str:
    base = slugify(name)[:32].strip("-") or "source"
    taken = set(WebhookSource.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = [f"{base}-{number}" for number in range(2, len(taken) + 3)]
    return next(slug for slug in [base, *numbered] if slug not in taken)


@transactions.atomic
def rotate(source: WebhookSource, *, by: User) -> str:
    """A new secret; the one before is good for seven more days, and no older one."""
    row = locks.row(WebhookSource, source.pk)
    secret = signing.new_secret()
    row.old_secret, row.old_key_id = row.secret, row.key_id
    row.old_until = clock.now() + OVERLAP
    row.secret, row.key_id = vault.seal(secret)
    row.save(update_fields=["old_secret", "old_key_id", "old_until", "secret", "key_id"])
    events.append("source.rotated", by=by, subject=row)
    return secret


@transactions.atomic
def revoke(source: WebhookSource, *, by: User) -> bool:
    if not WebhookSource.objects.living().filter(pk=source.pk).update(revoked_at=clock.now()):
        return False
    events.append("source.revoked", by=by, subject=source)
    return True


def take(slug: str, body: str, given: Mapping[str, str]) -> str:
    """Check the signature and take the signal, once for each id; what became of it, in a word."""
    source = WebhookSource.objects.living().filter(slug=slug).select_related("team").first()
    if source is None:
        raise Problem(404, "not_found", "There is no such source.",
                      "An admin makes sources under Set-up, Connections.")  # fmt: skip
    now = clock.now()
    try:
        webhook_id, at = signing.verify(body, given, keys=_keys(source), now=now)
    except signing.BadSignature as error:
        WebhookSource.objects.filter(pk=source.pk).update(refused=str(error)[:300], refused_at=now)
        remedy = "Sign every delivery by the Standard Webhooks specification."
        raise Problem(401, "bad_signature", str(error), remedy) from None
    try:
        return _taken(source, webhook_id, body, at)
    except Problem as problem:
        WebhookReceipt.objects.create(
            source=source, webhook_id=webhook_id, is_taken=False, words=problem.what[:300], at=now
        )
        raise


def _keys(source: WebhookSource) -> list[str]:
    """Those that are good now. One that cannot be read any more fits nothing."""
    sealed = [(source.secret, source.key_id)]
    if source.has_old_key(clock.now()):
        sealed.append((source.old_secret, source.old_key_id))
    keys = []
    for secret, key_id in sealed:
        with suppress(vault.Unreadable):
            keys.append(vault.reveal(secret, key_id))
    return keys


@transactions.atomic
def _taken(source: WebhookSource, webhook_id: str, body: str, at: datetime) -> str:
    """The receipt goes first: of two deliveries of one id the second finds it, and does nothing."""
    now = clock.now()
    _, is_new = WebhookReceipt.objects.get_or_create(
        source=source, webhook_id=webhook_id, is_taken=True,
        defaults={"at": now, "words": "Taken."},
    )  # fmt: skip
    if not is_new:
        return KNOWN
    signal = signals.take(
        bodies.document(body), source=f"{Signal.WEBHOOK}{source.name}",
        origin=f"source:{source.pk}", team=source.team, key=webhook_id, at=at,
    )  # fmt: skip
    source.receipts.filter(webhook_id=webhook_id, is_taken=True).update(
        words=f"Signal “{signal.row.kind}” at {signal.row.account}."[:300]
    )
    source.receipts.filter(at__lt=now - KEPT).delete()
    tasks.ring()
    return TAKEN if signal.is_new else KNOWN
