"""Erase one person everywhere (GDPR art. 17): the verb, its steps, and where it goes on.

First the address is suppressed by its keyed hash, so that nothing more is written to it. Then
what belongs to no account, then one account after the other, each in a transaction of its own with
its locks in the order of all; last the address itself goes. The row of the erasure says how far it
is: whoever is killed is followed by whoever looks next.

The log stays, since it holds no text. So do the rows, without their words.
"""

import logging
from dataclasses import dataclass, field
from typing import Any

from agents.orchestration import triggers
from revenue import clock, consent, context, events, leases, locks, pseudonyms, transactions
from revenue.importing import identities
from revenue.models import (
    Account,
    Activity,
    Address,
    Basis,
    Contact,
    Erasure,
    MailEvent,
    Snapshot,
    Suppression,
    User,
)
from review.privacy import redacting, registry, settling
from review.privacy.redacting import Work
from review.privacy.traces import Traces

logger = logging.getLogger(__name__)
ADDRESS = Suppression.Scope.ADDRESS
CHAIN = "consent"
REASON = "erased"
BLANK = {
    "email": "", "first_name": "", "last_name": "", "title": "", "phone": "", "buying_role": "",
    "time_zone": "", "lead_source": "", "crm_key": None, "lawful_basis": Basis.UNKNOWN,
    "basis_source": "", "basis_on": None,
}  # fmt: skip


class ErasureError(ValueError):
    """Why nobody is erased, and what to do."""


class _Waits(Exception):
    """Something is on its way that nobody can call back."""


@dataclass(frozen=True)
class Scope:
    """What an erasure would reach, for whoever is to say yes."""

    address: str
    contacts: list[Contact] = field(default_factory=list)
    mails: int = 0
    is_erased: bool = False

    @property
    def is_known(self) -> bool:
        return bool(self.contacts or self.mails)


def scope(address: str) -> Scope:
    email = _address(address)
    contacts = list(Contact.objects.with_address(email).select_related("account").order_by("pk"))
    mails = Activity.objects.filter(sender__iexact=email) | Activity.objects.filter(
        contact__in=contacts
    )
    erased = Erasure.objects.filter(digest=pseudonyms.of(email), readmitted_at=None)
    return Scope(email, contacts, mails.count(), erased.exists())


def _address(text: str) -> str:
    email = consent.normalise(text)
    user, at, host = email.partition("@")
    if not (user and at and host) or "@" in host or any(one.isspace() for one in email):
        raise ErasureError(f"“{text}” is not an address. Erase by the address of the person.")
    return email


@transactions.atomic
def begin(address: str, *, by: User | str) -> Erasure:
    """From now on nobody writes to this address, and its person is being erased. Twice is once."""
    email = _address(address)
    digest = pseudonyms.of(email)
    touched = locks.accounts(consent.concerned(email, ADDRESS))
    locks.row(Address, consent.address_row(email).pk)
    row = Erasure.objects.filter(digest=digest, finished_at=None).first()
    if row:
        return row
    contacts = Contact.objects.with_address(email).select_related("account")
    digests = {digest}.union(*(identities.of_contact(contact) for contact in contacts))
    row = Erasure.objects.create(
        digest=digest, digests=sorted(digests), address=email, by=events.actor(by),
        asked_at=clock.now(),
    )  # fmt: skip
    _suppress(email, digest, touched, by=by)
    events.append("person.erasing", by=by, chain=CHAIN, subject=row)
    return row


def _suppress(email: str, digest: str, touched: list[Account], *, by: User | str) -> None:
    """The keyed hash in the place of the address."""
    Suppression.objects.filter(scope=ADDRESS, value=email).delete()
    kept, _ = Suppression.objects.get_or_create(
        scope=ADDRESS, value=digest,
        defaults={"ground": Suppression.Ground.ERASED, "reason": REASON,
                  "by": events.actor(by), "created_at": clock.now()},
    )  # fmt: skip
    for account in touched:
        context.moved(account.pk)
        leases.preempt(account, reason=REASON)
        events.append("consent.suppressed", by=by, account=account, subject=kept, scope=ADDRESS)
    if not touched:
        events.append("consent.suppressed", by=by, chain=CHAIN, subject=kept, scope=ADDRESS)


def go_on(row: Erasure) -> bool:
    """Go on with it as far as it goes. False: it waits, and `waits_for` says for what."""
    try:
        _of_nobody(row)
        while accounts := _left(row):
            _account(row, accounts[0])
        _finish(row)
    except _Waits as wait:
        Erasure.objects.filter(pk=row.pk, finished_at=None).update(waits_for=str(wait)[:300])
        row.refresh_from_db()
        return False
    row.refresh_from_db()
    return True


def go_on_with_all() -> int:
    """Those that waited, or whose process was killed. How many came to their end."""
    return sum(map(_tried, Erasure.objects.filter(finished_at=None).order_by("pk")[:20]))


def _tried(row: Erasure) -> bool:
    try:
        return go_on(row)
    except Exception:
        logger.exception("Erasure %s could not go on", row.pk)
        return False


def _left(row: Erasure) -> list[int]:
    """The accounts that know them or name their address, ascending, without those that are done."""
    found = set(Contact.objects.with_address(row.address).values_list("account_id", flat=True))
    for table in registry.of_accounts():
        everything = table.model._default_manager.order_by()
        rows = redacting.mentioning(table, everything, Traces(row.address))
        found |= set(rows.values_list(table.account, flat=True).distinct())
    return sorted(found - set(row.accounts) - {None})


@transactions.atomic
def _of_nobody(row: Erasure) -> None:
    """First, while the records still say what the person is called."""
    under_way = settling.import_under_way()
    if under_way:
        raise _Waits(under_way)
    people = Contact.objects.with_address(row.address)
    names = list(people.values_list("first_name", "last_name"))
    work = Work([], Traces(row.address, names=[one for one in names if all(one)]), row.asked_at)
    settling.discard_previews(work.traces)
    strays = Activity.objects.filter(account=None, sender__iexact=row.address)
    raws = list(strays.exclude(raw="").values_list("raw", flat=True))
    strays.delete()
    MailEvent.objects.filter(account=None, recipient__iexact=row.address).delete()
    Snapshot.objects.filter(hash__in=raws).exclude(
        hash__in=Activity.objects.filter(raw__in=raws).values("raw")
    ).delete()
    redacting.rows_of_nobody(work)
    _note(row, work)


@transactions.atomic
def _account(row: Erasure, account_id: int) -> None:
    account = locks.account(account_id)
    obstacle = settling.obstacle(account)
    if obstacle:
        raise _Waits(obstacle)
    settling.settle(account, by=row.by)
    contacts = list(Contact.objects.with_address(row.address).filter(account=account))
    work = Work([one.pk for one in contacts], traces(row.address, account, contacts), row.asked_at)
    redacting.account_rows(account.pk, work)
    for contact in contacts:
        Contact.objects.filter(pk=contact.pk).update(**BLANK, erased_at=row.asked_at)
        work.counts["revenue.Contact"] += 1
        events.append("person.erased", by=row.by, account=account, subject=contact)
    if not contacts:
        events.append("person.erased", by=row.by, account=account, subject=row)
    _note(row, work, account=account.pk)
    triggers.ring(account.pk)


def traces(address: str, account: Account, contacts: list[Contact]) -> Traces:
    names = [(contact.first_name, contact.last_name) for contact in contacts]
    stay = account.contacts.exclude(pk__in=[contact.pk for contact in contacts])
    others: list[tuple[str, str]] = [
        *stay.values_list("first_name", "last_name"),
        *User.objects.values_list("first_name", "last_name"),
    ]
    words = account.name.split()
    return Traces(
        address, names=names, others=[*words, *(name for both in others for name in both)],
        said=_said(address, account, contacts),
    )  # fmt: skip


def _said(address: str, account: Account, contacts: list[Contact]) -> list[str]:
    inbound = account.activities.filter(direction=Activity.Direction.INBOUND)
    rows = inbound.filter(contact__in=contacts) | inbound.filter(sender__iexact=address)
    return [text for row in rows for text in (row.body, _own_subject(row.subject))]


def _own_subject(subject: str) -> str:
    """An answer carries the subject of what it answers."""
    return "" if subject.lower().startswith(("re:", "aw:", "sv:", "fwd:", "wg:")) else subject


def _note(row: Erasure, work: Work, *, account: int | None = None) -> None:
    fresh = Erasure.objects.select_for_update().get(pk=row.pk)
    for label, number in work.counts.items():
        fresh.counts[label] = fresh.counts.get(label, 0) + number
    if account is not None and account not in fresh.accounts:
        fresh.accounts = [*fresh.accounts, account]
    fresh.waits_for = ""
    fresh.save(update_fields=["counts", "accounts", "waits_for"])
    row.counts, row.accounts = fresh.counts, fresh.accounts


@transactions.atomic
def _finish(row: Erasure) -> None:
    """The address itself, wherever it still stood by then."""
    Address.objects.filter(email=row.address).delete()
    open_one = Erasure.objects.filter(pk=row.pk, finished_at=None)
    values: dict[str, Any] = {"address": "", "finished_at": clock.now(), "waits_for": ""}
    if open_one.update(**values):
        events.append("person.erased", by=row.by, chain=CHAIN, subject=row)
