"""The voice: who may speak to the buyer of an account.

It goes from an agent's run to the review item to the outbox and is released, or a rep who took
over holds it. `acquire` refuses and never waits; every holder expires, by the database's time; a
reply, an opt-out or a human's own mail pre-empts it. Internal work does not need it.

Each call locks the account first, so that holder and lease move together.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from revenue import clock, events, locks, transactions
from revenue.models import Account, Lease, User
from revenue.rows import update_each

Ttl = timedelta | int | float
TAKE_OVER = timedelta(days=365)  # a person holds an account until they hand it back
AT_ONCE = 200  # so many end in one sweep
HOLD_AFTER = timedelta(days=1)  # how long the voice outlives the time that it was held for


def holder_name(holder: str | User) -> str:
    """A person as "user:1"; agents, items and messages name themselves."""
    return holder if isinstance(holder, str) else f"user:{holder.pk}"


def current(account: Account | int) -> Lease | None:
    """The lease that counts now: active and not past its time."""
    lease = Lease.objects.active().filter(account=account).first()
    return lease if lease and not _is_over(lease, clock.now()) else None


def current_among(account_ids: Iterable[int]) -> dict[int, Lease]:
    """The same for many accounts, by account."""
    now = clock.now()
    rows = Lease.objects.active().filter(account__in=list(account_ids))
    return {row.account_id: row for row in rows if not _is_over(row, now)}


def _is_over(lease: Lease, now: datetime) -> bool:
    return lease.expires_at <= now and not lease.is_pinned


@transactions.atomic
def acquire(account: Account, *, holder: str | User, ttl: Ttl) -> Lease | None:
    """The lease, or nothing when somebody else holds the voice (`current` tells who)."""
    row = locks.account(account.pk)
    return acquire_all({row: holder_name(holder)}, ttl=ttl).get(row.pk)


@transactions.atomic
def acquire_all(holders: dict[Account, str], *, ttl: Ttl) -> dict[int, Lease]:
    """The leases of accounts that the caller has locked, by account; of those whose voice somebody
    else holds there is none."""
    now = clock.now()
    held = {row.account_id: row for row in Lease.objects.active().filter(account__in=holders)}
    for account in holders:
        lease = held.get(account.pk)
        if lease and _is_over(lease, now):
            _end(_row(lease), lease, account, Lease.State.EXPIRED, reason="its time was over")
            if _is_over(lease, now):
                del held[account.pk]
    made = _made({one: who for one, who in holders.items() if one.pk not in held}, now, ttl)
    kept = {account.pk: held[account.pk] for account, holder in holders.items()
            if account.pk in held and held[account.pk].holder == holder}  # fmt: skip
    return kept | {lease.account_id: lease for lease in made}


def _made(holders: dict[Account, str], now: datetime, ttl: Ttl) -> list[Lease]:
    for account in holders:
        account.voice_token += 1
    update_each(holders, "voice_token")
    rows = [
        Lease(
            account=account, holder=holder, token=account.voice_token, acquired_at=now,
            expires_at=now + _delta(ttl),
        )
        for account, holder in holders.items()
    ]  # fmt: skip
    for lease in Lease.objects.bulk_create(rows):
        events.append(
            "voice.acquired", by="system", account=lease.account, subject=lease, token=lease.token,
            holder=lease.holder,
        )  # fmt: skip
    return rows


def _delta(ttl: Ttl) -> timedelta:
    return ttl if isinstance(ttl, timedelta) else timedelta(seconds=ttl)


def of(row: Any) -> Lease | None:
    """The voice as a run, a draft, an item or a message was given it: with its own token."""
    lease: Lease | None = row.lease
    if lease:
        lease.token = row.token
    return lease


def counts(lease: Lease, now: datetime) -> bool:
    """Is this very token the one that counts? Of a lease that was just read under the lock."""
    return lease.state == Lease.State.ACTIVE and not _is_over(lease, now)


def renew(lease: Lease, *, ttl: Ttl) -> bool:
    until = clock.now() + _delta(ttl)
    found = Lease.objects.active().filter(pk=lease.pk, token=lease.token)
    return bool(found.filter(expires_at__gt=clock.now()).update(expires_at=until))


def renew_all(tokens: dict[int, int], *, ttl: Ttl) -> set[int]:
    """Renew leases, each with its token, whose accounts the caller has locked.

    The ids of those whose token still counts.
    """
    now = clock.now()
    rows = list(Lease.objects.active().filter(pk__in=list(tokens))) if tokens else []
    live = {row.pk for row in rows if row.token == tokens[row.pk] and not _is_over(row, now)}
    if live:
        Lease.objects.filter(pk__in=live).update(expires_at=now + _delta(ttl))
    return live


@transactions.atomic
def pass_to(lease: Lease, *, holder: str | User, ttl: Ttl, pinned: bool = False) -> Lease | None:
    """Hand the voice on, token + 1; nothing when `lease` is no longer the one that counts."""
    return lease if pass_all({lease: holder_name(holder)}, ttl=ttl, pinned=pinned) else None


@transactions.atomic
def pass_all(holders: dict[Lease, str], *, ttl: Ttl, pinned: bool = False) -> set[int]:
    """Hand many on at once; the ids of those whose token still counted."""
    accounts = {row.pk: row for row in locks.accounts({one.account_id for one in holders})}
    now = clock.now()
    found = {
        row.pk: row for row in Lease.objects.active().filter(pk__in=[one.pk for one in holders])
    }
    live = [one for one in holders if one.pk in found and _is_same(one, found[one.pk], now)]
    for lease in live:
        account = accounts[lease.account_id]
        account.voice_token += 1
        lease.state, lease.token, lease.holder = (
            Lease.State.ACTIVE,
            account.voice_token,
            holders[lease],
        )
        lease.expires_at, lease.is_pinned = now + _delta(ttl), pinned
        events.append(
            "voice.passed", by="system", account=account, subject=lease, token=lease.token,
            holder=lease.holder,
        )  # fmt: skip
    update_each([accounts[lease.account_id] for lease in live], "voice_token")
    update_each(live, "token", "holder", "expires_at", "is_pinned")
    return {lease.pk for lease in live}


def _is_same(lease: Lease, row: Lease, now: datetime) -> bool:
    return lease.token == row.token and not _is_over(row, now)


@transactions.atomic
def release(lease: Lease, *, reason: str = "done") -> bool:
    """Give the voice up; False when it was no longer this token's to give."""
    account = locks.account(lease.account_id)
    held = Lease.objects.active().filter(pk=lease.pk, token=lease.token)
    return _end(held, lease, account, Lease.State.RELEASED, reason=reason)


@transactions.atomic
def preempt(account: Account, *, reason: str) -> Lease | None:
    """End the voice of agents, items and queued messages; never a person's or a send's.

    Returns the lease that was ended, if any.
    """
    row = locks.account(account.pk)
    lease = Lease.objects.active().filter(account=row).first()
    if lease is None or lease.is_pinned or lease.holder.startswith(Lease.PERSON):
        return None
    _end(_row(lease), lease, row, Lease.State.PREEMPTED, reason=reason)
    return lease


def _row(lease: Lease) -> QuerySet[Lease]:
    return Lease.objects.active().filter(pk=lease.pk)


def lend(lease: Lease) -> Lease:
    """A person who holds the account lends its voice to a mail of their own.

    When that is over, however it ends, they hold the account again. Needs the account's lock.
    """
    lease.returns_to = lease.holder
    _row(lease).update(returns_to=lease.returns_to)
    return lease


def leave_to_the_mail(lease: Lease) -> None:
    """The person hands the account back while a mail of theirs waits: the voice is free once it
    has left. Needs the account's lock."""
    lease.returns_to = ""
    _row(lease).update(returns_to="")


def _end(rows: QuerySet[Lease], lease: Lease, account: Account, state: str, *, reason: str) -> bool:
    """One step of the declared table, if the row still is among `rows`; what was lent goes back."""
    if lease.returns_to:
        return _give_back(rows, lease, account)
    done = rows.update(state=state, is_pinned=False, ended_at=clock.now(), end_reason=reason[:200])
    if done:
        events.append(
            f"voice.{state}", by="system", account=account, subject=lease, token=lease.token
        )
    return bool(done)


def _give_back(rows: QuerySet[Lease], lease: Lease, account: Account) -> bool:
    values: dict[str, Any] = {
        "holder": lease.returns_to, "token": account.voice_token + 1, "is_pinned": False,
        "expires_at": clock.now() + TAKE_OVER, "returns_to": "",
    }  # fmt: skip
    if not rows.update(**values):
        return False
    for name, value in values.items():
        setattr(lease, name, value)
    account.voice_token += 1
    update_each([account], "voice_token")
    events.append(
        "voice.passed", by="system", account=account, subject=lease, token=lease.token,
        holder=lease.holder,
    )  # fmt: skip
    return True


def sweep() -> int:
    """Expire what is past its time. Returns how many."""
    now = clock.now()
    over = Lease.objects.active().filter(expires_at__lte=now, is_pinned=False)
    ids = list(over.order_by("account_id").values_list("pk", flat=True)[:AT_ONCE])
    return sum(transactions.apart(_expire, ids))


@transactions.atomic
def _expire(pk: int) -> bool:
    lease = Lease.objects.get(pk=pk)
    account = locks.account(lease.account_id)
    lease.refresh_from_db()
    # Renewed, passed on or ended while we waited for the lock: nothing to do.
    if lease.state != Lease.State.ACTIVE or not _is_over(lease, clock.now()):
        return False
    return _end(_row(lease), lease, account, Lease.State.EXPIRED, reason="its time was over")
