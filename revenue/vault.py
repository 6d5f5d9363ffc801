"""Secrets of people, encrypted at rest: sealed with the newest key, opened with any.

Fernet (AES-128-CBC with HMAC-SHA-256, of the `cryptography` library): what was changed does not
open. The keys come from VAULT_KEYS, newest first; those of a file in STATE_DIR come after them, so
that who moves from one to the other loses nothing. Without VAULT_KEYS the file is made once, on
first need. Keys are read anew each time: a new one counts at once in every process.
"""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import models

from revenue import transactions


class Unreadable(Exception):
    """The key of a secret is gone, or the secret was changed. Whoever wrote it writes it again."""


@dataclass(frozen=True)
class Rotation:
    """What became of all secrets: `unreadable` names the rows whose key is gone."""

    done: int
    fresh: int
    unreadable: list[str]


def key_id(key: str) -> str:
    """Which key it is, telling nothing of it."""
    return hashlib.sha256(b"countersign.vault:" + key.encode()).hexdigest()[:16]


def make_key() -> str:
    return Fernet.generate_key().decode()


def keys() -> dict[str, Fernet]:
    """By their ids, newest first."""
    found = [*settings.VAULT_KEYS, *_kept()]
    if not found:
        _make_file(make_key())
        found = _kept()
    return {key_id(key): Fernet(key) for key in found}


def seal(text: str) -> tuple[str, str]:
    """The secret as it may be stored, and the id of its key."""
    name, key = next(iter(keys().items()))
    return key.encrypt(text.encode()).decode(), name


def reveal(sealed: str, name: str) -> str:
    """The secret again; Unreadable when it cannot be."""
    key = keys().get(name)
    try:
        return key.decrypt(sealed.encode()).decode() if key else _gone()
    except InvalidToken:
        return _gone()


def _gone() -> str:
    raise Unreadable


# --- the file -------------------------------------------------------------------------------------


def _file() -> Path:
    return Path(settings.STATE_DIR) / "vault_keys"


def _kept() -> list[str]:
    try:
        return _file().read_text().split()
    except FileNotFoundError:
        return []


def _make_file(*lines: str, replace: bool = False) -> None:
    """Whole or not at all, readable for us alone. Of two who make it at once, one has."""
    path = _file()
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    try:
        if replace:
            draft.replace(path)
        else:
            os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink(missing_ok=True)


def add_key() -> str:
    """A new key in front of the file's; its id. The old ones stay, for what is not rotated yet."""
    key = make_key()
    _make_file(key, *_kept(), replace=True)
    return key_id(key)


# --- rotation -------------------------------------------------------------------------------------


def sealed_columns() -> Iterator[tuple[type[models.Model], str, str]]:
    """Each model that keeps a secret says so by SEALED: the secret's column and its key id's."""
    for model in apps.get_models():
        for column, key_column in getattr(model, "SEALED", ()):
            yield model, column, key_column


def rotate() -> Rotation:
    """Seal every secret with the newest key. Each in its own transaction: who is killed loses
    nothing, and who begins again goes on where it stopped."""
    newest = next(iter(keys()))
    done, fresh = 0, 0
    lost: list[str] = []
    for model, column, key_column in sealed_columns():
        rows = model._default_manager.exclude(**{column: ""}).order_by("pk")
        fresh += rows.filter(**{key_column: newest}).count()
        for pk in rows.exclude(**{key_column: newest}).values_list("pk", flat=True):
            try:
                done += _sealed_anew(model, pk, column, key_column)
            except Unreadable:
                lost.extend(_named(model, pk))
    return Rotation(done, fresh, lost)


@transactions.atomic
def _sealed_anew(model: type[models.Model], pk: int, column: str, key_column: str) -> bool:
    row = model._default_manager.select_for_update(no_key=True).filter(pk=pk).first()
    if row is None:
        return False
    old = getattr(row, column)
    sealed, name = seal(reveal(old, getattr(row, key_column)))
    same = model._default_manager.filter(pk=pk, **{column: old})
    return bool(same.update(**{column: sealed, key_column: name}))


def _named(model: type[models.Model], pk: int) -> Iterator[str]:
    row = model._default_manager.filter(pk=pk).first()
    if row is not None:
        yield f"{model._meta.verbose_name} {row}"
