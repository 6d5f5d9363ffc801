"""Big texts by content hash: contexts, prompts, answers, payloads. Anybody may put and get.

A text that was stored once is not stored again, and one that was stored can be trusted to be what
its hash says. One that an erasure took away reads as `ERASED`, so that no page breaks.
"""

import hashlib
import json
import zlib
from typing import Any

from revenue import transactions
from revenue.models import Snapshot

ERASED = "This text was erased."


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def canonical(value: Any) -> str:
    """One spelling for one value: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def put(text: str) -> str:
    """Store `text` if it is new; its SHA-256 in hex either way."""
    return put_many([text])[0]


def put_many(texts: list[str]) -> list[str]:
    """They are written with all others of the transaction, at its end."""
    hashes = [digest(text) for text in texts]
    for key, text in zip(hashes, texts, strict=True):
        transactions.keep((Snapshot, key), text)
        transactions.last(_write, (key, text))
    return hashes


def _write(pairs: list[tuple[str, str]]) -> None:
    rows = [
        Snapshot(hash=key, body=zlib.compress(text.encode(), 6))
        for key, text in sorted(dict(pairs).items())
    ]
    Snapshot.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def get(key: str) -> str:
    """The text of a hash, "" for an empty hash."""
    return transactions.once((Snapshot, key), lambda: _read(key)) if key else ""


def _read(key: str) -> str:
    row = Snapshot.objects.filter(hash=key).first()
    return zlib.decompress(bytes(row.body)).decode() if row else ERASED


def forget(keys: list[str]) -> None:
    """Take texts away for good. Whoever holds one of these hashes reads `ERASED`."""
    for key in keys:
        transactions.forget((Snapshot, key))
    Snapshot.objects.filter(hash__in=keys).delete()


def get_many(keys: list[str]) -> dict[str, str]:
    """Those that are there, by hash."""
    rows = Snapshot.objects.filter(hash__in=[key for key in keys if key])
    return {row.hash: zlib.decompress(bytes(row.body)).decode() for row in rows}
