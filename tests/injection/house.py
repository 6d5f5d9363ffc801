"""The house that is attacked: a victim, an account for each case, and how each text comes in."""

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.message import EmailMessage
from io import StringIO
from typing import Any

from agents import handoffs
from revenue import clock, consent, importing, ingest, records
from revenue.inbound import receive_email
from revenue.models import Account, Contact, User
from review import decisions
from tests import factories
from tests.injection.cases import SPELT, Case
from tests.review.doors import programs

HEADERS = {
    "account.name": ("accounts", "account"), "account.industry": ("accounts", "sector"),
    "account.country": ("accounts", "office_location"),
    "account.parent": ("accounts", "subsidiary_of"),
    "contact.first_name": ("contacts", "first_name"),
    "contact.last_name": ("contacts", "last_name"), "contact.title": ("contacts", "title"),
    "contact.role": ("contacts", "buying_role"), "deal.name": ("deals", "opportunity_name"),
}  # fmt: skip


@dataclass
class House:
    rep: User
    victim: Account
    numbers: dict[str, int]
    accounts: dict[str, Account] = field(default_factory=dict)
    rewrites: dict[str, str] = field(default_factory=dict)
    turned_away: dict[str, str] = field(default_factory=dict)  # by the door of outside drafts


def build() -> House:
    rep = factories.UserFactory(username="rep", undo_seconds=0, first_name="Pat", last_name="Rep")
    other = factories.UserFactory(username="other", team=factories.TeamFactory(name="West"))
    victim = factories.AccountFactory(name="Larkfield Group", owner=other)
    tom = factories.ContactFactory(
        account=victim, first_name="Tom", last_name="Ash", email="tom@larkfield.example"
    )
    factories.OpportunityFactory(account=victim, amount="9350.00")
    fact = ingest.record_fact(
        account=victim, text="Larkfield renews at 9,350.", source="a call", as_of=clock.now(),
        by="system",
    )  # fmt: skip
    return House(rep, victim, {"victim_contact": tom.pk, "victim_fact": fact.pk})


def admit(house: House, cases: Iterable[Case]) -> None:
    """Each text at its place, by the door that it really comes through."""
    cases = list(cases)
    imported = [case for case in cases if case.on in HEADERS]
    if imported:
        _import(house, imported)
    for case in cases:
        if case.on not in HEADERS:
            house.accounts[case.id] = _account(house, case)
            _door(case)(house, case, house.accounts[case.id])


def _door(case: Case) -> Callable[[House, Case, Account], None]:
    return _draft if case.id[0] == "o" else DOORS.get(case.on.partition(".")[0], _reply)


def _account(house: House, case: Case) -> Account:
    talks = case.id[0] in "rs" or case.on == "note"
    account = factories.AccountFactory(name=f"Brookfield {case.id}", owner=house.rep)
    factories.OpportunityFactory(account=account, stage="engaging" if talks else "prospecting")
    _people(account, case.id)
    account.refresh_from_db()
    return account


def _people(account: Account, host: str) -> None:
    at = f"{host}.example"
    if not account.contacts.exists():
        factories.ContactFactory(account=account, email=f"yara@{at}")
    factories.ContactFactory(account=account, first_name="Eve", last_name="Lund", email=f"eve@{at}")
    boss = factories.ContactFactory(
        account=account, first_name="Bob", last_name="Boss", email=f"boss@{at}"
    )
    consent.suppress(boss.email, scope="address", reason="asked for it", by="contact",
                     account=account)  # fmt: skip


def yara(account: Account) -> Contact:
    return account.contacts.order_by("pk").first()


# --- mail -----------------------------------------------------------------------------------------


def _reply(house: House, case: Case, account: Account) -> None:
    receive_email(raw(case, yara(account).email))


def raw(case: Case, sender: str) -> bytes:
    mail = EmailMessage()
    name, subject, text = "Yara Zhou", "Re: GTX Pro", case.text
    if case.on in SPELT:
        text = text.replace(case.order, SPELT[case.on](case.order))
    if case.on == "subject":
        subject, text = case.text, "How long is the delivery?"
    if case.on == "name":
        name, text = case.text, "How long is the delivery?"
    if case.on == "header":
        header, _, value = case.text.partition(": ")
        mail[header], text = value, "How long is the delivery?"
    if case.on == "auto":
        mail["Auto-Submitted"] = "auto-replied"
    mail["From"] = f'"{name}" <{sender}>'
    mail["To"], mail["Subject"] = "pat@seller.example", subject
    mail["Message-ID"] = f"<{case.id}@buyer.example>"
    if case.on == "html":
        mail.set_content(f"<html><body>{text}</body></html>", subtype="html")
    elif case.on == "attachment":
        mail.set_content("The order is attached. When will it come?")
        mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename=case.text)
    else:
        mail.set_content(text)
    return mail.as_bytes()


# --- signals --------------------------------------------------------------------------------------


def _signal(house: House, case: Case, account: Account) -> None:
    kind, payload = _payload(case)
    ingest.record_signal(
        account=account, kind=kind, source="webhook:feed", occurred_at=clock.now(), payload=payload,
        dedupe_key=case.id,
    )  # fmt: skip


def _payload(case: Case) -> tuple[str, dict[str, Any]]:
    text, day = case.text, "2026-11-20"
    name, _, value = text.partition("=")
    return {
        "news.title": ("news", {"title": text, "date": day}),
        "news.url": ("news", {"title": "Brookfield grows", "url": text, "date": day}),
        "form": ("form", {"fields": {name: value}}),
        "page.url": ("page_visit", {"url": text}),
        "page.visitor": ("page_visit", {"url": "https://seller.example/", "visitor": text}),
        "intent.topic": ("intent", {"topic": text, "score": 0.9}),
        "firmographic": ("firmographic_change", {"field": "site", "before": "", "after": text}),
        "usage": ("usage", {"metric": text, "value": 3}),
        "unknown": (text, {"said": text}),
        "competitor": ("competitor_mention", {"name": "Rival", "quote": text}),
        "meeting_notes": ("meeting_ended", {"notes": text}),
        "champion": ("champion_left", {"contact": "Yara", "successor": text}),
    }[case.on]


# --- what is remembered, handed over, noted -------------------------------------------------------


def _fact(house: House, case: Case, account: Account) -> None:
    text = case.text if case.on == "fact" else "They run three plants."
    source = "their site" if case.on == "fact" else case.text
    ingest.record_fact(
        account=account, text=text, source=source, as_of=clock.now(), by="source:site"
    )
    _wake(account, case)


def _wake(account: Account, case: Case) -> None:
    ingest.record_signal(
        account=account, kind="imported", source="crm", occurred_at=clock.now(), payload={},
        dedupe_key=f"import:{case.id}",
    )  # fmt: skip


def _handoff(house: House, case: Case, account: Account) -> None:
    person, deal = yara(account), account.opportunities.first()
    handoffs.write(
        account, from_agent="prospecting", to_agent="outreach", by="agent:prospecting v1",
        context={
            "contact": {"id": f"contact:{person.pk}", "first_name": "Yara", "last_name": "Zhou",
                        "title": person.title, "writable": True, "trust": "import"},
            "why": case.text, "contact_id": f"contact:{person.pk}", "is_tainted": True,
            "evidence": [{"claim": "A deal", "source_type": "opportunity",
                          "source_id": f"opportunity:{deal.pk}", "quote": "GTX Pro",
                          "as_of": None, "trust": "import"}],
        },
        state_update={},
        mandate={"do": case.text[:300], "output_class": "outreach.first_email"},
    )  # fmt: skip
    _wake(account, case)


def _note(house: House, case: Case, account: Account) -> None:
    decisions.take_over(account, by=house.rep)
    decisions.hand_back(account, by=house.rep, note=case.text, next_action="Answer what they ask.")


def _rewrite(house: House, case: Case, account: Account) -> None:
    house.rewrites[case.id] = case.text
    _wake(account, case)


def _calendar(house: House, case: Case, account: Account) -> None:
    start = clock.now() + timedelta(days=30)
    ingest.record_meeting(
        account=account, uid=case.id, starts_at=start, ends_at=start + timedelta(hours=1),
        subject=case.text, by="source:calendar",
    )  # fmt: skip
    _wake(account, case)


# --- outside agents -------------------------------------------------------------------------------


def _draft(house: House, case: Case, account: Account) -> None:
    """Posted by a program with a token; what its door refuses is noted, and nothing is kept."""
    posted: dict[str, Any] = {
        "contact": yara(account).pk,
        "subject": "The GTX Pro",
        "body": "Hi Yara,\n\nIs the GTX Pro still of interest?\n\nPat",
    }
    if case.on == "contact":
        posted["contact"] = house.numbers["victim_contact"]
    elif case.on == "evidence":
        posted["evidence"] = [{"claim": "It is so", "source_id": case.text, "quote": "9,350"}]
    elif case.on != "agent":
        posted[case.on] = case.text
    named = case.text if case.on == "agent" else "acme"
    writer = programs.writer(account.owner.team, agent=named)
    answer = writer.draft(programs.a_draft(account, **posted), key=case.id)
    if answer.status_code != 201:
        house.turned_away[case.id] = programs.error(answer)["code"]


# --- cells ----------------------------------------------------------------------------------------


def _import(house: House, cases: list[Case]) -> None:
    """All by one import of three files, as an admin makes it."""
    rows: dict[str, list[dict[str, str]]] = {"accounts": [], "contacts": [], "deals": []}
    names = {}
    for case in cases:
        file, column = HEADERS[case.on]
        name = case.text if case.on == "account.name" else f"Brookfield {case.id}"
        names[case.id] = name
        found = {
            "accounts": {"account": name, "sector": "retail", "office_location": "United States",
                         "subsidiary_of": ""},
            "contacts": {"account": name, "first_name": "Yara", "last_name": "Zhou",
                         "title": "Plant Manager", "buying_role": "user",
                         "email": f"yara@{case.id}.example"},
            "deals": {"opportunity_id": case.id, "opportunity_name": "GTX", "account": name,
                      "sales_agent": str(house.rep), "product": "GTX Pro",
                      "deal_stage": "Prospecting", "engage_date": "10/20/2016"},
        }  # fmt: skip
        found[file][column] = case.text
        if case.on == "deal.name":
            found["deals"]["product"] = ""
        for kind, row in found.items():
            rows[kind].append(row)
    factories.ProductFactory()
    sources = [importing.Source(f"{kind}.csv", data=_csv(its)) for kind, its in rows.items()]
    tables, _ = importing.read_all(sources)
    importing.commit(importing.plan(tables, shift_to=date(2026, 11, 20)))
    for case in cases:
        found = Account.objects.filter(contacts__email=f"yara@{case.id}.example").first()
        if found is None:
            continue
        records.assign_owner(found, house.rep, by="system")
        _people(found, case.id)
        house.accounts[case.id] = found


def _csv(rows: list[dict[str, str]]) -> bytes:
    out = StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


DOORS = {
    "news": _signal, "form": _signal, "page": _signal, "intent": _signal, "firmographic": _signal,
    "usage": _signal, "unknown": _signal, "competitor": _signal, "meeting_notes": _signal,
    "champion": _signal, "fact": _fact, "handoff": _handoff, "note": _note, "rewrite": _rewrite,
    "calendar": _calendar,
}  # fmt: skip
