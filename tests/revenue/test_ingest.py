"""The only way facts enter: once, checked at the door, storable everywhere."""

from datetime import timedelta

import pytest

from revenue import events, ingest, leases, signal_kinds
from revenue.models import Account, Activity, Event, Fact, Signal
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(db: None) -> Account:
    return factories.prospect()


@pytest.fixture
def signal(account: Account, clock: object) -> object:
    def record(kind: str = "intent", key: str = "k1", **payload: object) -> Signal:
        payload = payload or {"topic": "GTX"}
        return ingest.record_signal(
            account=account, kind=kind, source="web", occurred_at=clock.now(), payload=payload,
            dedupe_key=key,
        )  # fmt: skip

    return record


def test_a_signal_is_kept_once_per_key(signal: object) -> None:
    assert signal() == signal()
    assert signal(key="k2") != signal()
    assert Signal.objects.count() == 2
    assert Event.objects.filter(kind="signal.received").count() == 2


def test_a_key_of_another_account_is_not_taken_over(signal: object, clock: object) -> None:
    first = signal()
    again = ingest.record_signal(
        account=factories.AccountFactory(), kind="intent", source="web", occurred_at=clock.now(),
        payload={"topic": "x"}, dedupe_key="k1",
    )  # fmt: skip
    assert (again, again.account) == (first, first.account)
    assert Event.objects.filter(kind="signal.received").count() == 1


def test_a_kind_that_nobody_knows_is_kept_and_marked(signal: object) -> None:
    row = signal(kind="moon_phase", phase="full")
    assert (row.is_known, row.payload) == (False, {"phase": "full"})
    assert Event.objects.get(kind="signal.received").data == {"signal": "unknown"}


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        ("intent", {"score": 1}, "field “topic”"),
        ("intent", {"topic": "x", "score": float("nan")}, "field “score”"),
        ("news", {"title": "x", "date": "31.02.2026"}, "field “date”"),
        ("page_visit", {"url": "x" * 2001}, "field “url”"),
        ("silence", {"days": -1}, "It carries: days"),
        ("form", {"fields": "no"}, "field “fields”"),
    ],
)
def test_a_payload_that_does_not_fit_names_its_field(
    signal: object, kind: str, payload: dict, words: str
) -> None:
    with pytest.raises(signal_kinds.SignalError, match=words):
        signal(kind=kind, **payload)
    assert not Signal.objects.exists()


def test_what_a_source_knows_besides_is_kept(signal: object) -> None:
    assert signal(topic="GTX", campaign="spring").payload["campaign"] == "spring"


def test_characters_that_a_database_cannot_hold_are_stripped(signal: object) -> None:
    row = signal(kind="x\x00y", key="k\x00", topic="a\x00b\ud800", rows=["\udfff", {"k\x00": 1}])
    row.refresh_from_db()
    assert (row.kind, row.dedupe_key) == ("xy", "k")
    assert row.payload == {"topic": "ab", "rows": ["", {"k": 1}]}


def test_a_message_is_kept_once_per_message_id(account: Account, clock: object) -> None:
    def record(**more: object) -> Activity:
        return ingest.record_message(
            account=account, direction="inbound", body="Hi\x00", occurred_at=clock.now(), **more
        )

    assert record(message_id="<1@x.example>") == record(message_id="<1@x.example>")
    assert record() != record()
    assert Activity.objects.count() == 3
    assert set(Activity.objects.values_list("body", flat=True)) == {"Hi"}


@pytest.mark.parametrize(
    ("more", "ends"),
    [
        ({"direction": "inbound"}, True),
        ({"direction": "inbound", "is_auto": True}, False),
        ({"direction": "outbound"}, False),
        ({"direction": "internal", "kind": "note"}, False),
        ({"direction": "outbound", "by_person": True}, True),
        ({"direction": "internal", "kind": "note", "by_person": True}, False),
    ],
)
def test_only_a_person_who_speaks_ends_the_agents_voice(
    account: Account, clock: object, more: dict, ends: bool
) -> None:
    leases.acquire(account, holder="item:1", ttl=600)
    user = account.owner if more.pop("by_person", False) else None
    ingest.record_message(account=account, body="", occurred_at=clock.now(), user=user, **more)
    assert (leases.current(account) is None) == ends


def fact(account: Account, text: str, clock: object, **more: object) -> Fact:
    values = {"source": "news", "as_of": clock.now(), "by": "agent:prospecting"}
    return ingest.record_fact(account=account, text=text, **(values | more))


def test_a_newer_fact_supersedes_the_older_one_of_its_key(account: Account, clock: object) -> None:
    old = fact(account, "410 people", clock, key="size")
    new = fact(account, "450 people", clock, key="size")
    other = fact(account, "They moved.", clock)
    old.refresh_from_db()
    assert old.superseded_by == new
    assert set(Fact.objects.current(clock.now())) == {new, other}


def test_the_same_fact_is_kept_once(account: Account, clock: object) -> None:
    when = clock.now()
    assert fact(account, "A", clock, as_of=when) == fact(account, "A", clock, as_of=when)


@pytest.mark.parametrize(("text", "source"), [("", "news"), ("A", " ")])
def test_without_text_or_source_there_is_no_fact(
    account: Account, clock: object, text: str, source: str
) -> None:
    with pytest.raises(ValueError, match="needs a text and a source"):
        fact(account, text, clock, source=source)


def test_a_fact_past_its_shelf_life_is_not_current(account: Account, clock: object) -> None:
    fact(account, "They hire.", clock, shelf_life=timedelta(days=30))
    clock.travel(days=31)
    assert not Fact.objects.current(clock.now()).exists()


def test_a_meeting_that_is_said_twice_is_one(account: Account, clock: object) -> None:
    start = clock.now() + timedelta(days=1)
    times = {"starts_at": start, "ends_at": start + timedelta(hours=1)}
    first = ingest.record_meeting(account=account, uid="m1", **times)
    assert ingest.record_meeting(account=account, uid="m1", **times) == first
    ingest.record_meeting(account=account, uid="m1", status="cancelled", **times)
    kinds = Signal.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["meeting_booked", "meeting_changed"]


def test_an_outcome_moves_the_deal_and_tells_the_account(account: Account) -> None:
    deal = account.opportunities.get(is_closed=False)
    ingest.record_step(deal, "won", by=account.owner, reason="Signed")
    deal.refresh_from_db()
    assert (deal.stage, deal.is_won, deal.is_closed) == ("won", True, True)
    assert Signal.objects.get().payload == {"opportunity": deal.pk, "to": "won"}
    assert list(events.faults()) == []
