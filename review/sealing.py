"""Secrets that we sign with, sealed while they lie in a row.

`seal` gives the sealed text and the id of its key, `reveal` the text again.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


class Unreadable(Exception):
    """The key that this was sealed with is gone, or the secret was changed."""


def seal(text: str) -> tuple[str, str]:
    key = _key()
    return Fernet(key).encrypt(text.encode()).decode(), _id(key)


def reveal(sealed: str, key_id: str) -> str:
    key = _key()
    try:
        if _id(key) == key_id:
            return Fernet(key).decrypt(sealed.encode()).decode()
    except InvalidToken:
        pass
    raise Unreadable


def _key() -> bytes:
    made = hashlib.sha256(f"review.sealing:{settings.SECRET_KEY}".encode()).digest()
    return base64.urlsafe_b64encode(made)


def _id(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:12]
