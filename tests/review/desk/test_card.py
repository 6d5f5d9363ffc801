"""What a card says, in the order in which it is read."""

import re
from datetime import time

import pytest

from revenue import clock, context, ingest, leases
from review import cards, decisions
from review.cards.evidence import Chip, mark
from tests.factories import prospect
from tests.review import citing
from tests.review.desk.conftest import put_on_desk
from tests.review.guards import office

pytestmark = pytest.mark.django_db


def the_card(item, reader) -> cards.Card:
    [card] = cards.build([item.pk], reader=reader)
    return card


def test_it_begins_with_the_reason_it_is_here(item, rep) -> None:
    lead, rest = the_card(item, rep).why
    assert (lead, rest) == (
        "First mail:",
        "reviewed before it leaves.",
    )


def test_it_says_to_whom_in_their_own_time(item, rep) -> None:
    addressee = the_card(item, rep).addressee
    assert (addressee.name, addressee.role) == ("Yara Zhou", "Plant Manager")
    assert addressee.place == "Chicago"
    assert ("info", "New contact") in addressee.badges


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-12-02 13:30", "Working hours from 08:00"),
        ("2026-12-02 14:30", "Working hours until 18:00"),
        ("2026-12-02 23:30", "Working hours until 18:00"),
        ("2026-12-03 00:30", "Closed there until tomorrow 08:00"),
        ("2026-12-05 16:00", "Closed there until Monday 08:00"),
        ("2026-12-25 16:00", "Closed there until Monday 08:00"),
        ("2027-01-01 16:00", "Closed there until Monday 08:00"),
        ("2026-12-24 23:30", "Working hours until 18:00"),
        ("2026-12-25 00:30", "Closed there until Monday 08:00"),
    ],
)
def test_their_hours_are_those_in_which_mail_leaves(item, rep, clock, moment, words) -> None:
    office.opens(opens_at=time(8), closes_at=time(18))
    clock.at(office.utc(moment))
    assert the_card(item, rep).addressee.hours == words


def test_a_contact_without_a_zone_has_no_local_time(item, rep) -> None:
    type(item.draft.contact).objects.update(time_zone="Mars/Olympus")
    assert the_card(item, rep).addressee.hours != ""
    type(item.draft.contact).objects.update(time_zone="")
    assert the_card(item, rep).addressee.local_time == ""


def test_what_makes_a_contact_or_account_special_is_a_badge(item, rep) -> None:
    type(item.draft.contact).objects.update(title="Chief Executive Officer")
    type(item.account).objects.update(is_strategic=True)
    words = [words for _, words in the_card(item, rep).addressee.badges]
    assert {"Strategic", "Sensitive"} <= set(words)


def test_a_source_that_holds_no_more_is_a_badge(item, rep) -> None:
    late = ("warn", "Source out of date")
    citing.of_fact(item)
    assert late not in the_card(item, rep).addressee.badges
    citing.supersede(item)
    assert late in the_card(item, rep).addressee.badges


def test_it_shows_the_mail_as_it_would_leave(item, rep) -> None:
    letter = the_card(item, rep).letter
    decision = decisions.approve(item, by=rep, revision=item.revision)
    message = decision.messages.get()
    assert (letter.recipient, letter.subject) == (message.recipient, message.subject)
    assert "".join(piece.text for piece in letter.pieces) == item.draft.body
    assert "No more mail from us" in letter.footer


def test_after_an_edit_that_was_undone_it_shows_the_edit(item, rep) -> None:
    decisions.approve_edited(item, by=rep, revision=1, subject="GTX Pro", body="My own words.")
    decisions.undo(item, by=rep)
    item.refresh_from_db()
    letter = the_card(item, rep).letter
    assert (letter.subject, letter.body) == decisions.text_of(item)


def test_a_browser_that_restores_forms_leaves_the_hidden_fields_alone(get, item, rep) -> None:
    page = get("desk", by=rep).content.decode()
    fields = re.findall(r'<input type="hidden" name="(?!csrf)[^>]*>', page)
    assert len(fields) > 10
    assert [field for field in fields if 'autocomplete="off"' not in field] == []


def test_a_claim_opens_its_dated_source(get, item, rep) -> None:
    [chip] = the_card(item, rep).chips
    assert chip.is_resolved
    assert chip.when == "1 Mar 2017"
    assert "Deal GTX Basic, won, 1 Mar 2017, $550" in chip.source
    assert (
        '<mark class="claim">GTX Basic</mark><sup>1</sup>' in get("desk", by=rep).content.decode()
    )


@pytest.mark.parametrize(
    "change", [{"source_id": "opportunity:999999"}, {"quote": "GTX Ultra"}, {"source_id": "x"}, {}]
)
def test_a_claim_without_a_source_is_red(get, rep, change) -> None:
    item = put_on_desk(rep)
    [entry] = item.draft.evidence
    evidence = [{**entry, **change}] if change else [{"claim": "It is cheap"}]
    type(item.draft).objects.filter(pk=item.draft_id).update(evidence=evidence)
    page = get("desk", by=rep).content.decode()
    assert '<details class="chip" data-tone="danger">' in page
    assert "1 without a source" in page


def test_a_source_of_another_account_is_none(item, rep) -> None:
    other = prospect(owner=rep).opportunities.filter(is_won=True).get()
    evidence = [{**item.draft.evidence[0], "source_id": f"opportunity:{other.pk}"}]
    type(item.draft).objects.filter(pk=item.draft_id).update(evidence=evidence)
    assert not the_card(item, rep).chips[0].is_resolved


def chip(number: int, quote: str) -> Chip:
    return Chip(number, "", quote, "", "", "", is_resolved=True)


@pytest.mark.parametrize("quotes", [["GTX", "GTX"], ["GTX Pro", "GTX"], ["", "…"], ["a.b(", "pro"]])
def test_marking_a_text_loses_no_character(quotes) -> None:
    text = "GTX Pro, or a GTX again? a.b( is no pattern."
    pieces = mark(text, [chip(number, quote) for number, quote in enumerate(quotes, start=1)])
    assert "".join(piece.text for piece in pieces) == text


def test_claims_are_numbered_as_they_are_read(rep) -> None:
    account = prospect(owner=rep)
    deal = f"opportunity:{account.opportunities.filter(is_won=True).first().pk}"
    quotes = ["Yara", "GTX Basic", "in March", "nowhere in the text"]
    claims = [{"claim": quote, "source_id": deal, "quote": quote} for quote in quotes[::-1]]
    body = "Hello Yara, you ordered GTX Basic in March."
    card = the_card(put_on_desk(rep, account=account, evidence=claims, body=body), rep)
    assert [(chip.number, chip.claim) for chip in card.chips] == list(enumerate(quotes, start=1))
    assert [piece.number for piece in card.letter.pieces if piece.number] == [1, 2, 3]


def test_only_what_still_waits_is_called_changed(item, rep) -> None:
    changed = ("warn", "Conversation changed")
    context.moved(item.account_id)
    assert changed in the_card(item, rep).addressee.badges
    type(item).objects.filter(pk=item.pk).update(state="approved")
    assert changed not in the_card(item, rep).addressee.badges


def test_it_says_who_wrote_it_and_that_it_was_offline(get, item, rep) -> None:
    assert "by the offline writer" in get("desk", by=rep).content.decode()


def test_it_shows_the_conversation_with_the_buyers_words(item, rep, clock) -> None:
    ingest.record_message(
        account=item.account, direction="inbound", body="<b>Send me</b> a price.",
        occurred_at=clock.now(), contact=item.draft.contact, by="system", subject="Re",
    )  # fmt: skip
    [message] = the_card(item, rep).thread
    assert (message.who, message.is_theirs) == ("Yara Zhou", True)


def test_a_buyers_markup_is_text(get, rep, clock) -> None:
    account = prospect(owner=rep)
    said = ingest.record_message(
        account=account, direction="inbound", body="<script>alert(1)</script>",
        occurred_at=clock.now(), contact=account.contacts.get(), by="system", subject="Re",
    )  # fmt: skip
    put_on_desk(rep, account=account, output_class="outreach.reply", in_reply_to=said)
    page = get("desk", by=rep).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_it_says_what_else_is_live_and_who_holds_the_account(item, rep) -> None:
    internal = {"effect": "none", "contact": None, "evidence": []}
    put_on_desk(rep, account=item.account, output_class="brief.one", **internal)
    card = the_card(item, rep)
    assert [line.what for line in card.live] == ["Brief one", "1 open deal"]
    assert (card.holder.who, card.holder.is_agents) == ("Outreach", True)
    assert card.holder.how.startswith("through this draft, until")


def test_a_person_who_took_over_is_named(item, rep, manager) -> None:
    decisions.take_over(item.account, by=manager)
    assert leases.current(item.account).holder == f"user:{manager.pk}"
    holder = the_card(item, rep).holder
    assert (holder.who, holder.is_agents) == ("Max Manager", False)


@pytest.mark.parametrize("never", ["accuracy", "confidence", "audit", "planted", "lane"])
def test_it_never_says_how_sure_or_how_good_the_agent_is(get, item, rep, never) -> None:
    ring = get("ring", by=rep).content.decode()
    assert never not in ring.lower()


@pytest.mark.parametrize(
    ("url", "linked"), [("https://brookfield.example/news", True), ("javascript:alert(1)", False)]
)
def test_only_a_web_address_becomes_a_link_to_the_source(get, rep, url, linked) -> None:
    account = prospect(owner=rep)
    fact = ingest.record_fact(
        account=account, text="They opened a second plant", source="Their news", source_url=url,
        as_of=clock.now(), by="test",
    )  # fmt: skip
    cited = {
        "claim": "A second plant", "source_type": "fact", "source_id": f"fact:{fact.pk}",
        "quote": "second plant", "as_of": None,
    }  # fmt: skip
    put_on_desk(rep, account=account, evidence=[cited])
    page = get("desk", by=rep).content.decode()
    assert "They opened a second plant" in page
    assert (f'href="{url}"' in page) == linked
