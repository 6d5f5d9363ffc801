"""One person from the import to a handoff, in every table that can hold them; and somebody beside.

Everything goes through the doors that the product has. `words` are what must be found nowhere once
the person is erased.
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

from django.apps import apps
from django.db import models

from revenue import consent, importing, ingest, records
from revenue.inbound import receive_email
from revenue.models import Account, Contact, Snapshot, User
from review import decisions, tasks
from review.models import OutboxMessage, ReviewItem
from tests import factories

EMAIL, OTHER = "yara.zhou@brookfield.example", "ben.olsen@brookfield.example"
SENTENCE = "the new hall in Tampere opens its forty gates in May"
QUESTION = "How long does delivery to the second yard take?"
FILES = {
    "accounts.csv": "account,sector\nBrookfield Works,retail\n",
    "contacts.csv": (
        "account,first name,last name,email,title,phone\n"
        f"Brookfield Works,Yara,Zhou,{EMAIL},Plant Manager,+1 555 0100\n"
        f"Brookfield Works,Yara,Zhou,{EMAIL},Plant Manageress,+1 555 0100\n"
        f"Brookfield Works,Ben,Olsen,{OTHER},Buyer,\n"
    ),
    "deals.csv": (
        "opportunity id,account,product,deal stage,sales agent,engage date,close date,close value\n"
        "D1,Brookfield Works,GTX Pro,Prospecting,Pat Rowe,2026-11-02,,\n"
    ),
}


@dataclass
class Scene:
    account: Account
    rep: User
    item: ReviewItem
    answer: ReviewItem

    @property
    def person(self) -> Contact:
        return self.account.contacts.order_by("pk")[0]

    @property
    def words(self) -> tuple[str, ...]:
        return (EMAIL, "yara", "zhou", "tampere", "forty gates", "second yard", "555 0100",
                "sails on sundays")  # fmt: skip


def imported(files: dict[str, str] = FILES) -> Account:
    sources = [importing.Source(name, data=text.encode()) for name, text in files.items()]
    tables, refused = importing.read_all(sources)
    assert not refused
    importing.commit(importing.plan(tables))
    return Account.objects.get(name="Brookfield Works")


def mail(sender: str, text: str, *, answers: str = "", number: int = 1, name: str = "") -> bytes:
    made = EmailMessage()
    made["From"] = f"{name} <{sender}>" if name else sender
    made["To"] = "rep@seller.example"
    made["Subject"] = "About the gates"
    made["Message-ID"] = f"<{number}@brookfield.example>"
    if answers:
        made["In-Reply-To"] = answers
    made.set_content(text, cte="base64")
    return made.as_bytes()


def played(clock: Any) -> Scene:
    factories.ProductFactory()
    rep = factories.UserFactory(username="rowe", first_name="Pat", last_name="Rowe")
    account = imported()
    records.assign_owner(account, rep, by="system")
    contact = Contact.objects.get(email=EMAIL)
    records.update_contact(Contact.objects.get(email=OTHER), by=rep, is_sensitive=True)
    _remembered(account, contact, rep, clock)
    for _ in range(4):
        tasks.tick()
    item = ReviewItem.objects.outward().get()
    assert item.draft.contact == contact
    decisions.approve_edited(
        item, by=rep, revision=1, subject="For Yara Zhou",
        body=f"Hi Yara,\n\n{item.draft.body}\n\nShall we talk, Yara?",
    )  # fmt: skip
    clock.travel(seconds=61)
    tasks.tick()
    message = OutboxMessage.objects.get()
    assert message.state == "sent"
    receive_email(mail(EMAIL, f"Hello,\n\n{SENTENCE}.\n{QUESTION}\n\nYara", name="Yara Zhou",
                       answers=message.message_id))  # fmt: skip
    for _ in range(4):
        tasks.tick()
    answer = ReviewItem.objects.outward().exclude(pk=item.pk).get()
    _beside(account, message, rep, clock)
    return Scene(account, rep, item, answer)


def _remembered(account: Account, contact: Contact, rep: User, clock: Any) -> None:
    now = clock.now()
    ingest.record_fact(
        account=account, contact=contact, text="Yara Zhou sails on Sundays", source="a call",
        as_of=now, by=rep,
    )  # fmt: skip
    ingest.record_fact(
        account=account, text="It has two yards in Ohio", source="its site", as_of=now, by=rep
    )


def _noted(account: Account, contact: Contact, rep: User, clock: Any) -> None:
    now = clock.now()
    ingest.record_message(
        account=account, direction="internal", kind="note", occurred_at=now, user=rep, by=rep,
        subject="Call", body="Yara told me that she sails on Sundays",
    )  # fmt: skip
    ingest.record_meeting(
        account=account, uid="m1@seller.example", starts_at=now, ends_at=now, attendees=[contact],
        subject="Coffee with Yara Zhou",
    )  # fmt: skip
    ingest.record_signal(
        account=account, kind="form", source="site", occurred_at=now, dedupe_key=f"f:{EMAIL}",
        payload={"fields": {"email": EMAIL, "phone": "+1 555 0100"}},
    )  # fmt: skip


def _beside(account: Account, message: OutboxMessage, rep: User, clock: Any) -> None:
    """What others wrote, mail without an account, an opt-out, and the account given back."""
    receive_email(mail(OTHER, f"Yara wrote: {SENTENCE}. I agree, and would like to hear a price.",
                       name="Ben Olsen", number=2, answers=message.message_id))  # fmt: skip
    _noted(account, Contact.objects.get(email=EMAIL), rep, clock)
    stray = mail("agency@elsewhere.example", f"Ask Yara Zhou <{EMAIL}> about it.", number=3)
    receive_email(stray)
    decisions.take_over(account, by=rep)
    decisions.hand_back(
        account, by=rep, note="Yara is on leave, she sails on Sundays", next_action="Ask Yara Zhou"
    )
    consent.suppress(EMAIL, scope="address", reason="Yara Zhou asked on the phone", by="contact")


# --- the walk -------------------------------------------------------------------------------------


def texts() -> Iterator[tuple[str, str]]:
    """Every text and JSON column of every table, the stored texts decompressed."""
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.all():
            where = f"{model._meta.label} {row.pk}"
            for field in model._meta.concrete_fields:
                value = getattr(row, field.attname)
                if isinstance(field, models.JSONField):
                    yield f"{where} {field.name}", repr(value)
                elif isinstance(value, str):
                    yield f"{where} {field.name}", value
    for row in Snapshot.objects.all():
        yield f"text {row.hash}", zlib.decompress(bytes(row.body)).decode()


def found(words: tuple[str, ...], *, readable: Any = str) -> list[str]:
    """Where one of these words stands, with the word."""
    return [
        f"{where}: {word}"
        for where, text in texts()
        for word in words
        if word in readable(text).lower()
    ]
