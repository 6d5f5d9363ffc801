"""May this address be written to?

Suppression is by address, domain or account, never by contact: a re-import cannot resurrect
anybody. It beats every approval. `suppress` takes the same locks that a claim to send shares, so
no send starts after an opt-out has committed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from revenue import clock, context, events, leases, locks, transactions
from revenue.models import Account, Address, Contact, Domain, Suppression, User

LONGEST = 254  # RFC 5321
ADDRESS, DOMAIN, ACCOUNT = Suppression.Scope.ADDRESS, Suppression.Scope.DOMAIN, "account"


@dataclass(frozen=True)
class Block:
    """Why an address may not be written to; `scope` and `value` say what is suppressed."""

    scope: str
    value: str
    reason: str


def normalise(email: str) -> str:
    """One mailbox has one spelling here, however it was written."""
    return on_the_wire(email.strip()).lower()


def on_the_wire(email: str) -> str:
    """The address with its domain as mail is sent to it: in ASCII (IDNA), without a last dot.

    One that no mail could be sent to stays as it is.
    """
    name, at, host = email.rpartition("@")
    try:
        host = host if host.isascii() else host.encode("idna").decode()
    except UnicodeError:
        return email
    sent_to = f"{name}{at}{host.rstrip('.')}"
    return sent_to if len(sent_to) <= LONGEST else email


def address_row(email: str) -> Address:
    """The one row of an address ever seen, made on first sight."""
    address = normalise(email)
    found = Address.objects.filter(email=address).first()
    if found:
        return found
    name = address.rpartition("@")[2]
    Domain.objects.bulk_create([Domain(name=name)], ignore_conflicts=True)
    domain = Domain.objects.get(name=name)
    Address.objects.bulk_create(
        [Address(email=address, domain=domain, first_seen_at=clock.now())], ignore_conflicts=True
    )
    return Address.objects.get(email=address)


def blocked(address: str, *, account: Account | None = None) -> Block | None:
    """The reason why this address may not be written to, or nothing.

    Without `account`, every account that has a contact with this address is asked.
    """
    email = normalise(address)
    ids = [account.pk] if account else _accounts_of(email)
    rows = Suppression.objects.filter(value__in=[email, email.rpartition("@")[2], *map(str, ids)])
    keys: set[tuple[str, str]] = {(ADDRESS, email), (DOMAIN, email.rpartition("@")[2])}
    keys |= {(ACCOUNT, str(pk)) for pk in ids}
    for row in rows.order_by("pk"):
        if (row.scope, row.value) in keys:
            return Block(row.scope, row.value, row.reason)
    bounced = Address.objects.filter(email=email, hard_bounced_at__isnull=False).exists()
    return Block(ADDRESS, email, "mail to this address came back") if bounced else None


def blocked_among(emails: list[str]) -> set[str]:
    """Those of many normalised addresses that may not be written to, in two queries."""
    domains = {email.rpartition("@")[2] for email in emails}
    rows = Suppression.objects.filter(value__in=[*emails, *domains])
    return _suppressed(emails, rows) | _bounced(emails)


def writable(known: Iterable[context.AccountContext]) -> dict[int, set[int]]:
    """Account → contacts that may be written to, in one query for all of them."""
    known = list(known)
    bounced = _bounced([normalise(row.email) for one in known for row in one.contacts if row.email])
    return {one.account.pk: _writable(one, bounced) for one in known}


def _writable(known: context.AccountContext, bounced: set[str]) -> set[int]:
    if any(row.scope == ACCOUNT for row in known.suppressions):
        return set()
    emails = {row.pk: normalise(row.email) for row in known.contacts if row.email}
    blocked = bounced | _suppressed(emails.values(), known.suppressions)
    return {pk for pk, email in emails.items() if email not in blocked}


def _suppressed(emails: Iterable[str], rows: Iterable[Suppression]) -> set[str]:
    found = {(str(row.scope), row.value) for row in rows}
    return {
        email
        for email in emails
        if (ADDRESS, email) in found or (DOMAIN, email.rpartition("@")[2]) in found
    }


def _bounced(emails: list[str]) -> set[str]:
    rows = Address.objects.filter(email__in=emails, hard_bounced_at__isnull=False)
    return set(rows.values_list("email", flat=True)) if emails else set()


def account_opted_out(account: Account) -> bool:
    return Suppression.objects.filter(scope=ACCOUNT, value=str(account.pk)).exists()


def _accounts_of(email: str) -> list[int]:
    rows = Contact.objects.with_address(email).values_list("account_id", flat=True)
    return list(rows.distinct())


@transactions.atomic
def suppress(
    value: str | Account,
    *,
    scope: str,
    reason: str,
    by: User | str,
    account: Account | None = None,
) -> Suppression:
    """Never write to this address, domain or account again. Twice is once.

    `account` is where the wish was expressed: its conversation ends too. Locks accounts in
    ascending order, then domain and address.
    """
    if scope not in Suppression.Scope.values:
        raise ValueError(f"There is no scope “{scope}”. Use {', '.join(Suppression.Scope.values)}.")
    key = str(value.pk) if isinstance(value, Account) else normalise(str(value))
    if not key:
        raise ValueError("There is nothing to suppress: people without an address share no wish.")
    ids = set(_concerned(key, scope)) | ({account.pk} if account else set())
    touched = locks.accounts(ids)
    _lock_target(key, scope)
    row, is_new = Suppression.objects.get_or_create(
        scope=scope,
        value=key,
        defaults={
            "reason": reason[:200],
            "by": events.actor(by),
            "account": account or (touched[0] if touched else None),
            "created_at": clock.now(),
        },
    )
    if is_new:
        _tell(row, touched, by=by)
    return row


def _concerned(key: str, scope: str) -> list[int]:
    if scope == ACCOUNT:
        return [int(key)] if key.isdigit() else []
    if scope == DOMAIN:
        found = Contact.objects.filter(email__iendswith=f"@{key}")
        return list(found.values_list("account_id", flat=True).distinct())
    return _accounts_of(key)


def _lock_target(key: str, scope: str) -> None:
    if scope == ADDRESS:
        address = address_row(key)
        Address.objects.select_for_update().get(pk=address.pk)
    elif scope == DOMAIN:
        Domain.objects.bulk_create([Domain(name=key)], ignore_conflicts=True)
        Domain.objects.select_for_update().get(name=key)


def _tell(row: Suppression, touched: list[Account], *, by: User | str) -> None:
    for account in touched:
        context.moved(account.pk)
        leases.preempt(account, reason="opt-out")
        events.append("consent.suppressed", by=by, account=account, subject=row, scope=row.scope)
    if not touched:
        events.append("consent.suppressed", by=by, chain="consent", subject=row, scope=row.scope)


@transactions.atomic
def record_bounce(email: str, *, hard: bool, account: Account | None = None) -> None:
    """A hard bounce (RFC 3463 class 5) ends writing to the address; a soft one is counted."""
    if hard:
        suppress(email, scope=ADDRESS, reason="mail came back", by="system", account=account)
        Address.objects.filter(email=normalise(email)).update(hard_bounced_at=clock.now())
        return
    row = address_row(email)
    Address.objects.filter(pk=row.pk).update(soft_bounces=row.soft_bounces + 1)
