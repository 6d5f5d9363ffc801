"""Handoffs: complete or sent back, taken once, judged by what the reader lacked."""

import pytest

from agents import handoffs
from agents.models import AgentRun, Handoff
from revenue import clock as time
from revenue.models import Account, Event
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db: None) -> Account:
    return factories.prospect()


def evidence(account: Account, quote: str = "GTX Pro") -> list[dict]:
    deal = account.opportunities.get(is_closed=False)
    return [{"claim": "An open deal", "source_id": f"opportunity:{deal.pk}", "quote": quote}]


def offer(account: Account, **more: object) -> Handoff:
    values = {
        "from_agent": "prospecting", "to_agent": "outreach", "state_update": {}, "by": "system",
        "context": {"contact": {"id": 1}, "why": "A deal", "evidence": evidence(account)},
        "mandate": {"do": "Write.", "output_class": "outreach.first_email"},
    }  # fmt: skip
    return handoffs.write(account, **(values | more))


def run(account: Account) -> AgentRun:
    now = time.now()
    return AgentRun.objects.create(
        account=account, agent="outreach", state="done", started_at=now, alive_until=now
    )


def test_a_complete_one_is_taken_once(account: Account) -> None:
    row, taker = offer(account), run(account)
    assert handoffs.accept(row, run=taker)
    assert (row.state, row.accepted_by) == ("accepted", taker)
    assert not handoffs.accept(row, run=run(account))
    assert Handoff.objects.get().accepted_by == taker
    assert handoffs.offered(account) is None


@pytest.mark.parametrize(
    ("part", "field"),
    [("context", "contact"), ("context", "why"), ("context", "evidence"), ("mandate", "do"),
     ("mandate", "output_class")],
)  # fmt: skip
def test_an_incomplete_one_goes_back_with_what_is_missing(
    account: Account, part: str, field: str
) -> None:
    row = offer(account)
    getattr(row, part).pop(field)
    row.save()
    assert not handoffs.accept(row, run=run(account))
    assert handoffs.bounce(row) == "bounced"
    assert row.missing == [f"{part}: {field}"]


def test_the_second_time_a_person_is_asked(account: Account) -> None:
    first = offer(account, mandate={})
    handoffs.bounce(first)
    again = offer(account, mandate={})
    assert (again.pk, again.state, again.missing) == (first.pk, "offered", [])
    assert handoffs.bounce(again) == "escalated"
    assert Handoff.objects.get().bounces == 2


def test_an_account_has_one_open_offer(account: Account) -> None:
    old, new = offer(account), offer(account, to_agent="renewals")
    old.refresh_from_db()
    assert (old.state, old.missing) == ("bounced", ["replaced by a newer one"])
    assert handoffs.offered(account) == new


def test_an_offer_that_the_account_outran_is_outdated(account: Account) -> None:
    row = offer(account)
    assert not handoffs.is_outdated(row, account)
    account.context_version += 1
    assert handoffs.is_outdated(row, account)
    handoffs.outdate(row)
    assert (row.state, row.missing) == ("bounced", ["the account moved on"])


def test_what_a_person_asks_for_is_never_outdated(account: Account) -> None:
    row = offer(account, from_agent="human", to_agent="")
    account.context_version += 1
    assert not handoffs.is_outdated(row, account)


def test_one_that_nobody_took_goes_to_a_person_once(account: Account) -> None:
    row = offer(account)
    assert handoffs.expire(row)
    assert not handoffs.expire(row)
    assert row.state == "escalated"
    kinds = Event.objects.filter(subject_kind="handoff").values_list("kind", flat=True)
    assert list(kinds) == ["handoff.offered", "handoff.escalated"]


def test_one_that_holds_lacks_nothing(account: Account) -> None:
    assert handoffs.integrity(offer(account)).holds


def test_what_the_reader_had_to_fetch_counts_against_it(account: Account) -> None:
    row = offer(account)
    handoffs.note_extra_reads([(run(account), row, "thread")])
    assert (handoffs.integrity(row).extra_reads, handoffs.integrity(row).holds) == (1, False)


@pytest.mark.parametrize(
    "change",
    [{"quote": "GTX Max"}, {"source_id": "opportunity:999999"}, {"source_id": "opportunity:"},
     {"source_id": "user:1"}, {"source_id": ""}, {"source_id": "opportunity:1; DROP"}],
)  # fmt: skip
def test_evidence_that_does_not_say_what_is_quoted_is_named(account: Account, change: dict) -> None:
    [claim] = evidence(account)
    context = {"contact": {"id": 1}, "why": "A deal", "evidence": [claim | change]}
    found = handoffs.integrity(offer(account, context=context))
    assert (found.unresolved, found.holds) == (("An open deal",), False)


def test_another_accounts_row_is_no_evidence(account: Account) -> None:
    [claim] = evidence(factories.prospect())
    assert not handoffs.resolves(account, claim)


@pytest.mark.parametrize("kind", ["account", "contact"])
def test_an_account_and_its_people_are_sources(account: Account, kind: str) -> None:
    person = account.contacts.get()
    number, quote = (account.pk, account.name) if kind == "account" else (person.pk, "plant man")
    assert handoffs.resolves(account, {"source_id": f"{kind}:{number}", "quote": quote})
    assert not handoffs.resolves(factories.prospect(), {"source_id": f"{kind}:{number}"})
