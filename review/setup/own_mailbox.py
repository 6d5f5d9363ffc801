"""One button tries a rep's own mailbox, both ways at once: a mail to oneself, and the folders.

What becomes of it is written to the mailbox: from then on mail leaves by it, and it is read.
"""

import time
from dataclasses import dataclass

from revenue import imap, mail_providers, mailboxes, vault
from revenue.models import Mailbox, User
from review.channels import mail
from review.setup import patience
from review.setup.mailbox import Try, mime_to, read_outcome

NO_KEY = "The password cannot be read any more, because its key is gone. Write it again."
NO_IMAP = "No server for reading is set up, so answers and your own mail are not seen here."


@dataclass(frozen=True)
class Part:
    """One way, tried: what it was, and how it went in a sentence. `ok` None: not quite."""

    name: str
    ok: bool | None
    words: str


@dataclass(frozen=True)
class Tried:
    sending: Part
    reading: Part

    @property
    def parts(self) -> tuple[Part, Part]:
        return self.sending, self.reading

    @property
    def ok(self) -> bool:
        return bool(self.sending.ok) and self.reading.ok is not False

    @property
    def fault(self) -> str:
        bad = [part for part in self.parts if part.ok is False]
        return " ".join(f"{part.name}: {part.words.rstrip('.')}." for part in bad)


def try_out(mailbox: Mailbox, *, by: User) -> Tried:
    """A mail to its own address, and a look for Inbox and Sent. Half a minute at most."""
    try:
        out, into = mailboxes.sends(mailbox), mailboxes.reads(mailbox)
    except vault.Unreadable:
        gone = Part("Sending", False, NO_KEY)
        return _kept(mailbox, Tried(gone, Part("Reading", False, NO_KEY)), by=by)
    address = mailbox.address
    mime = mime_to(
        mailbox.user, address, sender=address, subject="Your mailbox works in Countersign",
        text="This mail went the way that your approved mail takes. You can delete it.",
    )  # fmt: skip
    until = time.monotonic() + patience.SECONDS
    sent = patience.Job(lambda: mail.send_by(out, mime, sender=address, recipient=address))
    seen = None
    if mailbox.imap_host:
        seen = patience.Job(lambda: imap.look_into(into, seconds=patience.SECONDS))
    tried = Tried(_sending(sent, until, mailbox), _reading(seen, until, mailbox))
    return _kept(mailbox, tried, by=by)


def _kept(mailbox: Mailbox, tried: Tried, *, by: User) -> Tried:
    mailboxes.note_test(
        mailbox, by=by, sends=bool(tried.sending.ok), reads=bool(mailbox.imap_host),
        fault=tried.fault,
    )  # fmt: skip
    return tried


def _sending(job: patience.Job, until: float, mailbox: Mailbox) -> Part:
    try:
        found: Try = read_outcome(job.result(until=until))
    except patience.TooLate:
        found = Try("late")
    if found.arrived:
        return Part("Sending", True, f"The server took a mail to {mailbox.address}.")
    provider = mail_providers.of_host(mailbox.smtp_host)
    hint = f" {provider.hint}" if provider and found.kind == "login" else ""
    return Part("Sending", False, found.words + hint)


def _reading(job: patience.Job | None, until: float, mailbox: Mailbox) -> Part:
    if job is None:
        return Part("Reading", None, NO_IMAP)
    try:
        looked = job.result(until=until)
    except patience.TooLate:
        return Part("Reading", False, imap.Fault("late").words)
    except imap.Fault as fault:
        return Part("Reading", False, fault.words)
    imap.begin(mailbox, looked)
    if "sent" not in looked.folders:
        return Part("Reading", None, imap.Fault("no_sent").words)
    names = f"“{looked.folders['inbox'][0]}” and “{looked.folders['sent'][0]}”"
    return Part("Reading", True, f"{names} are read from now on.")
