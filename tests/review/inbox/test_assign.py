"""Saying where a mail belongs: it does there what a reply does."""

import pytest
from django.db import DatabaseError, connection
from django.urls import reverse
from django_q.models import OrmQ

from revenue.inbound import filing
from revenue.models import Account, Activity, Signal
from review import tasks
from review.models import ReviewItem
from tests.factories import AccountFactory, ContactFactory, prospect
from tests.review.accounts import cast
from tests.review.inbox.raw import no_bell
from tests.review.inbox.strays import stray
from tests.review.setup.doors import refuses, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace) -> Account:
    return prospect(owner=cast.rep(), name="Condax")


def url(mail: Activity) -> str:
    return reverse("inbox_assign", args=[mail.pk])


def assign(mail: Activity, account: Account | None, by=None, *, person="", name=""):
    data = {"account": account.pk if account else "", "who": person, "name": name}
    return cast.signed_in(by or cast.manager()).post(url(mail), data, follow=True)


def test_a_manager_says_whose_it_is_and_lands_at_the_account(account) -> None:
    OrmQ.objects.all().delete()
    contact = account.contacts.get()
    answer = assign(stray(), account, person=contact.pk)
    assert answer.redirect_chain == [(reverse("account", args=[account.pk]), 302)]
    assert "The mail belongs to Condax now." in text(answer)
    row = Activity.objects.get()
    assert (row.account, row.contact) == (account, contact)
    assert Signal.objects.get().kind == "reply"
    assert OrmQ.objects.count() == 1


def test_the_mail_at_its_account_and_the_bell_are_kept_together_or_not_at_all(account) -> None:
    mail = stray()
    with connection.execute_wrapper(no_bell), pytest.raises(DatabaseError):
        assign(mail, account, person=account.contacts.get().pk)
    assert Activity.objects.get() == mail
    assert not Signal.objects.exists()


def test_a_rep_says_it_of_a_mail_that_they_added(account) -> None:
    assign(stray(added_by=cast.rep()), account, cast.rep())
    assert Activity.objects.get().account == account


def test_an_admin_says_it_and_goes_on_with_the_inbox(account) -> None:
    answer = assign(stray(), account, cast.admin())
    assert answer.redirect_chain == [(reverse("inbox"), 302)]
    assert Activity.objects.get().account == account


def test_somebody_new_is_added_to_the_account(account) -> None:
    assert assign(stray(), account, person="new", name="Nora Moss").status_code == 200
    assert Activity.objects.get().contact.email == "nora@else.example"
    assert account.contacts.count() == 2


def test_a_draft_that_waited_is_out_of_date_and_an_answer_is_drafted(account) -> None:
    """The whole way: the mail is a reply now, and the agent answers the person who wrote."""
    waiting = cast.item_at(account)
    mail = stray(text="How long does delivery take?")
    assign(mail, account, person="new", name="Nora Moss")
    for _ in range(8):
        tasks.tick()
    waiting.refresh_from_db()
    assert waiting.state == "stale"
    [answer] = ReviewItem.objects.pending().filter(draft__output_class="outreach.reply")
    assert answer.draft.contact.email == "nora@else.example"


def test_without_a_person_it_is_a_question_to_a_person(account) -> None:
    assign(stray(), account)
    for _ in range(4):
        tasks.tick()
    [item] = ReviewItem.objects.waiting()
    assert item.draft is None
    assert "not a contact of Condax" in item.reason


def test_no_account_is_told(account) -> None:
    answer = assign(stray(), None)
    assert answer.status_code == 422
    assert "Choose the account that it belongs to." in text(answer)


def test_somebody_new_needs_a_name_and_what_was_chosen_stays(account) -> None:
    mail = stray()
    answer = assign(mail, account, person="new", name=" ")
    assert answer.status_code == 422
    assert "Write the name of the new person." in text(answer)
    assert 'value="new" checked' in text(answer)
    assert Activity.objects.get() == mail


@pytest.mark.parametrize("number", ["999999", "x", str(2**63), "-1"])
def test_an_account_that_is_not_there(account, number: str) -> None:
    mail = stray()
    answer = cast.signed_in(cast.manager()).post(url(mail), {"account": number, "who": ""})
    assert answer.status_code == (404 if number == "999999" else 422)
    assert Activity.objects.get() == mail


def test_an_account_of_others_is_not_there(account) -> None:
    foreign = AccountFactory(owner=cast.outsider())
    mail = stray(added_by=cast.rep())
    for who in (cast.rep(), cast.manager()):
        assert assign(mail, foreign, who).status_code == 404
    assert Activity.objects.get() == mail


@pytest.mark.parametrize("who", ["999999", "x", str(2**63)])
def test_a_person_of_another_account_is_not_there(account, who: str) -> None:
    elsewhere = ContactFactory()
    for number in (who, elsewhere.pk):
        assert assign(stray(), account, person=number).status_code == 404


def test_mail_that_one_does_not_see_is_not_there(account) -> None:
    mail = stray()
    for who in (cast.rep(), cast.colleague()):
        assert assign(mail, account, who).status_code == 404
    assert Activity.objects.get() == mail


def test_whoever_is_second_is_told_who_was_first(account) -> None:
    mail = stray()
    filing.assign(mail, account, by=cast.manager())
    answer = assign(mail, account, cast.admin())
    assert answer.status_code == 409
    assert "Dustin Brinkmann said where this mail belongs already." in text(answer)
    assert Signal.objects.count() == 1


def test_a_link_changes_nothing_and_neither_does_a_stranger(account) -> None:
    mail = stray()
    refuses(url(mail))
    assert Activity.objects.get() == mail
