"""Giving some of what waits for one person to another."""

from datetime import timedelta

import pytest
from django.urls import reverse

from revenue import clock as times
from revenue import people
from review import decisions
from review.models import Decision, ReviewItem
from tests.factories import UserFactory
from tests.review.accounts import cast
from tests.review.delegation.conftest import away
from tests.review.desk.conftest import moved, put_on_desk
from tests.review.setup.doors import text
from tests.review.workload.conftest import drafts, held

pytestmark = pytest.mark.django_db


def test_so_many_go_over_each_by_a_decision(client, send, rep, colleague, manager) -> None:
    drafts(rep, 3)
    answer = send("share", by=manager, of=rep.pk, number=2, to=colleague.pk)
    assert answer.status_code == 302
    assert (held(rep, manager), held(colleague, manager)) == (1, 2)
    made = Decision.objects.filter(verb="reassign")
    assert [(row.by, row.note) for row in made] == [(manager, "Cleo League, from Ada Rep")] * 2
    page = text(client.get(answer["Location"]))
    assert "2 drafts are handed over: 2 to Cleo League." in page
    assert "Give them back" in page


def test_those_that_expire_last_go_first(send, rep, colleague, manager) -> None:
    first = drafts(rep, 2)[0]
    later = times.now() + timedelta(days=30)
    ReviewItem.objects.filter(pk=first.pk).update(expires_at=later)
    send("share", by=manager, of=rep.pk, number=1, to=colleague.pk)
    assert ReviewItem.objects.get(assigned_to=colleague).pk == first.pk


def test_the_mail_still_leaves_in_the_owners_name(send, post, rep, colleague, manager) -> None:
    [item] = drafts(rep, 1)
    send("share", by=manager, of=rep.pk, number=1, to=colleague.pk)
    assert post("approve", item, by=colleague).status_code == 204
    assert item.messages.get().sender == rep.email


def test_more_than_there_are_gives_what_there_is(client, send, rep, colleague, manager) -> None:
    drafts(rep, 1)
    answer = send("share", by=manager, of=rep.pk, number=5, to=colleague.pk)
    page = text(client.get(answer["Location"]))
    assert "1 draft is handed over: 1 to Cleo League. 4 did not wait there" in page


def test_answers_questions_notes_and_what_is_outdated_stay(send, rep, colleague, manager) -> None:
    answer = put_on_desk(rep)
    thread = answer.account.activities.create(
        kind="email", direction="inbound", occurred_at=times.now(), body="How much?"
    )
    type(answer.draft).objects.filter(pk=answer.draft_id).update(in_reply_to=thread)
    put_on_desk(rep, effect="none", output_class="account.brief", body="Known.")
    question = put_on_desk(rep)
    ReviewItem.objects.filter(pk=question.pk).update(draft=None)
    moved(put_on_desk(rep))
    send("share", by=manager, of=rep.pk, number=9, to=colleague.pk)
    assert not Decision.objects.exists()


def test_of_who_left_and_of_who_is_away_it_goes(send, rep, colleague, manager, admin) -> None:
    drafts(rep, 2)
    away(rep)
    send("share", by=manager, of=rep.pk, number=1, to=colleague.pk)
    people.deactivate(rep, by=admin)
    send("share", by=manager, of=rep.pk, number=1, to=colleague.pk)
    assert held(colleague, manager) == 2


def test_a_manager_may_take_some_themselves(send, rep, manager) -> None:
    drafts(rep, 1)
    send("share", by=manager, of=rep.pk, number=1, to=manager.pk)
    assert held(manager, manager) == 1


def test_nothing_goes_to_somebody_who_is_away(send, rep, colleague, manager) -> None:
    drafts(rep, 1)
    away(colleague)
    answer = send("share", by=manager, of=rep.pk, number=1, to=colleague.pk)
    assert answer.status_code == 422
    assert "Cleo League is away until" in text(answer)
    assert held(rep, manager) == 1


def test_nothing_goes_to_somebody_who_left_or_of_another_team(
    send, rep, colleague, outsider, manager
) -> None:
    drafts(rep, 1)
    type(rep).objects.filter(pk=colleague.pk).update(is_active=False)
    for to in (colleague, outsider):
        answer = send("share", by=manager, of=rep.pk, number=1, to=to.pk)
        assert answer.status_code == 422
    assert held(rep, manager) == 1


def test_another_teams_work_is_not_there(send, rep, colleague, manager, outsider) -> None:
    item = put_on_desk(outsider)
    answer = send("share", by=manager, of=outsider.pk, number=1, to=colleague.pk)
    assert answer.status_code == 422
    with pytest.raises(decisions.DecisionError):
        decisions.share(1, of=outsider, to=colleague, by=manager)
    other = UserFactory(role="manager", team=outsider.team)
    send("share", by=other, of=rep.pk, number=1, to=outsider.pk)
    item.refresh_from_db()
    assert item.assigned_to is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Choose two people."),
        ({"number": 0}, "Write a number from 1 to 200."),
        ({"number": "some"}, "as a whole number"),
        ({"number": 10**20}, "Write a number from 1 to 200."),
        ({"same": True, "number": 1}, "Choose two different people."),
    ],
)
def test_an_odd_wish_is_refused_in_words(send, rep, colleague, manager, data, words) -> None:
    whom = {"of": rep.pk, "to": rep.pk if data.pop("same", False) else colleague.pk}
    answer = send("share", by=manager, **({**whom, **data} if data else {}))
    assert answer.status_code == 422
    assert words in text(answer)


def test_what_went_over_does_not_go_again(rep, colleague, manager) -> None:
    drafts(rep, 2)
    shared = decisions.share(1, of=rep, to=colleague, by=manager)
    again = decisions.share(2, of=rep, to=colleague, by=manager)
    assert (len(shared.handed), len(again.handed), again.late) == (1, 1, 1)


def test_only_a_manager_shares_out(client, send, rep, colleague, admin, manager) -> None:
    drafts(rep, 1)
    for who in (rep, admin):
        assert send("share", by=who, of=rep.pk, number=1, to=colleague.pk).status_code == 403
    with pytest.raises(decisions.DecisionError):
        decisions.share(1, of=rep, to=colleague, by=rep)
    assert cast.signed_in(manager).get(reverse("workload_share")).status_code == 405
    assert not Decision.objects.exists()
