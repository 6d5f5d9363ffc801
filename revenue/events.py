"""The event log: who did what to which row, in a chain that shows any later change.

`append` is called in the transaction of the change that it tells of, and the rows are written at
its end. A chain is named
"account:12", "lane:3" or "configuration". The hash of a row covers its content and the hash
before it (RFC 6962 calls the idea a log; here it is a plain chain).
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from revenue import clock, transactions
from revenue.models import Account, ChainHead, Event, User
from revenue.rows import update_each
from revenue.snapshots import canonical

CONFIGURATION = "configuration"


@dataclass(frozen=True)
class Entry:
    kind: str
    subject: models.Model | None = None
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    chain: str
    seq: int
    problem: str


def actor(by: User | str) -> str:
    """ "user:3" for a person; agents, policies and the system name themselves."""
    return f"user:{by.pk}" if isinstance(by, User) else by


def person(actor: str) -> User | None:
    """Whose doing it was, when it was a person's."""
    return people([actor]).get(actor)


def people(actors: Iterable[str]) -> dict[str, User]:
    """Those of these actors who are people, by the name that the log gives them."""
    ids = [one.partition(":")[2] for one in actors if one.startswith("user:")]
    wanted = [int(one) for one in ids if one.isdecimal()]
    return {f"user:{row.pk}": row for row in User.objects.filter(pk__in=wanted)} if wanted else {}


def chain_of(account: Account | int) -> str:
    return f"account:{account if isinstance(account, int) else account.pk}"


def append(
    kind: str,
    *,
    by: User | str,
    account: Account | None = None,
    chain: str = "",
    subject: models.Model | None = None,
    **data: Any,
) -> Event:
    entry = Entry(kind, subject, data)
    return append_many([entry], by=by, account=account, chain=chain)[0]


def append_many(
    entries: Iterable[Entry], *, by: User | str, account: Account | None = None, chain: str = ""
) -> list[Event]:
    """Add rows to one chain, in the given order.

    They are written with all others of the transaction at its end, when the chain's head is
    locked and gives them their number: the last lock in the order of all.
    """
    key, at = chain or (chain_of(account) if account else CONFIGURATION), clock.now()
    rows = [_unchained(key, entry, by=by, account=account, at=at) for entry in entries]
    for row in rows:
        transactions.last(_write, row, locks_last=True)
    return rows


def _unchained(
    chain: str, entry: Entry, *, by: User | str, account: Account | None, at: datetime
) -> Event:
    return Event(
        chain=chain,
        kind=entry.kind,
        actor=actor(by),
        account=account,
        subject_kind=(entry.subject._meta.model_name or "") if entry.subject else "",
        subject_id=entry.subject.pk if entry.subject else None,
        data=entry.data,
        at=at,
    )


@transactions.atomic
def _write(rows: list[Event]) -> None:
    heads = _locked_heads({row.chain for row in rows})
    for row in rows:
        _chain(heads[row.chain], row)
    Event.objects.bulk_create(rows, batch_size=500)
    update_each(heads.values(), "seq", "hash")


def _locked_heads(keys: set[str]) -> dict[str, ChainHead]:
    rows = ChainHead.objects.select_for_update().filter(key__in=keys).order_by("key")
    heads = {head.key: head for head in rows}
    if len(heads) < len(keys):
        new = [ChainHead(key=key) for key in sorted(keys - heads.keys())]
        ChainHead.objects.bulk_create(new, ignore_conflicts=True)
        heads = {head.key: head for head in rows.all()}
    return heads


def _chain(head: ChainHead, row: Event) -> None:
    row.seq, row.previous = head.seq + 1, head.hash
    row.hash = content_hash(row)
    head.seq, head.hash = row.seq, row.hash


def content_hash(event: Event) -> str:
    content = [
        event.chain,
        event.seq,
        event.kind,
        event.actor,
        event.account_id,
        event.subject_kind,
        event.subject_id,
        event.data,
        event.at.isoformat(),
        event.previous,
    ]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def anchor() -> str:
    """Where each chain ends now, a line for each. Kept outside the database, it shows what the
    chains alone cannot: an end that was cut together with its head, or a chain written anew."""
    heads = ChainHead.objects.order_by("key").values_list("key", "seq", "hash")
    return "".join(f"{key} {seq} {digest}\n" for key, seq, digest in heads.iterator())


def anchored(text: str) -> dict[str, tuple[int, str]]:
    """What an anchor says; ValueError when it is none."""
    rows = [line.rsplit(" ", 2) for line in text.splitlines()]
    return {key: (int(seq), digest) for key, seq, digest in rows}


def faults(*, chain: str = "", known: dict[str, tuple[int, str]] | None = None) -> Iterator[Fault]:
    """The first fault of each chain: an edited, missing or misplaced row, or a cut tail.

    Only of `chain`, when one is named; against an anchor, when it is `known`.
    """
    known = known or {}
    all_heads, rows = ChainHead.objects.all(), Event.objects.order_by("chain", "seq")
    if chain:
        all_heads, rows = all_heads.filter(key=chain), rows.filter(chain=chain)
    heads = {head.key: head for head in all_heads.iterator()}
    broken: set[str] = set()
    last: dict[str, Event] = {}
    for event in rows.iterator(chunk_size=2000):
        if event.chain in broken:
            continue
        problem = _problem(event, last.get(event.chain))
        if not problem and known.get(event.chain, (0, ""))[0] == event.seq:
            problem = "" if known[event.chain][1] == event.hash else "is not the row of the anchor"
        if problem:
            broken.add(event.chain)
            yield Fault(event.chain, event.seq, problem)
        last[event.chain] = event
    yield from _tails(heads, last, broken)
    for key, (seq, _) in known.items():
        if key not in broken and (last[key].seq if key in last else 0) < seq:
            yield Fault(key, seq, "is in the anchor and not in the log")


def _problem(event: Event, before: Event | None) -> str:
    expected = before.seq + 1 if before else 1
    if event.seq != expected:
        return f"row {expected} is missing"
    if event.previous != (before.hash if before else ""):
        return "does not follow from the row before it"
    if event.hash != content_hash(event):
        return "was changed after it was written"
    return ""


def _tails(
    heads: dict[str, ChainHead], last: dict[str, Event], broken: set[str]
) -> Iterator[Fault]:
    for key in sorted((heads.keys() | last.keys()) - broken):
        head, event = heads.get(key), last.get(key)
        if head is None:
            yield Fault(key, event.seq if event else 0, "the head of this chain is missing")
        elif (head.seq, head.hash) != ((event.seq, event.hash) if event else (0, "")):
            yield Fault(key, event.seq + 1 if event else 1, f"rows up to {head.seq} are missing")
