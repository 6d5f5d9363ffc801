"""May this address be written to?

Suppression is by address, domain or account, never by contact: a re-import cannot resurrect
anybody. It beats every approval. `suppress` takes the same locks that a claim to send shares, so
no send starts after an opt-out has committed. What a person asked for is lifted by their new
consent alone; a tagged address (ben+news@) is another mailbox, since only its server knows more.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Value

from revenue import clock, context, events, leases, locks, pseudonyms, transactions
from revenue.models import (
    Account,
    Address,
    Contact,
    Domain,
    Erasure,
    Lift,
    Suppression,
    User,
)

LONGEST = 254  # RFC 5321
ADDRESS, DOMAIN, ACCOUNT = Suppression.Scope.ADDRESS, Suppression.Scope.DOMAIN, "account"
Ground = Suppression.Ground
BOUNCED = "mail to this address came back"


@dataclass(frozen=True)
class Block:
    """Why an address may not be written to; `scope` and `value` say what is suppressed.

    `is_theirs` where the person's own word lifts it, and nobody else's.
    """

    scope: str
    value: str
    reason: str
    is_theirs: bool = True


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
    Address.objects.bulk_create([Address(email=address, domain=domain)], ignore_conflicts=True)
    return Address.objects.get(email=address)


def blocked(address: str, *, account: Account | None = None) -> Block | None:
    """The reason why this address may not be written to, or nothing.

    Without `account`, every account that has a contact with this address is asked.
    """
    email = normalise(address)
    ids = [account.pk] if account else _accounts_of(email)
    host, digest = email.rpartition("@")[2], pseudonyms.of(email)
    rows = Suppression.objects.filter(value__in=[email, host, digest, *map(str, ids)])
    keys: set[tuple[str, str]] = {(ADDRESS, email), (ADDRESS, digest), (DOMAIN, host)}
    keys |= {(ACCOUNT, str(pk)) for pk in ids}
    for row in rows.order_by("pk"):
        if (row.scope, row.value) in keys:
            named = email if row.value == digest else row.value
            return Block(row.scope, named, row.reason, row.is_theirs)
    bounced = Address.objects.filter(email=email, hard_bounced_at__isnull=False).exists()
    return Block(ADDRESS, email, BOUNCED, is_theirs=False) if bounced else None


def blocks_among(emails: Iterable[str]) -> dict[str, Block]:
    """Those of many normalised addresses that may not be written to, and why, in two queries."""
    emails = set(emails)
    if not emails:
        return {}
    digests = pseudonyms.of_each(emails)
    values = [*emails, *digests, *{email.rpartition("@")[2] for email in emails}]
    words = ("scope", "value", "reason")
    rows = Suppression.objects.filter(value__in=values).order_by().values_list(*words)
    bounced = Address.objects.filter(email__in=emails, hard_bounced_at__isnull=False)
    returned = bounced.order_by().values_list(Value(ADDRESS), "email", Value(BOUNCED))
    found = {(scope, digests.get(value, value)): reason for scope, value, reason in
             rows.union(returned, all=True)}  # fmt: skip
    return {
        email: Block(*key, found[key])
        for email in emails
        for key in ((DOMAIN, email.rpartition("@")[2]), (ADDRESS, email))
        if key in found
    }


def writable(known: Iterable[context.AccountContext]) -> dict[int, set[int]]:
    """Account → contacts that may be written to, in one query for all of them."""
    known = list(known)
    bounced = _bounced([normalise(row.email) for one in known for row in one.contacts if row.email])
    return {one.account.pk: _writable(one, bounced) for one in known}


def _writable(known: context.AccountContext, bounced: set[str]) -> set[int]:
    if any(row.scope == ACCOUNT for row in known.suppressions):
        return set()
    emails = {row.pk: normalise(row.email) for row in known.contacts if row.email}
    blocked = bounced | _suppressed(set(emails.values()), known.suppressions)
    return {pk for pk, email in emails.items() if email not in blocked}


def _suppressed(emails: set[str], rows: Iterable[Suppression]) -> set[str]:
    digests = pseudonyms.of_each(emails)
    found = {(str(row.scope), digests.get(row.value, row.value)) for row in rows}
    return {
        email
        for email in emails
        if (ADDRESS, email) in found or (DOMAIN, email.rpartition("@")[2]) in found
    }


def _bounced(emails: list[str]) -> set[str]:
    rows = Address.objects.filter(email__in=emails, hard_bounced_at__isnull=False)
    return set(rows.values_list("email", flat=True)) if emails else set()


def account_block(account: Account) -> Suppression | None:
    """Why nobody of the account may be written to, if so."""
    return Suppression.objects.filter(scope=ACCOUNT, value=str(account.pk)).first()


def _accounts_of(email: str) -> list[int]:
    rows = Contact.objects.with_address(email).values_list("account_id", flat=True)
    return list(rows.distinct())


def hold(emails: Iterable[str], *, accounts: Iterable[int] = ()) -> None:
    """Lock these accounts and every one that a wish about these addresses concerns.

    For whoever does more in a transaction than one `suppress`: before it locks anything else,
    because accounts are locked in ascending order and before the rest.
    """
    keys = {normalise(email) for email in emails} - {""}
    locks.accounts({*accounts, *(pk for key in keys for pk in concerned(key, ADDRESS))})


@transactions.atomic
def suppress(
    value: str | Account,
    *,
    scope: str,
    reason: str,
    by: User | str,
    account: Account | None = None,
    ground: str = "",
) -> Suppression:
    """Never write to this address, domain or account again. Twice is once.

    `account` is where the wish was expressed: its conversation ends too. Without a `ground` a
    colleague's word is our own decision, and everybody else's the wish of the person. Locks
    accounts in ascending order, then domain and address.
    """
    if scope not in Suppression.Scope.values:
        raise ValueError(f"There is no scope “{scope}”. Use {', '.join(Suppression.Scope.values)}.")
    key = str(value.pk) if isinstance(value, Account) else normalise(str(value))
    if not key:
        raise ValueError("There is nothing to suppress: people without an address share no wish.")
    erased = scope == ADDRESS and _erased(key)
    if erased:
        return erased
    ground = ground or (Ground.OURS if isinstance(by, User) else Ground.ASKED)
    ids = set(concerned(key, scope)) | ({account.pk} if account else set())
    touched = locks.accounts(ids)
    _lock_target(key, scope)
    erased = scope == ADDRESS and _erased(key)  # while we waited for the locks
    if erased:
        return erased
    row, is_new = Suppression.objects.get_or_create(
        scope=scope,
        value=key,
        defaults={
            "reason": reason[:200],
            "ground": ground,
            "by": events.actor(by),
            "account": account or (touched[0] if touched else None),
            "created_at": clock.now(),
        },
    )
    if is_new:
        _tell(row, touched, by=by)
    elif not row.is_theirs and ground not in Suppression.NOT_THEIRS:
        _now_theirs(row, ground, reason, by=by)
    return row


def _erased(email: str) -> Suppression | None:
    """Of an erased person nothing is written down again, not even that they want no mail."""
    return Suppression.objects.filter(scope=ADDRESS, value=pseudonyms.of(email)).first()


def _now_theirs(row: Suppression, ground: str, reason: str, *, by: User | str) -> None:
    """What we had decided ourselves they have asked for by now: nobody here can take it back."""
    row.ground, row.reason, row.by = ground, reason[:200], events.actor(by)
    row.save(update_fields=["ground", "reason", "by"])
    events.append("consent.confirmed", by=by, account=row.account, subject=row, ground=ground,
                  chain="" if row.account else "consent")  # fmt: skip


def concerned(key: str, scope: str) -> list[int]:
    if scope == ACCOUNT:
        return [int(key)] if key.isdigit() else []
    if scope == DOMAIN:
        found = Contact.objects.filter(email__iendswith=f"@{key}")
        return list(found.values_list("account_id", flat=True).distinct())
    return _with_digest(key) if key.startswith(pseudonyms.PREFIX) else _accounts_of(key)


def _with_digest(digest: str) -> list[int]:
    """Where somebody who was erased stands again, because a colleague wrote them down anew."""
    rows = Contact.objects.exclude(email="").values_list("account_id", "email")
    accounts = defaultdict(set)
    for pk, email in rows.iterator():
        accounts[normalise(email)].add(pk)
    return sorted(accounts.get(pseudonyms.of_each(accounts).get(digest, ""), ()))


def reaches(value: str | Account, *, scope: str) -> int:
    """How many people of our records such a suppression would concern."""
    people = Contact.objects.there().exclude(email="")
    if isinstance(value, Account):
        return people.filter(account=value).count()
    key = normalise(value)
    if scope == DOMAIN:
        return people.filter(email__iendswith=f"@{key}").count()
    return people.with_address(key).count()


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


class ConsentError(ValueError):
    """Why a suppression is not lifted, and what to do."""


@transactions.atomic
def lift(row: Suppression, *, by: User, words: str, consented_on: date | None = None) -> Lift:
    """Let mail go there again: `words` say why, and of a person's own wish how they consented anew.

    The same locks and the same moving of versions as `suppress`; what was written before is out of
    date, and nobody's voice ends, since nobody could speak.
    """
    if not words.strip():
        raise ConsentError("Say why it is lifted, so that it can be understood later.")
    touched = locks.accounts(concerned(row.value, row.scope))
    if row.ground != Ground.ERASED:
        _lock_target(row.value, row.scope)
    found = Suppression.objects.select_for_update().filter(pk=row.pk).first()
    if found is None:
        raise ConsentError("This is lifted already.")
    _may_lift(found, by=by, consented_on=consented_on)
    lifted = Lift.objects.create(
        value=found.value, scope=found.scope, ground=found.ground, reason=found.reason,
        suppressed_by=found.by, suppressed_at=found.created_at, account=found.account,
        consented_on=consented_on, words=words.strip()[:1000], by=events.actor(by), at=clock.now(),
    )  # fmt: skip
    Suppression.objects.filter(pk=found.pk).delete()
    if found.scope == ADDRESS:
        Address.objects.filter(email=found.value).update(hard_bounced_at=None, soft_bounces=0)
        Erasure.objects.filter(digest=found.value).update(readmitted_at=clock.now())
    for account in touched:
        context.moved(account.pk)
        events.append("consent.lifted", by=by, account=account, subject=lifted, scope=found.scope)
    if not touched:
        events.append("consent.lifted", by=by, chain="consent", subject=lifted, scope=found.scope)
    return lifted


def _may_lift(row: Suppression, *, by: User, consented_on: date | None) -> None:
    if by.is_rep:
        raise ConsentError("Only a manager or an admin lifts this. Ask yours.")
    if row.is_theirs and consented_on is None:
        raise ConsentError(
            f"{row.get_ground_display()}. Only they can lift this, by their new consent: say when "
            "and how they gave it."
        )
    day = timedelta(days=1)  # they may live on the other side of the date line
    first, last = row.created_at.date() - day, clock.now().date() + day
    if consented_on and not first <= consented_on <= last:
        raise ConsentError("The new consent has a day since this began, and not one to come.")
    open_one = Erasure.objects.filter(digest=row.value, finished_at=None)
    if row.ground == Ground.ERASED and open_one.exists():
        raise ConsentError("This person is being erased. Wait until that is done.")


def erased_since(digests: Iterable[str]) -> dict[str, datetime]:
    """Those of many keyed hashes that name an erased person, with the day that it was asked for."""
    wanted = set(digests)
    rows = Erasure.objects.filter(readmitted_at=None).values_list("digests", "asked_at")
    return {one: at for found, at in rows for one in found if one in wanted}


@transactions.atomic
def record_bounce(email: str, *, hard: bool, account: Account | None = None) -> None:
    """A hard bounce (RFC 3463 class 5) ends writing to the address; a soft one is counted."""
    if hard:
        suppress(
            email, scope=ADDRESS, reason="mail came back", by="system", account=account,
            ground=Ground.BOUNCED,
        )  # fmt: skip
        Address.objects.filter(email=normalise(email)).update(hard_bounced_at=clock.now())
        return
    row = address_row(email)
    Address.objects.filter(pk=row.pk).update(soft_bounces=row.soft_bounces + 1)
