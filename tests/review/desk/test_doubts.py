"""What the desk shows of it: marks in the letter, a sentence each under it, and what lifts it."""

import re

import pytest

from revenue.models import Claim
from review import cards, decisions
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db

BODY = "Hi Yara,\n\nYou ordered GTX Basic in March. Pelham Logistics saves 47 percent.\n\nAda"
MARK = re.compile(r'<mark class="claim" data-tone="danger" title="([^"]*)">(.*?)</mark>')


def test_it_is_marked_and_said_in_words(get, rep) -> None:
    put_on_desk(rep, body=BODY, subject="47 percent less")
    page = get("desk", by=rep).content.decode()
    marks = MARK.findall(page)
    hidden = '<span class="visually-hidden"> (not on record)</span>'
    assert [text.replace(hidden, "|") for _, text in marks] == [
        "47 percent|", "Pelham Logistics|", "47 percent|",
    ]  # fmt: skip
    assert "3 not on record" in page
    assert "Approve, I checked this" in page
    assert page.count("No record knows “Pelham Logistics”.") >= 2


def test_a_draft_that_is_all_on_record_shows_nothing_of_it(get, rep) -> None:
    put_on_desk(rep)
    page = get("desk", by=rep).content.decode()
    assert "not on record" not in page
    assert not MARK.search(page)


def test_no_character_of_the_mail_is_lost(rep) -> None:
    item = put_on_desk(rep, body=BODY)
    [card] = cards.build([item.pk], reader=rep)
    assert "".join(piece.text for piece in card.letter.pieces) == BODY
    assert [piece.text for piece in card.letter.pieces if piece.number] == ["GTX Basic"]


def test_once_a_claim_says_so_the_marks_are_gone(get, rep) -> None:
    put_on_desk(rep, body=BODY)
    Claim.objects.create(text="Pelham Logistics saves 47 percent with GTX Pro.")
    assert not MARK.search(get("desk", by=rep).content.decode())


def test_a_discount_says_whose_approval_it_needs(get, rep) -> None:
    put_on_desk(rep, body="Hi Yara,\n\nWe take 20 % off the GTX Pro.\n\nAda")
    page = get("desk", by=rep).content.decode()
    assert "More than 15 % needs a manager&#x27;s approval." in page


def test_a_refused_approval_comes_back_with_the_sentence(get, rep, post) -> None:
    item = put_on_desk(rep, body=BODY)
    answer = post("approve", item, by=rep)
    assert answer.status_code == 422
    assert "No record knows “Pelham Logistics”." in answer.content.decode()
    assert decisions.text_of(item)[1] == BODY
