"""Which sentences of a mail stood in approved mails of its class before."""

import pytest

from review import decisions, intake, said
from review.decisions import bulk
from review.models import ApprovedSentence, OutboxMessage
from tests.factories import prospect
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db

BODY = "Hi Yara,\n\nIs the GTX Pro of use to you? We deliver in a week.\n\nPat"


def texts(body: str) -> list[str]:
    return [body[one.start : one.end] for one in said.sentences(body)]


def hashes(body: str, *names: str) -> list[str]:
    return [one.digest for one in said.sentences(body, to=names)]


def test_a_text_falls_into_its_sentences_and_lines() -> None:
    assert texts("Hi Yara,\n\nIs 3.5 t too much? Then say so… Or wait!\nPat") == [
        "Hi Yara,", "Is 3.5 t too much?", "Then say so…", "Or wait!", "Pat",
    ]  # fmt: skip
    assert texts(" \n\n") == []


@pytest.mark.parametrize(
    "other", ["is  the gtx pro\tof use to you?", "IS THE GTX PRO OF USE TO YOU?"]
)
def test_case_and_space_do_not_count(other) -> None:
    assert hashes(other) == hashes("Is the GTX Pro of use to you?")


@pytest.mark.parametrize(
    "other", ["Is the GTX Pro of use to you.", "Is the GTX Basic of use to you?"]
)
def test_every_other_sign_does(other) -> None:
    assert hashes(other) != hashes("Is the GTX Pro of use to you?")


def test_the_name_of_whom_it_goes_to_does_not_count() -> None:
    assert hashes("Dear Yara Zhou,", "Yara", "Zhou", "Yara Zhou") == hashes("Dear Bo Li,", "Bo Li")
    assert hashes("Yaras plant", "Yara") != hashes("Bos plant", "Bo")


def approved(rep, body: str = BODY, **more) -> None:
    decisions.approve(put_on_desk(rep, body=body, **more), by=rep, revision=1)


def leave() -> None:
    """The mails left, and can be taken back no more."""
    OutboxMessage.objects.update(state="sent")
    intake.sweep()


def is_known(body: str, output_class: str = "outreach.first_email") -> bool:
    wanted = set(hashes(body, "Yara"))
    return said.known({output_class: wanted}) == {(output_class, one) for one in wanted}


def test_what_was_approved_counts_once_it_cannot_be_taken_back(rep, clock) -> None:
    approved(rep)
    intake.sweep()
    assert not is_known(BODY)
    clock.travel(seconds=rep.undo_seconds + 1)
    leave()
    assert is_known(BODY)
    assert not is_known(BODY, "outreach.follow_up")


def test_what_was_approved_with_many_others_does_not_count(rep, clock) -> None:
    item = put_on_desk(rep)
    seen = bulk.Seen(item.pk, 1, item.draft.context_hash)
    assert [one.refusal for one in bulk.approve_many([seen], by=rep)] == [""]
    clock.travel(seconds=rep.undo_seconds + 1)
    leave()
    assert not ApprovedSentence.objects.exists()


def test_an_approval_that_was_undone_does_not_count(rep, clock) -> None:
    item = put_on_desk(rep, body=BODY)
    decisions.approve(item, by=rep, revision=1)
    decisions.undo(item, by=rep)
    clock.travel(minutes=2)
    leave()
    assert not ApprovedSentence.objects.exists()


def test_of_an_edit_the_edited_words_count(rep, clock) -> None:
    item = put_on_desk(rep, body=BODY)
    decisions.approve_edited(
        item, by=rep, revision=1, subject="x", body="Hi Yara,\n\nCall me.\n\nPat"
    )
    clock.travel(minutes=2)
    leave()
    assert is_known("Call me.")
    assert not is_known("We deliver in a week.")


def test_a_rejected_mail_was_not_said(rep, clock) -> None:
    item = put_on_desk(rep, body=BODY)
    decisions.reject(item, by=rep, revision=1, reason="tone")
    clock.travel(minutes=2)
    leave()
    assert not ApprovedSentence.objects.exists()


def test_after_ninety_days_it_is_new_again_unless_a_later_mail_said_it(rep, clock) -> None:
    approved(rep)
    clock.travel(days=1)
    leave()
    clock.travel(days=60)
    approved(rep, account=prospect(owner=rep))
    clock.travel(days=1)
    leave()
    clock.travel(days=60)
    assert is_known(BODY)
    clock.travel(days=60)
    assert not is_known(BODY)


def test_the_same_mail_twice_is_remembered_once(rep, clock) -> None:
    for _ in range(2):
        approved(rep)
    clock.travel(minutes=2)
    leave()
    assert ApprovedSentence.objects.count() == len(hashes(BODY))
