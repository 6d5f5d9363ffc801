"""Approving many at once: the preview, a result for each, and one undo for all."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.urls import reverse

from revenue import clock
from revenue.models import Account, Contact, Event
from review import decisions, queue, tasks
from review.decisions import DecisionError
from review.decisions.bulk import MOST, Result, Seen
from review.models import (
    AuditDraw,
    Decision,
    EvidenceEpoch,
    Lane,
    OutboxMessage,
    ReviewItem,
    Verdict,
)
from tests.factories import prospect
from tests.review.desk.conftest import HTMX, moved, put_on_desk

pytestmark = pytest.mark.django_db

PRICE = "Hi Yara,\n\nYou ordered GTX Basic in March. May we speak of the contract?\n\nPat"
DOUBTFUL = "Hi Yara,\n\nPelham Logistics cut its costs by 47 percent with GTX Pro.\n\nPat"


def put(owner, number: int, **more: object) -> list[ReviewItem]:
    return [put_on_desk(owner, **more) for _ in range(number)]


def note(owner, *classes: str) -> list[ReviewItem]:
    account = prospect(owner=owner)
    internal = {"effect": "none", "contact": None, "evidence": []}
    return [put_on_desk(owner, account=account, output_class=name, **internal) for name in classes]


def seen(item: ReviewItem, **more: object) -> Seen:
    draft = item.draft
    return Seen(item.pk, item.revision, draft.context_hash if draft else "")._replace(**more)


def many(items: list[ReviewItem], by, **more: object) -> list[Result]:
    return decisions.approve_many([seen(item, **more) for item in items], by=by)


def refusals(results: list[Result]) -> list[str]:
    return [one.refusal for one in results]


def states() -> list[str]:
    return list(ReviewItem.objects.order_by("pk").values_list("state", flat=True))


@pytest.fixture
def preview(get):
    def fetch(items: list[ReviewItem], *, by, htmx: bool = False) -> str:
        query = {"item": [item.pk for item in items]}
        return get("bulk", by=by, query=query, headers=HTMX if htmx else {}).content.decode()

    return fetch


@pytest.fixture
def post_all(client):
    """POST what the preview of these items would send."""

    def send(items: list[ReviewItem], *, by, htmx: bool = True, **more: object):
        client.force_login(by)
        told = [":".join(map(str, seen(item, **more))) for item in items]
        headers = HTMX if htmx else {}
        return client.post(reverse("bulk_approve"), {"seen": told}, headers=headers)

    return send


# --- approving ------------------------------------------------------------------------------------


def test_all_of_them_are_queued_each_by_a_decision_of_its_own(post_all, rep) -> None:
    items = put(rep, 3)
    body = post_all(items, by=rep).content.decode()
    assert states() == ["approved"] * 3
    assert OutboxMessage.objects.filter(state="queued").count() == 3
    assert len(set(Decision.objects.values_list("bulk", flat=True))) == 1
    assert "3 approved." in body
    assert body.count("data-approved=") == 3


def test_each_has_a_transaction_of_its_own(rep) -> None:
    first, second, third = put(rep, 3)
    moved(second)
    results = many([first, second, third], rep)
    assert [bool(one.refusal) for one in results] == [False, True, False]
    assert "Something happened at" in results[1].refusal
    assert states() == ["approved", "pending", "approved"]


def test_the_log_says_which_were_approved_by_one_press(rep) -> None:
    many(put(rep, 2), rep)
    told = Event.objects.filter(kind="item.approve").values_list("data__bulk", flat=True)
    assert set(told) == {Decision.objects.first().bulk.hex}


def test_no_bulk_approval_is_evidence(rep, smtp, clock) -> None:
    alone, *together = put(rep, 3)
    decisions.approve(alone, by=rep, revision=1, dwell_ms=60_000)
    many(together, rep)
    clock.travel(seconds=11)
    tasks.tick()
    assert len(smtp.mails) == 3
    assert [row.item for row in Verdict.objects.all()] == [alone]


def test_notes_of_one_class_are_accepted_together(rep) -> None:
    items = [*note(rep, "brief.one"), *note(rep, "brief.one")]
    assert refusals(many(items, rep)) == ["", ""]
    assert states() == ["approved"] * 2
    assert not OutboxMessage.objects.exists()


# --- what is refused ------------------------------------------------------------------------------


def test_a_get_approves_nothing(client, rep, item) -> None:
    client.force_login(rep)
    assert client.get(reverse("bulk_approve")).status_code == 405
    assert states() == ["pending"]


def test_somebody_elses_draft_is_not_there(post_all, rep, outsider) -> None:
    body = post_all(put(rep, 1), by=outsider).content.decode()
    assert "This draft is not there, or no longer yours." in body
    assert Account.objects.get().name not in body
    assert states() == ["pending"]


def test_an_admin_may_not(post_all, rep, admin) -> None:
    assert post_all(put(rep, 1), by=admin).status_code == 403


def test_a_second_time_each_says_who_was_first(post_all, rep, manager) -> None:
    items = put(rep, 2)
    post_all(items, by=manager)
    body = post_all(items, by=rep).content.decode()
    assert "0 of 2 approved." in body
    assert body.count("Max Manager approved this") == 2
    assert OutboxMessage.objects.count() == 2


def test_another_revision_or_context_than_the_preview_showed_is_refused(rep) -> None:
    first, second = put(rep, 2)
    assert "was changed while you looked" in refusals(many([first], rep, revision=2))[0]
    assert "Something happened" in refusals(many([second], rep, context_hash="0" * 64))[0]
    assert states() == ["pending"] * 2


def test_more_than_twenty_five_are_refused(rep) -> None:
    numbers = [Seen(pk, 1, "") for pk in range(1, MOST + 2)]
    with pytest.raises(DecisionError, match=f"{MOST + 1} are selected. At most {MOST}"):
        decisions.approve_many(numbers, by=rep)


def test_nothing_selected_is_refused_in_words(post_all, rep) -> None:
    response = post_all([], by=rep)
    assert response.status_code == 422
    assert "<p data-sentence>Select at least one draft." in response.content.decode()


def test_two_classes_are_refused_as_a_whole(post_all, rep) -> None:
    items = [put_on_desk(rep), put_on_desk(rep, output_class="outreach.follow_up")]
    response = post_all(items, by=rep)
    assert response.status_code == 422
    assert "one class and one risk" in response.content.decode()
    assert states() == ["pending"] * 2


def test_one_class_with_two_risks_is_refused_as_a_whole(rep) -> None:
    items = [put_on_desk(rep), put_on_desk(rep, body=PRICE)]
    with pytest.raises(DecisionError, match="one class and one risk"):
        many(items, rep)


def test_what_is_no_number_is_refused_in_words(client, rep, item) -> None:
    client.force_login(rep)
    for odd in ("x", "1", "1:1", "1:1:zz", f"{'9' * 30}:1:", "1:1:\x00"):
        response = client.post(reverse("bulk_approve"), {"seen": [odd]})
        assert response.status_code == 422, odd
        assert "Select the drafts again" in response.content.decode()


def strategic(item: ReviewItem, **_: object) -> None:
    Account.objects.filter(pk=item.account_id).update(is_strategic=True)


def sensitive(item: ReviewItem, **_: object) -> None:
    Contact.objects.filter(pk=item.draft.contact_id).update(is_sensitive=True)


def changed(item: ReviewItem, rep, **_: object) -> None:
    decisions.approve_edited(item, by=rep, revision=1, subject="Mine", body="My own words.")
    decisions.undo(item, by=rep)
    item.refresh_from_db()


def escalated(item: ReviewItem, **_: object) -> None:
    ReviewItem.objects.filter(pk=item.pk).update(state="escalated")


def watched(state: str) -> Callable[..., None]:
    def happens(item: ReviewItem, **_: object) -> None:
        lane = Lane.objects.create(output_class=item.draft.output_class)
        epoch = EvidenceEpoch.objects.create(lane=lane, attempt=1, opened_at=clock.now())
        Lane.objects.update(state=state, epoch=epoch)

    return happens


WATCHED = [watched("tightened"), watched("auto")]


@pytest.mark.parametrize(
    ("happens", "words"),
    [
        (strategic, "A strategic account."),
        (sensitive, "A sensitive contact."),
        (changed, "This was changed since it came."),
        (escalated, "This waited too long."),
        *((happens, "First mail: each is read on its own just now.") for happens in WATCHED),
    ],
)
def test_what_needs_ones_eyes_is_left_out_and_refused(
    preview, rep, manager, happens, words
) -> None:
    item, other = put(rep, 2)
    happens(item, rep=rep)
    left = preview([item, other], by=manager)
    assert f'data-left-out="{item.pk}"' in left
    assert words in left
    assert f'value="{item.pk}:' not in left
    assert (f'value="{other.pk}:' in left) is (happens not in WATCHED)
    results = many([item, other], manager)
    assert words in results[0].refusal
    assert states()[0] != "approved"


def test_of_a_class_that_leaves_by_itself_each_is_refused_in_the_same_words(preview, rep) -> None:
    """Else whoever selects all would see which of them are audits."""
    audit, other = put(rep, 2)
    watched("auto")(audit)
    lane = Lane.objects.get()
    AuditDraw.objects.create(
        draft=audit.draft, lane=lane, epoch=lane.epoch, probability=0.1, due=True, at=clock.now(),
    )  # fmt: skip
    page = preview([audit, other], by=rep)
    assert page.count("First mail: each is read on its own just now.") == 2
    assert len(set(refusals(many([audit, other], rep)))) == 1


def test_what_is_not_on_record_is_left_out_and_refused(preview, rep) -> None:
    doubtful, plain = put_on_desk(rep, body=DOUBTFUL), put_on_desk(rep)
    left = preview([doubtful, plain], by=rep)
    assert "Something in it is not on record. Read it on its own." in left
    assert "No record knows" in refusals(many([doubtful], rep))[0]


def test_a_question_is_left_out_and_refused(preview, rep) -> None:
    question = ReviewItem.objects.create(
        account=prospect(owner=rep), reason="Who?", created_at=put_on_desk(rep).created_at,
        state_since=ReviewItem.objects.get().created_at,
        expires_at=ReviewItem.objects.get().expires_at,
        decide_by=ReviewItem.objects.get().decide_by,
    )  # fmt: skip
    assert "A question is answered on its own." in preview([question], by=rep)
    assert refusals(many([question], rep)) == ["A question is answered on its own."]


def test_several_notes_on_one_account_are_read_together(preview, rep) -> None:
    items = note(rep, "brief.one", "brief.two")
    assert "2 notes on one account. Read them together." in preview(items[:1], by=rep)


def test_a_card_says_why_it_is_not_selected(get, rep) -> None:
    put_on_desk(rep, body=DOUBTFUL)
    assert 'data-alone="Something in it is not on record' in get("desk", by=rep).content.decode()


# --- the preview ----------------------------------------------------------------------------------


def test_it_shows_what_stands_out_and_three_in_full(preview, rep) -> None:
    items = put(rep, 6)
    long = put_on_desk(rep, body=f"{items[0].draft.body}\n\nI ask because it may well be of use.")
    page = preview([*items, long], by=rep)
    parts = dict(re.findall(r'<section aria-labelledby="bulk-(\w+)">(.*?)</section>', page, re.S))
    assert parts["outliers"].count('name="seen"') == 1  # it is the newest contact, too
    assert "The longest, the newest contact" in parts["outliers"]
    assert parts["samples"].count('<details class="panel" open>') == 3
    assert parts["others"].count('name="seen"') == 3
    assert page.count("checked>") == 7


def test_htmx_gets_the_preview_alone_and_everybody_else_the_page(preview, rep, item) -> None:
    assert "<html" not in preview([item], by=rep, htmx=True)
    assert "<html" in preview([item], by=rep)


def test_of_several_kinds_one_is_chosen_first(preview, rep) -> None:
    first = put(rep, 2)
    follow_up = put_on_desk(rep, output_class="outreach.follow_up")
    page = preview([*first, follow_up], by=rep)
    assert 'name="seen"' not in page
    assert f'?item={first[0].pk}&amp;item={first[1].pk}" data-bulk>Only 2: First mail' in page
    assert "Only 1: Follow-up mail" in page


def test_foreign_drafts_are_counted_and_not_named(preview, rep, outsider) -> None:
    page = preview([put_on_desk(outsider), put_on_desk(rep)], by=rep)
    assert "1 is not there, or no longer yours." in page


def test_too_many_are_said_before_anything_is_read(preview, get, rep) -> None:
    page = get("bulk", by=rep, query={"item": range(1, MOST + 2)}).content.decode()
    assert f"At most {MOST} are approved at once." in page


def test_it_costs_no_more_queries_for_more(client, rep, django_assert_max_num_queries) -> None:
    items = put(rep, 8)
    client.force_login(rep)
    client.get(reverse("bulk"))
    with django_assert_max_num_queries(26):
        client.get(reverse("bulk"), {"item": [item.pk for item in items]}, headers=HTMX)


# --- undo -----------------------------------------------------------------------------------------


def test_one_undo_takes_all_back(post_all, post, rep) -> None:
    items = put(rep, 3)
    post_all(items, by=rep)
    body = post("undo", items[1], by=rep).content.decode()
    assert "<p data-sentence>3 taken back." in body
    assert body.count('data-state="pending"') == 3
    assert states() == ["pending"] * 3
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_second_undo_of_all_finds_nothing(post_all, post, rep) -> None:
    items = put(rep, 2)
    post_all(items, by=rep)
    assert post("undo", items[0], by=rep).status_code == 200
    assert post("undo", items[1], by=rep).status_code == 409
    assert states() == ["pending"] * 2


def test_what_has_left_stays_and_is_named(post_all, post, rep) -> None:
    items = put(rep, 3)
    post_all(items, by=rep)
    OutboxMessage.objects.filter(item=items[0]).update(state="sending")
    body = post("undo", items[0], by=rep).content.decode()
    assert "2 of 3 taken back." in body
    assert f"{items[0].account}: It is on its way" in body
    assert states() == ["approved", "pending", "pending"]


def test_once_all_have_left_undo_says_so(post_all, post, rep) -> None:
    items = put(rep, 2)
    post_all(items, by=rep)
    OutboxMessage.objects.update(state="sending")
    assert post("undo", items[0], by=rep).status_code == 409


def test_a_reload_offers_one_undo_for_all(post_all, rep) -> None:
    first, *together = put(rep, 4)
    decisions.approve(first, by=rep, revision=1)
    post_all(together, by=rep)
    now = Decision.objects.last().at
    found = queue.undoable(rep, now=now)
    assert len(found) == 2
    assert found[0] == first.pk
    assert found[1] in [item.pk for item in together]


def test_a_bulk_approval_of_a_colleague_is_not_ones_own_to_undo(post_all, post, rep, manager):
    items = put(rep, 2)
    post_all(items, by=manager)
    response = post("undo", items[0], by=rep)
    assert response.status_code == 409
    assert "Max Manager decided this" in response.content.decode()


def test_an_undone_one_that_is_approved_alone_counts_again(rep, smtp, clock) -> None:
    item = put_on_desk(rep)
    many([item], rep)
    decisions.undo(item, by=rep)
    decisions.approve(item, by=rep, revision=1, dwell_ms=60_000)
    assert Decision.objects.last().bulk is None
    clock.travel(seconds=11)
    tasks.tick()
    assert Verdict.objects.count() == 1


# --- without a script -----------------------------------------------------------------------------


def test_without_htmx_a_page_has_a_line_for_each_and_one_undo(post_all, rep) -> None:
    items = put(rep, 2)
    body = post_all(items, by=rep, htmx=False).content.decode()
    assert "<html" in body
    assert "Undo all 2" in body
    assert reverse("item_undo", args=[items[0].pk]) in body


def test_without_htmx_an_undo_goes_back_to_the_desk(post_all, post, rep) -> None:
    items = put(rep, 2)
    post_all(items, by=rep)
    assert post("undo", items[0], by=rep, htmx=False).url == reverse("desk")


def test_a_decision_of_a_bulk_has_its_number_and_no_other_has_one(rep) -> None:
    first, second = put(rep, 2)
    many([first], rep)
    decisions.approve(second, by=rep, revision=1)
    assert [bool(row.bulk) for row in Decision.objects.order_by("pk")] == [True, False]
    assert Decision.objects.filter(bulk=uuid4()).count() == 0
