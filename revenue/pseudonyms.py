"""Who somebody was, as a keyed hash: enough to know them again, not enough to name them.

The key is the workspace's own secret, so that a list of addresses cannot be hashed and compared by
anybody who has only the table. It is a pseudonym in the sense of GDPR art. 4(5), not anonymity.
"""

import hashlib
import hmac
from collections.abc import Iterable

from revenue import workspace

PREFIX = "erased:"


def of(text: str) -> str:
    """Stands where an address stood; it holds no @, so it can be none."""
    return next(iter(of_each([text])))


def of_each(texts: Iterable[str]) -> dict[str, str]:
    """Keyed hash → text."""
    key = workspace.load().link_secret.encode()
    return {PREFIX + hmac.new(key, f"person {text}".encode(), hashlib.sha256).hexdigest(): text
            for text in texts}  # fmt: skip
