"""A connection to somebody's IMAP server, and in words why there is none.

The address rule of `reaching` holds, certificates are checked, and everything together has one
limit in time: a server that answers letter by letter is cut off when it is over.
"""

import contextlib
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from imap_tools.errors import ImapToolsError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox

from revenue import mail_providers, reaching, secrecy
from revenue.imap import folders
from revenue.mailboxes import Line

CONNECTING = 10.0  # seconds for each step of the line
LARGEST = 30_000_000  # bytes in one answer, whatever the server says
UID = re.compile(rb"\bUID (\d+)")
WORDS = {
    "no_inbox": "The login works, but there is no folder named INBOX.",
    "no_sent": "The login works, but no folder for sent mail was found, so what you write yourself "
    "is not seen here. Send a mail from your mail program once, so that it makes the folder, and "
    "test again.",
    "broken": "The IMAP server gave an answer that makes no sense, or ended the connection.",
}


class Fault(Exception):
    """`kind` is a key of the words here or of `reaching.WORDS`, `answer` the server's words."""

    def __init__(self, kind: str, answer: str = "", hint: str = "") -> None:
        super().__init__(kind)
        self.kind, self.answer, self.hint = kind, answer, hint

    @property
    def words(self) -> str:
        said = f" It said: {self.answer}" if self.answer else ""
        first = WORDS.get(self.kind) or reaching.WORDS[self.kind]
        return f"{first}{said} {self.hint}".strip()


@dataclass(frozen=True)
class Looked:
    """The folders of a mailbox: role to (name, UIDVALIDITY, UIDNEXT)."""

    folders: dict[str, tuple[str, int, int]] = field(default_factory=dict)


def number(said: Any) -> int:
    """A number of a mail or a folder; they have 32 bits (RFC 3501), and no column takes any."""
    found = int(said)
    if not 0 <= found < 2**32:
        raise Fault("broken")
    return found


class _Watch:
    """Cuts a connection when its time is over, whatever the other side does."""

    def __init__(self, seconds: float) -> None:
        self.is_over = False
        self.line: socket.socket | None = None
        self.timer = threading.Timer(seconds, self._cut)
        self.timer.daemon = True
        self.timer.start()

    def guard(self, line: socket.socket) -> socket.socket:
        self.line = line
        if self.is_over:
            self._cut()
        return line

    def _cut(self) -> None:
        self.is_over = True
        if self.line:
            with contextlib.suppress(OSError):
                self.line.shutdown(socket.SHUT_RDWR)


class _Limited(imaplib.IMAP4):
    """No answer may fill the memory."""

    def __init__(self, *args: Any, watch: _Watch, **options: Any) -> None:
        self.watch = watch
        super().__init__(*args, **options)

    def read(self, size: int) -> bytes:
        if size > LARGEST:
            raise self.abort("the answer is too large")
        return super().read(size)

    def _create_socket(self, timeout: float) -> socket.socket:
        return self.watch.guard(reaching.connect(self.host, self.port, timeout))


class _Encrypted(_Limited, imaplib.IMAP4_SSL):
    def _create_socket(self, timeout: float) -> socket.socket:
        line = self.watch.guard(reaching.connect(self.host, self.port, timeout))
        return self.watch.guard(reaching.encrypted(line, self.ssl_context, self.host))


class Box(BaseMailBox):
    """A mailbox of imap-tools whose connection follows our rules."""

    def __init__(self, line: Line, watch: _Watch) -> None:
        self.line, self.watch = line, watch
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        line, context = self.line, ssl.create_default_context()
        limits: dict[str, Any] = {"timeout": CONNECTING, "watch": self.watch}
        if line.security == "tls":
            return _Encrypted(line.host, line.port, ssl_context=context, **limits)
        client = _Limited(line.host, line.port, **limits)
        if line.security == "starttls":
            client.starttls(context)
        return client

    def sign_in(self) -> None:
        """With `LOGIN`, or `AUTHENTICATE PLAIN` where a letter is not of ASCII (RFC 2595)."""
        name, password = self.line.username, self.line.password
        enter = self.login if f"{name}{password}".isascii() else self.login_utf8
        enter(name, password, None)

    def place(self, name: str) -> tuple[int, int]:
        """UIDVALIDITY and UIDNEXT of a folder."""
        found = self.folder.status(name, ["UIDVALIDITY", "UIDNEXT"])
        return number(found["UIDVALIDITY"]), number(found["UIDNEXT"])

    def fetched(self, uids: list[int], what: str) -> dict[int, bytes]:
        """One literal of each mail, by its UID; one that is gone meanwhile is left out."""
        numbers = ",".join(map(str, uids))
        state, parts = self.client.uid("fetch", numbers, f"(UID {what})")
        if state != "OK":
            raise Fault("broken", self.hidden(str(parts)))
        found = {}
        for number, part in enumerate(parts):
            if isinstance(part, tuple):  # its UID stands before the literal or after it
                after = parts[number + 1] if number + 1 < len(parts) else b""
                said = UID.search(part[0] + (after if isinstance(after, bytes) else b""))
                if said:
                    found[int(said[1])] = part[1]
        return found

    def hidden(self, text: str) -> str:
        return secrecy.hide(text, self.line.password)[:200]


@contextlib.contextmanager
def opened(line: Line, *, seconds: float) -> Iterator[Box]:
    """Signed in, for so long at most; Fault says why not, or why no longer."""
    watch, box = _Watch(seconds), None
    try:
        box = Box(line, watch)
        box.sign_in()
        yield box
    except Fault:
        raise
    except (OSError, imaplib.IMAP4.error, ImapToolsError, UnicodeError, KeyError) as error:
        raise Fault("late") if watch.is_over else _fault(error, line) from error
    finally:
        watch.timer.cancel()
        if box:
            _leave(box)


def _leave(box: Box) -> None:
    with contextlib.suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
        box.client.sock.settimeout(2)
        box.client.logout()
    with contextlib.suppress(OSError):
        box.client.shutdown()


def _fault(error: Exception, line: Line) -> Fault:
    answer = secrecy.hide(_said(error), line.password)[:200]
    if isinstance(error, MailboxLoginError) or "AUTHENTICATIONFAILED" in answer:
        provider = mail_providers.of_host(line.host)
        return Fault("login", answer, provider.hint if provider else "")
    if isinstance(error, OSError | UnicodeError) and not isinstance(error, imaplib.IMAP4.error):
        kind = reaching.cause(error)
        return Fault(kind, str(error)[:200] if kind == "address" else "")
    return Fault("tls" if "TLS" in answer else "broken", answer)


def _said(error: Exception) -> str:
    """The server's own words, out of what the library makes of them."""
    result = getattr(error, "command_result", None)
    parts = result[1] if result else error.args
    words = [one.decode(errors="replace") if isinstance(one, bytes) else str(one) for one in parts]
    return " ".join(" ".join(words).split())


def look_into(line: Line, *, seconds: float) -> Looked:
    """Sign in and find Inbox and Sent. Fault when the way or the Inbox is not there; a Sent folder
    that is not there is left out. Touches no row."""
    with opened(line, seconds=seconds) as box:
        found = folders.find(box.folder.list())
        if folders.INBOX not in found:
            raise Fault("no_inbox")
        return Looked({role: (name, *box.place(name)) for role, name in found.items()})
