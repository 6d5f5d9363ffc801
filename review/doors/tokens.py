"""Bearer tokens: made and revoked by an admin, shown once, kept as a hash, limited per minute."""

import hashlib
import secrets
from dataclasses import dataclass

from django.db.models import F, QuerySet

from revenue import clock, events, posting, transactions, vault
from revenue.models import Account, Team, User
from review import signing
from review.doors.problems import Problem
from review.models import ApiToken

MARK = "cs_"
PER_MINUTE = 120
MANAGE = "An admin makes tokens under Set-up, Connections."


@dataclass(frozen=True)
class Made:
    """A new token with what is shown this once; `secret` signs what it is told."""

    row: ApiToken
    token: str
    secret: str = ""


@transactions.atomic
def make(
    *,
    name: str,
    scope: str,
    by: User,
    team: Team | None = None,
    agent: str = "",
    callback_url: str = "",
) -> Made:
    """Without a team it reaches every account. ValueError for a URL that is not called."""
    if callback_url:
        posting.checked(callback_url)
    token = f"{MARK}{secrets.token_urlsafe(32)}"
    secret = signing.new_secret() if callback_url else ""
    sealed, key_id = vault.seal(secret) if secret else ("", "")
    row = ApiToken.objects.create(
        name=name, scope=scope, team=team, agent=agent, prefix=token[:9], digest=_digest(token),
        made_by=by, made_at=clock.now(), callback_url=callback_url, callback_secret=sealed,
        callback_key_id=key_id,
    )  # fmt: skip
    events.append("token.made", by=by, subject=row, scope=scope)
    return Made(row, token, secret)


@transactions.atomic
def revoke(row: ApiToken, *, by: User) -> bool:
    """At once and for good; False when it was revoked already."""
    if not ApiToken.objects.living().filter(pk=row.pk).update(revoked_at=clock.now()):
        return False
    events.append("token.revoked", by=by, subject=row)
    return True


def _digest(token: str) -> str:
    """The token is long and random: a plain hash of it cannot be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()


def bearer(authorization: str, *, scope: str) -> ApiToken:
    """Whose request this is: 401 for nobody's, 429 for too many, 403 for another scope."""
    kind, _, token = authorization.partition(" ")
    row = None
    if kind.lower() == "bearer" and token.startswith(MARK):
        row = ApiToken.objects.living().filter(digest=_digest(token.strip())).first()
    if row is None:
        raise Problem(
            401, "no_token", "There is no such token.",
            f"Send “Authorization: Bearer {MARK}…”. {MANAGE}",
            headers={"WWW-Authenticate": "Bearer"},
        )  # fmt: skip
    _count(row)
    if row.scope != scope:
        raise Problem(
            403, "wrong_scope", f"This token may only {row.get_scope_display().lower()}.",
            f"Use one that may {ApiToken.Scope(scope).label.lower()}. {MANAGE}",
        )  # fmt: skip
    return row


def _count(row: ApiToken) -> None:
    now = clock.now()
    minute = now.replace(second=0, microsecond=0)
    mine = ApiToken.objects.filter(pk=row.pk)
    if not mine.filter(minute=minute).update(calls=F("calls") + 1, last_used_at=now):
        mine.update(minute=minute, calls=1, last_used_at=now)
    if mine.values_list("calls", flat=True).get() > PER_MINUTE:
        raise Problem(
            429, "too_many", f"More than {PER_MINUTE} requests in a minute.",
            "Wait for the next minute.", headers={"Retry-After": str(60 - now.second)},
        )  # fmt: skip


def reached(team: Team | None) -> QuerySet[Account]:
    """The accounts that a token or a source of this team may name."""
    return Account.objects.filter(owner__team=team) if team else Account.objects.all()
