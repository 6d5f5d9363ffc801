"""A history as one number: the same for the same seed, whatever ids the rows were given."""

import hashlib
from typing import Any

from revenue.models import Event
from revenue.snapshots import canonical

# Made with a secret of the installation, or numbers of rows.
LEFT_OUT = {"payload", "decision", "owner", "bulk", "fingerprint"}


def digest(*, after: int = 0) -> str:
    """Of everything that happened after the event of this id, in its order."""
    found = hashlib.sha256()
    first: dict[str, int] = {}
    rows = Event.objects.filter(pk__gt=after).order_by("pk").values_list(
        "at", "kind", "actor", "account", "subject_kind", "subject_id", "data"
    )  # fmt: skip
    for at, kind, actor, account, subject_kind, subject, data in rows.iterator(chunk_size=5000):
        told = [at.isoformat(), kind, _actor(actor, first), _number("account", account, first),
                subject_kind, _number(subject_kind, subject, first), _shared(data)]  # fmt: skip
        found.update(canonical(told).encode())
    return found.hexdigest()


def _number(kind: str, pk: int | None, first: dict[str, int]) -> int | None:
    """How far it is from the first of its kind."""
    return None if pk is None else pk - first.setdefault(kind, pk)


def _actor(actor: str, first: dict[str, int]) -> str:
    kind, _, pk = actor.partition(":")
    return f"{kind} {_number(kind, int(pk), first)}" if pk.isdigit() else actor


def _shared(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name not in LEFT_OUT}
