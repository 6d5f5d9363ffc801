"""Standard Webhooks: secrets, signing what goes out, checking what comes in.

A wrapper around the library, which raises raw errors at a malformed signature, reads the machine's
own clock and does not see replays (`review.doors.webhooks` does, by its receipts).
"""

import base64
import hmac
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook

TOLERANCE = 300  # seconds that a clock may differ, as the specification says
ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
LONGEST_ID = 200


class BadSignature(ValueError):
    """Not from whom it should be, or not from now; the words say which."""


def new_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def headers(secret: str, *, webhook_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """What a signed request carries."""
    signature = Webhook(secret).sign(webhook_id, at.astimezone(UTC), body.decode())
    return {
        ID: webhook_id,
        TIMESTAMP: str(int(at.timestamp())),
        SIGNATURE: signature,
        "content-type": "application/json",
    }


def verify(
    body: str, given: Mapping[str, str], *, keys: Iterable[str], now: datetime
) -> tuple[str, datetime]:
    """The id and the time of a request that one of `keys` signed; BadSignature for any other."""
    webhook_id, signature = given.get(ID, ""), given.get(SIGNATURE, "")
    if not webhook_id or not signature:
        raise BadSignature(f"The headers {ID}, {TIMESTAMP} and {SIGNATURE} are needed.")
    if len(webhook_id) > LONGEST_ID or not webhook_id.isascii() or not webhook_id.isprintable():
        raise BadSignature(f"{ID} is longer than {LONGEST_ID} characters or holds odd ones.")
    at = _moment(given.get(TIMESTAMP, ""), now)
    offered = [part.partition(",") for part in signature.split(" ")]
    values = [value for version, _, value in offered if version == "v1"]
    for key in keys:
        expected = Webhook(key).sign(webhook_id, at, body).partition(",")[2]
        if any(hmac.compare_digest(expected.encode(), value.encode()) for value in values):
            return webhook_id, at
    raise BadSignature("No signature fits. Check the secret, and sign the body as it is sent.")


def _moment(text: str, now: datetime) -> datetime:
    if not text.isascii() or not text.isdecimal() or len(text) > 12:
        raise BadSignature(f"{TIMESTAMP} has to be seconds since 1970.")
    differs = int(text) - int(now.timestamp())
    if abs(differs) > TOLERANCE:
        raise BadSignature(
            f"The clock differs by {abs(differs)} s; {TOLERANCE} s are allowed. Sign when you send."
        )
    return datetime.fromtimestamp(int(text), UTC)
