"""What a card says of a draft that is not as it should be."""

import json
import time
from contextlib import suppress
from pathlib import Path

import pytest

from agents.orchestration import engine
from revenue import ingest
from revenue.inbound import receive_email
from review import decisions, said, tasks
from review.decisions import DecisionError
from review.guards import merge
from review.models import ReviewItem
from tests import scripts
from tests.factories import prospect
from tests.fakes import ScriptedModel
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[2] / "data"


@pytest.mark.parametrize(
    ("dirty", "shown"),
    [
        pytest.param("Sti\x00ll\ud800 open?", "2 invisible or unusable characters", id="36"),
        pytest.param("<img src=x hx-get=/y>Still open?", "&lt;img src=x hx-get=/y&gt;", id="42"),
        pytest.param("Sti\u200bll\u202e open?", "2 invisible or unusable characters", id="44"),
    ],
)
def test_the_card_shows_what_was_taken_out_of_the_models_answer(
    get, rep, scripted_model: ScriptedModel, dirty: str, shown: str
) -> None:
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    scripted_model.on(
        "OutreachOutput",
        lambda packet: (
            scripts.outreach(packet).model_dump() | {"body_text": f"Hi Yara,\n\n{dirty}"}
        ),
    )
    account = prospect(owner=rep)
    engine.step(account)
    engine.step(account)
    tasks.route_due()
    assert ReviewItem.objects.get().draft.body == "Hi Yara,\n\nStill open?"
    page = get("desk", by=rep).content.decode()
    assert "The model’s answer held more than text." in page
    assert shown in page
    assert "removed from “body_text”" in page


def test_a_draft_as_it_should_be_says_nothing_of_it(get, item, rep) -> None:
    assert "held more than text" not in get("desk", by=rep).content.decode()


@pytest.mark.parametrize("number", ["²", "٣", "-1", "9" * 20, "9" * 5000, ""])
def test_a_source_that_can_be_nobodys_does_not_take_the_desk_along(get, rep, number: str) -> None:
    item = put_on_desk(rep)
    evidence = [{**item.draft.evidence[0], "source_id": f"opportunity:{number}"}]
    type(item.draft).objects.filter(pk=item.draft_id).update(evidence=evidence)
    response = get("desk", by=rep)
    assert response.status_code == 200
    assert "1 without a source" in response.content.decode()


def test_45_an_unfilled_field_is_said_before_anybody_approves(get, rep) -> None:
    put_on_desk(rep, body="Hi {{first_name}},\n\nStill of interest?")
    page = get("desk", by=rep).content.decode()
    assert "<strong>Unfilled field:</strong> {{first_name}} Fill it in." in page


@pytest.mark.parametrize(
    "left",
    [
        pytest.param(left, id=f"45 {left}")
        for left in [
            "{{first_name}}", "{{ contact.name }}", "{{ never closed", "{% if name %}", "<<First>>",
            "{first_name}", "${name}", "*|FNAME|*", "%%first_name%%", "%FIRST_NAME%", "[Name]",
            "[First Name]", "[firstname]", "[Your Company]", "[Ihr Name]", "[insert their trade]",
            "<name>", "<first name>", "<Your Name>",
        ]
    ],
)  # fmt: skip
def test_whatever_kind_of_field_is_left_is_named(rep, left: str) -> None:
    item = put_on_desk(rep, body=f"Hi Yara,\n\nIs {left} still of interest?")
    assert item.reason == f"Unfilled field: {left.removesuffix(' never closed')} Fill it in."
    item = put_on_desk(rep, subject=f"For {left}")
    assert item.reason.startswith("Unfilled field: ")


def test_45_a_mail_as_people_write_it_holds_no_field() -> None:
    lines = (DATA / "grounding" / "seen.jsonl").read_text(encoding="utf-8").splitlines()
    mails = [f"{row['subject']}\n{row['body']}" for row in map(json.loads, lines)]
    mails += ["See <https://seller.example/a> or [1], 5 % or 6 %, <tom@seller.example>, a < b > c."]
    assert len(mails) > 100
    assert [found[0] for mail in mails if (found := merge.UNFILLED.search(mail))] == []


@pytest.mark.parametrize("start", ["{{ ", "{%", "<<", "{a", "*|", "%%a", "[your ", "[a ", "<"])
def test_45_no_text_takes_more_than_a_moment(start: str) -> None:
    started = time.process_time()
    merge.UNFILLED.search("\n" + start * (20_000 // len(start)))
    assert time.process_time() - started < 1


@pytest.mark.parametrize("sign", [".", "?", "-", "'"])
def test_a_row_of_signs_takes_no_more_than_a_moment(rep, sign: str) -> None:
    """The account is locked meanwhile, and on SQLite nobody else writes."""
    item = put_on_desk(rep)
    body = f"Hi Yara,\n\n{sign * 9_000}\n{sign * 9_000}x"
    started = time.process_time()
    with suppress(DecisionError):
        decisions.approve_edited(item, by=rep, revision=1, subject="The pilot", body=body)
    said.sentences(body)
    assert time.process_time() - started < 1.5


def test_54_a_sender_who_could_not_be_verified_is_a_banner_on_the_card(get, rep, clock) -> None:
    account = prospect(owner=rep)
    ingest.record_message(
        account=account, direction="outbound", body="Still of interest?", subject="Hi",
        message_id="<first@seller.example>", occurred_at=clock.now(),
    )  # fmt: skip
    said = receive_email(
        f"From: {account.contacts.get().email}\r\nMessage-ID: <1@brookfield.example>\r\n"
        "In-Reply-To: <first@seller.example>\r\nSubject: Hi\r\n"
        "Authentication-Results: mx.seller.example; dmarc=fail\r\n\r\nWhat does it cost?".encode()
    )
    put_on_desk(rep, account=account, output_class="outreach.reply", in_reply_to=said)
    page = get("desk", by=rep).content.decode()
    assert "The sender could not be verified (DMARC)." in page
    account_page = get("account", account.pk, by=rep).content.decode()
    assert "The sender could not be verified (DMARC)." in account_page


def test_54_without_a_thread_it_is_a_banner_in_the_inbox(get, rep, manager) -> None:
    account = prospect(owner=rep)
    said = receive_email(
        f"From: {account.contacts.get().email}\r\nMessage-ID: <1@brookfield.example>\r\n"
        "Authentication-Results: mx.seller.example; dmarc=fail\r\n\r\nWhat does it cost?".encode()
    )
    assert said.account is None
    page = get("inbox_mail", said.pk, by=manager).content.decode()
    assert "The sender could not be verified (DMARC)." in page
