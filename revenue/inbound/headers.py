"""What the headers of a mail say: who, when, in answer to what, and whether a machine wrote it.

Every function takes any value at all and never raises. Called by the other modules of this room.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import collapse_rfc2231_value, getaddresses, parsedate_to_datetime

from revenue.inbound import charset

ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,190}")
ANGLED = re.compile(r"<([^<>]*)>")
ID_LIMIT = 255
NAME_LIMIT = 200
REFERENCES_LIMIT = 100
VALUE_LIMIT = 16_000
WIDEST_ZONE = timedelta(hours=14)  # no place has more, and PostgreSQL takes less than 16

AUTO_PRECEDENCE = {"auto_reply", "auto-reply", "bulk", "junk"}
AUTO_HEADERS = ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "X-Autoresponder")
NOT_AUTO = {"", "no", "none", "false"}

RESULT = re.compile(r"(?:^|[;\s])(dmarc|spf|dkim)\s*=\s*([a-z]+)", re.IGNORECASE)
PROVED = re.compile(r"^\s*(?:dkim|spf)\s*=\s*pass\b", re.IGNORECASE)
PROVER = re.compile(
    r"\b(?:header\.d\s*=\s*|smtp\.mailfrom\s*=\s*(?:[^\s;@]+@)?)\"?([a-z0-9.-]+)", re.IGNORECASE
)
FAILED = {"fail", "softfail", "permerror", "policy"}


@dataclass(frozen=True)
class Authentication:
    """Each `pass`, `fail` or `none`, from the topmost Authentication-Results (RFC 8601).

    Only the server that received the mail last is to be believed, and only where the mail came
    from our own mailbox; an uploaded file proves nothing.
    """

    dmarc: str = "none"
    spf: str = "none"
    dkim: str = "none"

    @property
    def verdict(self) -> str:
        """DMARC where there is one, else fail when nothing passed and something failed."""
        if self.dmarc != "none":
            return self.dmarc
        both = {self.spf, self.dkim}
        return "pass" if "pass" in both else "fail" if "fail" in both else "none"


def value(message: Message, name: str) -> str:
    """The first header of that name on one line, undecoded."""
    return " ".join(str(message.get(name, ""))[:VALUE_LIMIT].split())


def parameter(part: Message, name: str, header: str = "Content-Type") -> str:
    """One parameter of a header; the standard reader raises on some (RFC 2231) charsets."""
    try:
        found = part.get_param(name, "", header)
        return collapse_rfc2231_value(found)[:VALUE_LIMIT]
    except (ValueError, LookupError, TypeError):
        return ""


def filename(part: Message) -> str:
    """The name that the sender gave a part; empty for a part of the body."""
    return parameter(part, "filename", "Content-Disposition") or parameter(part, "name")


def words(raw: str, limit: int) -> str:
    """A header as a person reads it: encoded words (RFC 2047) and stray bytes decoded."""
    return charset.cleaned(" ".join(_unencoded(_from_bytes(raw[:4_000])).split()))[:limit].strip()


def _from_bytes(raw: str) -> str:
    return charset.decoded(raw.encode("utf-8", "surrogateescape"), "")[0] if _strays(raw) else raw


def _strays(raw: str) -> bool:
    return any("\udc80" <= letter <= "\udcff" for letter in raw)


def _unencoded(raw: str) -> str:
    if "=?" not in raw:
        return raw
    try:
        chunks = decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return "".join(
        chunk if isinstance(chunk, str) else _chunk(chunk, encoding) for chunk, encoding in chunks
    )


def _chunk(chunk: bytes, encoding: str | None) -> str:
    if encoding is None:
        return chunk.decode("raw-unicode-escape", "replace")
    return charset.decoded(chunk, encoding.split("*")[0])[0]


def addresses(message: Message, *names: str) -> list[tuple[str, str]]:
    """(name, lower-case address) for each recipient or sender in these headers, each once."""
    values = [str(found)[:VALUE_LIMIT] for name in names for found in message.get_all(name, [])]
    pairs = [pair for one in values for pair in _pairs(" ".join(one.split()))]
    found = {address: name for name, address in reversed(pairs)}
    return [(found[address], address) for address in dict.fromkeys(a for _, a in pairs)]


def _pairs(raw: str) -> list[tuple[str, str]]:
    try:
        pairs = getaddresses([raw])
    except (RecursionError, ValueError, IndexError):  # nested comments in a hostile header
        pairs = []
    good = [(words(name, NAME_LIMIT), _address(spec)) for name, spec in pairs]
    loose = [("", _address(spec)) for spec in ADDRESS.findall(words(raw, 4_000))]
    return [pair for pair in good if pair[1]] or [pair for pair in loose if pair[1]]


def _address(spec: str) -> str:
    """Lower case, or nothing: quoted local parts and over-long ones are nobody that we know."""
    spec = charset.cleaned(_from_bytes(spec)).strip().strip("'").lower()
    return spec if len(spec) <= 254 and ADDRESS.fullmatch(spec) else ""


def message_ids(raw: str) -> tuple[str, ...]:
    """Every id in the value with its angle brackets, blanks inside them removed."""
    text = charset.cleaned(_from_bytes(raw))
    found = ANGLED.findall(text) or [word for word in text.split() if "@" in word]
    ids = ["".join(one.split()) for one in found]
    return tuple(dict.fromkeys(_short(f"<{one}>") for one in ids if one))[-REFERENCES_LIMIT:]


def _short(message_id: str) -> str:
    """An id longer than its column becomes its hash, the same in References as in Message-ID."""
    if len(message_id) <= ID_LIMIT:
        return message_id
    return f"<sha256-{hashlib.sha256(message_id.encode()).hexdigest()}@long-id>"


def content_id(message: Message, body: bytes) -> str:
    """The id of a mail that has none: the same for each copy of it, whatever its way was."""
    parts = [str(message.get(name, "")) for name in ("From", "To", "Date", "Subject")]
    text = "\n".join(parts).encode("utf-8", "surrogateescape")
    digest = hashlib.sha256(b"\n\n".join([text, body])).hexdigest()
    return f"<sha256-{digest}@content-id>"


def sent_at(message: Message) -> tuple[datetime | None, str]:
    """The Date with its zone, and in words why there is none. Without a zone it counts as UTC."""
    raw = value(message, "Date")
    if not raw:
        return None, "no date"
    try:
        found = parsedate_to_datetime(_from_bytes(raw))
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        if abs(found.utcoffset() or timedelta()) > WIDEST_ZONE:
            found = found.astimezone(UTC)
        found.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None, "unreadable date left out"
    return (found, "") if 1980 <= found.year <= 2100 else (None, "impossible date left out")


def is_automatic(message: Message) -> bool:
    """RFC 3834, and what Exchange and older responders say instead."""
    submitted = value(message, "Auto-Submitted").split(";")[0].split("(")[0].strip().lower()
    marks = [value(message, name).lower() for name in AUTO_HEADERS]
    return (
        submitted not in NOT_AUTO
        or any(mark not in NOT_AUTO for mark in marks)
        or value(message, "Precedence").lower() in AUTO_PRECEDENCE
    )


def authentication(message: Message) -> Authentication:
    topmost = re.sub(r"\([^()]*\)", " ", value(message, "Authentication-Results"))
    found: dict[str, str] = {}
    for method, result in RESULT.findall(topmost):
        # Of several DKIM signatures one that passes is enough.
        if found.get(method.lower()) != "pass":
            found[method.lower()] = _result(result.lower())
    return Authentication(**found)


def speaks_for_sender(message: Message, *, server: str) -> bool:
    """Did the receiving `server` prove that the domain of From sent this: DMARC passed, or without
    a word of it a DKIM signature or SPF of that very domain or one below it (RFC 7489, 3.1)?

    What stands topmost under another name the sender may have written (RFC 8601, 7.1)."""
    if not server or _authserv_id(message) != server.lower():
        return False
    said = authentication(message)
    if said.dmarc != "none":
        return said.dmarc == "pass"
    sender = next((address for _, address in addresses(message, "From")), "")
    domain = sender.rpartition("@")[2]
    topmost = re.sub(r"\([^()]*\)", " ", value(message, "Authentication-Results"))
    proofs = [part for part in topmost.split(";") if PROVED.search(part)]
    found = [one.lower() for part in proofs for one in PROVER.findall(part)]
    return bool(domain) and any(f".{one}".endswith(f".{domain}") for one in found)


def _authserv_id(message: Message) -> str:
    first = value(message, "Authentication-Results").partition(";")[0].split()
    return first[0].lower() if first else ""


def _result(word: str) -> str:
    return "pass" if word == "pass" else "fail" if word in FAILED else "none"
