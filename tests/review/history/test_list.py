"""The history: every decision that one may see, newest first, found by what is asked for."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from revenue import clock as clocks
from revenue import records
from revenue.models import User
from review import decisions
from review.decisions.bulk import Seen
from review.models import Decision, ReviewItem
from review.views import history as views
from tests.factories import UserFactory
from tests.review.accounts import cast
from tests.review.doors import programs
from tests.review.history import scene

pytestmark = pytest.mark.django_db
URL = reverse("history")


@pytest.fixture
def account(workspace):
    return scene.book()


def shown(by: User | None = None, **query: object) -> list[Decision]:
    response = cast.signed_in(by or cast.rep()).get(URL, query)
    assert response.status_code == 200
    return [row.decision for row in response.context["rows"]]


def words(by: User | None = None, **query: object) -> str:
    return cast.signed_in(by or cast.rep()).get(URL, query).content.decode()


def test_an_empty_one_says_what_will_be_here(workspace) -> None:
    assert "Nothing has been decided yet" in words()


def test_a_post_is_refused(workspace) -> None:
    assert cast.signed_in(cast.rep()).post(URL).status_code == 405


def test_somebody_signed_out_is_asked_to_sign_in(client) -> None:
    assert client.get(URL).status_code == 302


def test_every_decision_stands_there_newest_first(account) -> None:
    made = [scene.approved(account), scene.edited(scene.book("Isdom")),
            scene.rejected(scene.book("Kinnamplus"))]  # fmt: skip
    assert shown() == made[::-1]


def test_what_one_press_approved_says_with_how_many_others(account) -> None:
    items = [cast.item_at(scene.book(name)) for name in ("Isdom", "Kinnamplus", "Zoomit")]
    seen = [Seen(item.pk, item.revision, "") for item in items]
    decisions.approve_many(seen, by=cast.rep())
    alone = scene.approved(account)
    page = words()
    assert page.count("<strong>You</strong> approved with 2 others") == 3
    one = Decision.objects.exclude(pk=alone.pk).first()
    story = cast.signed_in(cast.rep()).get(reverse("decision", args=[one.pk])).content.decode()
    assert "approved this with 2 others" in story


def test_who_took_an_account_over_is_told_at_each_draft_that_went(account) -> None:
    item = cast.item_at(account)
    decisions.take_over(account, by=cast.manager())
    (decision,) = shown(verb="take_over")
    assert (decision.item, decision.by) == (item, cast.manager())
    assert "<strong>Dustin Brinkmann</strong> took the account over" in words()
    story = cast.signed_in(cast.rep()).get(reverse("decision", args=[decision.pk]))
    assert "The draft was withdrawn" in story.content.decode()


def test_a_row_says_who_what_why_and_for_how_long_they_looked(account) -> None:
    scene.rejected(account, note="Too loud for them.")
    scene.edited(scene.book("Isdom"))
    page = words()
    assert "<strong>You</strong> rejected" in page
    assert "Tone: Too loud for them." in page
    assert "<strong>You</strong> edited and approved" in page
    assert "Major edit" in page
    assert "The second order, by phone" in page
    assert "1 min 14 s" in page
    assert "Queued" in page
    assert "<strong>Moses Frase</strong> rejected" in words(cast.manager())


def test_a_draft_that_was_not_needed_is_told_from_a_question_that_was_not(account) -> None:
    item = cast.item_at(account)
    decisions.reject(item, by=account.owner, revision=1, reason="not_needed")
    question = cast.item_at(scene.book("Isdom"))
    ReviewItem.objects.filter(pk=question.pk).update(draft=None, reason="Who owns this account?")
    question.refresh_from_db()
    decisions.resolve(question, by=account.owner, revision=1, verdict="not_needed")
    page = words()
    assert "Not needed" in page
    assert "Didn’t need me" in page


def test_times_are_the_readers_own(account) -> None:
    decision = scene.approved(account)
    Decision.objects.filter(pk=decision.pk).update(at=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    User.objects.filter(pk=account.owner.pk).update(time_zone="Asia/Tokyo")
    assert "2 Mar" in words(User.objects.get(pk=account.owner.pk))


def test_one_that_was_taken_back_stays_and_says_so(account) -> None:
    decision = scene.approved(account)
    decisions.undo(ReviewItem.objects.get(pk=decision.item_id), by=account.owner)
    assert "Taken back" in words()
    assert shown(undone="yes") == [decision]
    assert shown(undone="no") == []


# --- whose ----------------------------------------------------------------------------------------


def test_a_rep_sees_their_own_accounts_and_a_manager_the_team(account) -> None:
    decision = scene.approved(account)
    assert shown(cast.manager()) == [decision]
    for other in (cast.colleague(), cast.outsider(), cast.admin()):
        assert shown(other) == []
    assert "No decision is yours to see" in words(cast.admin())


def test_what_a_rep_decided_themself_stays_theirs_within_the_team(account) -> None:
    decision = scene.rejected(account)
    records.assign_owner(account, cast.colleague(), by=cast.manager())
    assert shown() == [decision]
    assert shown(cast.colleague()) == [decision]
    records.assign_owner(account, cast.outsider(), by=cast.manager())
    assert shown() == []
    assert shown(cast.outsider()) == [decision]


def test_what_was_handed_to_a_colleague_is_theirs_to_look_up_once_they_decided(account) -> None:
    """A second look is handed over by nobody, so before that they are told of no draft by whom."""
    item = cast.item_at(account)
    handed = decisions.reassign(item, by=account.owner, revision=1, to=cast.colleague())
    assert shown(cast.colleague()) == []
    assert shown(account.owner) == [handed]
    assert "To Vicki Laflamme" in words()
    decided = decisions.reject(item, by=cast.colleague(), revision=1, reason="tone")
    assert shown(cast.colleague()) == [decided, handed]


# --- what is asked for ----------------------------------------------------------------------------


@pytest.fixture
def three(account) -> dict[str, Decision]:
    return {
        "approved": scene.approved(account, subject="Spring order"),
        "edited": scene.edited(scene.book("Isdom")),
        "rejected": scene.rejected(
            scene.book("Kinnamplus"), by=cast.manager(), output_class="outreach.first_email"
        ),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "spring"}, {"approved"}),
        ({"q": "isdo"}, {"edited"}),
        ({"q": "nowhere"}, set()),
        ({"verb": "reject"}, {"rejected"}),
        ({"output_class": "outreach.first_email"}, {"rejected"}),
        ({"agent": "outreach"}, {"approved", "edited", "rejected"}),
        ({"agent": "prospecting"}, set()),
        ({"edit": "major"}, {"edited"}),
        ({"edit": "minor"}, set()),
        ({"vouched": "on"}, set()),
        ({"verb": "approve", "q": "spring", "edit": "major"}, set()),
        ({"verb": "approve", "q": "spring", "undone": "no"}, {"approved"}),
    ],
)
def test_filters_find_and_combine(three, query, found) -> None:
    assert {name for name, one in three.items() if one in shown(**query)} == found


def test_a_person_and_an_account_can_be_asked_for(three, account) -> None:
    assert shown(person=cast.manager().pk) == [three["rejected"]]
    assert shown(person=cast.rep().pk, account=account.pk) == [three["approved"]]


def test_what_somebody_vouched_for_is_found(three) -> None:
    Decision.objects.filter(pk=three["approved"].pk).update(vouched=["GTX"])
    assert shown(vouched="on") == [three["approved"]]


def test_an_outside_agent_can_be_asked_for(account) -> None:
    token = programs.writer(account.owner.team, callback_url="").row
    decision = scene.approved(account, agent=token.signature)
    scene.approved(scene.book("Isdom"))
    assert shown(agent=token.signature) == [decision]


def test_both_days_belong_to_the_time_and_are_the_readers(account) -> None:
    """14 March in Tokyo begins at 15:00 UTC on the 13th."""
    person = account.owner
    User.objects.filter(pk=person.pk).update(time_zone="Asia/Tokyo")
    moments = [datetime(2026, 3, day, hour, 30, tzinfo=UTC) for day, hour in
               ((13, 14), (13, 15), (14, 14), (14, 15))]  # fmt: skip
    made = []
    for moment in moments:
        made.append(scene.rejected(scene.book(f"Condax {len(made)}")))
        Decision.objects.filter(pk=made[-1].pk).update(at=moment)
    person.refresh_from_db()
    assert shown(person, since="2026-03-14", until="2026-03-14") == [made[2], made[1]]
    assert shown(person, since="2026-03-14") == [made[3], made[2], made[1]]
    assert shown(person, until="2026-03-13") == [made[0]]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"verb": "smile"}, "Decision: choose one of the list."),
        ({"person": "0"}, "Decided by: choose one of the list."),
        ({"person": "99999999999999999999"}, "Decided by: choose one of the list."),
        ({"person": "x"}, "Decided by: choose one of the list."),
        ({"account": "99999999999999999999"}, "This account is not among yours."),
        ({"output_class": "x"}, "Class: choose one of the list."),
        ({"agent": "x"}, "Written by: choose one of the list."),
        ({"edit": "x"}, "Edited: choose one of the list."),
        ({"undone": "x"}, "Taken back: choose one of the list."),
        ({"since": "yesterday"}, "Write a day as 2026-03-31"),
        ({"since": "0001-01-01"}, "between 2000 and 2100"),
        ({"until": "9999-12-31"}, "between 2000 and 2100"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "The last day lies before the first."),
        ({"q": "x" * 201}, "Search for 200 characters at most."),
    ],
)
def test_what_cannot_be_asked_is_told_and_left_out(account, query, sentence) -> None:
    scene.approved(account)
    page = words(**query)
    assert sentence in page
    assert "What cannot be read was left out." in page
    assert "Condax" in page or "since" in query


def test_somebody_elses_account_is_no_filter(account) -> None:
    other = scene.book("Isdom", owner=cast.outsider())
    page = words(account=other.pk)
    assert "This account is not among yours." in page
    assert "Isdom" not in page


def test_a_nul_finds_nothing_and_breaks_nothing(account) -> None:
    decision = scene.approved(account, subject="Spring order")
    assert shown(q="spr\x00ing") == [decision]


def test_each_filter_that_is_on_can_be_taken_off(account) -> None:
    scene.approved(account)
    response = cast.signed_in(cast.rep()).get(
        URL, {"verb": "approve", "person": cast.rep().pk, "account": account.pk, "q": "order"}
    )
    chips = {chip.words: chip.link for chip in response.context["chips"]}
    assert set(chips) == {"Approved", "By you", "Condax", "“order”"}
    assert "verb=" not in chips["Approved"]
    assert "q=order" in chips["Approved"]


# --- many -----------------------------------------------------------------------------------------


def test_it_goes_on_and_back_by_key_and_keeps_what_was_asked(account) -> None:
    scene.planted(scene.rejected(account), views.SIZE + 4)
    scene.approved(scene.book("Isdom"))
    client = cast.signed_in(cast.rep())
    first = client.get(URL, {"verb": "reject"})
    second = client.get(URL + first.context["older"])
    found = [row.decision.pk for page in (first, second) for row in page.context["rows"]]
    assert len(found) == len(set(found)) == views.SIZE + 5
    assert found == sorted(found, reverse=True)  # all at one moment: the id decides
    back = client.get(URL + second.context["newer"])
    assert [row.decision.pk for row in back.context["rows"]] == found[: views.SIZE]
    assert back.context["newer"] is None


def test_newest_is_by_time_and_not_by_number(account) -> None:
    older = scene.rejected(account)
    newer = scene.rejected(scene.book("Isdom"))
    Decision.objects.filter(pk=newer.pk).update(at=clocks.now() - timedelta(days=3))
    assert [one.pk for one in shown()] == [older.pk, newer.pk]


@pytest.mark.parametrize("count", [1, 40])
def test_the_number_of_queries_does_not_grow(account, count, django_assert_max_num_queries) -> None:
    scene.planted(scene.edited(account), count)
    UserFactory.create_batch(3, team=account.owner.team)
    client = cast.signed_in(cast.manager())
    client.get(URL)
    with django_assert_max_num_queries(10):
        client.get(URL, {"verb": "approve_edited", "person": account.owner.pk})
