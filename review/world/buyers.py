"""Simulated buyers: what comes back when a mail reaches one, and when.

They answer, ask, object, put it off, go silent, are away, have left, opt out, complain, and agree
to meet. What they write is raw mail, which the product reads as it reads any other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from random import Random

from revenue import calendars, clock, consent, workspace
from revenue.inbound import receive_email
from revenue.models import Contact
from review.world.plan import Plan
from review.world.wire import Letter

SILENT, CLICKED, MEETING = "silent", "clicked", "meeting"
# How often each happens, of a hundred mails: to a first mail, and to one that answers theirs.
COLD = {
    SILENT: 68.0, "interested": 6, "question": 6, MEETING: 5, "objection": 3, "not_now": 3,
    "away": 3, "bounce": 2, "unsubscribe": 1.5, "left": 1, CLICKED: 1, "legal": 0.25,
    "complaint": 0.25,
}  # fmt: skip
TALKING = {SILENT: 50.0, "interested": 8, "question": 9, MEETING: 25, "objection": 5,
           "not_now": 2, "unsubscribe": 1}  # fmt: skip
WORDS = {
    "interested": ("Thanks, that sounds good. What are the next steps?",
                   "This looks interesting. Please send the details."),
    "question": ("Thanks for this. How long does delivery take?",
                 "Does it come with a guide for the set-up?"),
    MEETING: ("Could we have a short call next week?", "Let us arrange a call. When are you free?"),
    "objection": ("Thank you, it is too expensive for us.",
                  "We already work with another supplier and are happy with them."),
    "not_now": ("Not right now. Please try again next quarter.",),
    "unsubscribe": ("Please take me off your list.", "Unsubscribe"),
    "legal": ("Stop this, or you will hear from our lawyer.",),
    "away": ("I am out of the office until {back} and answer after that.",),
    "left": ("{name} has left the company. This mailbox is no longer read.",),
}  # fmt: skip
BY_MACHINES = ("away", "left")
Then = Callable[[], object]


@dataclass(frozen=True)
class Answer:
    """What a buyer does at `at`; `kind` is what it was about."""

    at: datetime
    kind: str
    act: Then


def answer(plan: Plan, letter: Letter) -> Answer | None:
    """What this letter leads to; nothing of most."""
    contact = Contact.objects.select_related("account__owner").filter(
        email=letter.recipient
    ).first()  # fmt: skip
    if contact is None:  # a digest to one of our own
        return None
    chance = plan.draw("buyer", letter.recipient, letter.number)
    kinds = TALKING if letter.subject.startswith("Re:") and letter.number > 1 else COLD
    [kind] = chance.choices(list(kinds), list(kinds.values()))
    if kind == SILENT:
        return None
    return Answer(_when(contact, kind, chance), kind, partial(_do, contact.pk, kind, letter, plan))


def _when(contact: Contact, kind: str, chance: Random) -> datetime:
    """Machines answer within minutes, people at work within a day or two."""
    if kind in ("bounce", *BY_MACHINES):
        return clock.now() + timedelta(seconds=chance.randint(20, 600))
    read = clock.now() + timedelta(hours=min(chance.lognormvariate(1.2, 1.0), 60))
    calendar = calendars.of(contact, contact.account, workspace.load())
    return calendar.opening(read) + timedelta(seconds=chance.randint(0, 1800))


def _do(pk: int, kind: str, letter: Letter, plan: Plan) -> None:
    contact = Contact.objects.get(pk=pk)
    if kind == CLICKED:
        consent.suppress(
            letter.recipient, scope="address", reason="one-click opt-out", by="contact"
        )
    elif kind == "bounce":
        receive_email(_report(letter, "delivery-status", BOUNCED))
    elif kind == "complaint":
        receive_email(_report(letter, "feedback-report", COMPLAINED))
    else:
        receive_email(_mail(contact, kind, letter, plan))


def _mail(contact: Contact, kind: str, letter: Letter, plan: Plan) -> bytes:
    chance = plan.draw("words", letter.recipient, letter.number)
    back = clock.now() + timedelta(days=chance.randint(2, 9))
    words = chance.choice(WORDS[kind]).format(back=f"{back:%-d %B %Y}", name=contact.name)
    mail = EmailMessage()
    mail["From"] = f"{contact.name} <{letter.recipient}>"
    mail["To"] = "sales@seller.example"
    machine = kind in BY_MACHINES
    mail["Subject"] = f"{'Automatic reply' if machine else 'Re'}: {_bare(letter.subject)}"
    mail["Date"] = format_datetime(clock.now())
    mail["Message-ID"] = _own_id(letter, kind)
    mail["In-Reply-To"] = letter.message_id
    if machine:
        mail["Auto-Submitted"] = "auto-replied"
    greeting = "" if machine else f"\n\n{contact.first_name}"
    mail.set_content(f"{words}{greeting}\n")
    return mail.as_bytes()


def _bare(subject: str) -> str:
    return subject.removeprefix("Re: ")


def _own_id(letter: Letter, kind: str) -> str:
    name, _, domain = letter.recipient.partition("@")
    return f"<{kind}.{letter.number}.{name}@{domain}>"


# What mail systems write (RFC 3464, RFC 5965).
BOUNCED = (
    "Your message could not be delivered: there is no such mailbox.",
    "Reporting-MTA: dns; mx.{domain}\n\nFinal-Recipient: rfc822; {address}\nAction: failed\n"
    "Status: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 User unknown\n",
)
COMPLAINED = (
    "This is a report of a mail that was marked as spam.",
    "Feedback-Type: abuse\nUser-Agent: Reports/1\nVersion: 1\nOriginal-Rcpt-To: {address}\n",
)
REPORT = """From: postmaster@{domain}
To: sales@seller.example
Subject: About your mail
Date: {date}
Message-ID: {own_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="part"

--part
Content-Type: text/plain

{words}
--part
Content-Type: message/{kind}

{facts}
--part
Content-Type: text/rfc822-headers

Message-ID: {message_id}
To: {address}

--part--
"""


def _report(letter: Letter, kind: str, told: tuple[str, str]) -> bytes:
    where = {"address": letter.recipient, "domain": letter.recipient.partition("@")[2]}
    text = REPORT.format(
        **where, kind=kind, words=told[0], facts=told[1].format(**where),
        date=format_datetime(clock.now()), own_id=_own_id(letter, kind),
        message_id=letter.message_id,
    )  # fmt: skip
    return text.replace("\n", "\r\n").encode()
