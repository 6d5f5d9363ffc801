"""Adding a task or a promise on the account's page."""

from datetime import date

import pytest
from django.urls import reverse

from revenue.models import Event, Task
from tests.factories import ContactFactory
from tests.review.accounts import cast
from tests.review.todo.conftest import HTMX

pytestmark = pytest.mark.django_db
WORDS = {"subject": "Send the quote", "due_on": "2026-11-27", "kind": "promise", "contact": ""}


def add(account, by=None, **more):
    data, options = {**WORDS, **more.pop("data", {})}, more
    url = reverse("task_add", args=[account.pk])
    return cast.signed_in(by or cast.rep()).post(url, data, **options)


def test_it_stands_on_the_page_at_once(account) -> None:
    yara = account.contacts.get()
    response = add(account, data={"contact": yara.pk}, headers=HTMX)
    words = response.content.decode()
    assert "Added: Send the quote." in words
    assert "promised to Yara Zhou" in words
    assert "<html" not in words
    row = Task.objects.get()
    assert (row.owner, row.due_on, row.kind) == (cast.rep(), date(2026, 11, 27), "promise")


def test_without_script_the_page_comes_again(account) -> None:
    response = add(account, follow=True)
    assert response.redirect_chain == [(reverse("account", args=[account.pk]), 302)]
    assert "Added: Send the quote." in response.content.decode()


def test_a_get_adds_nothing(account) -> None:
    url = reverse("task_add", args=[account.pk])
    assert cast.signed_in(cast.rep()).get(url).status_code == 405
    assert not Task.objects.exists()


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_account_is_not_there(who, account) -> None:
    assert add(account, who()).status_code == 404
    assert not Task.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"subject": " "}, "Say in a few words what is to be done."),
        ({"subject": "\u200b"}, "Say in a few words what is to be done."),
        ({"subject": "x" * 301}, "300"),
        ({"due_on": ""}, "Choose the day."),
        ({"due_on": "soon"}, "Write a day as"),
        ({"kind": "wish"}, "not one of the available choices"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(account, wrong, words) -> None:
    response = add(account, data=wrong, headers=HTMX)
    assert response.status_code == 422
    assert words in response.content.decode()
    if "subject" not in wrong:
        assert "Send the quote" in response.content.decode()
    assert not Task.objects.exists()


def test_a_person_of_another_account_is_no_choice(account) -> None:
    other = ContactFactory()
    assert add(account, data={"contact": other.pk}, headers=HTMX).status_code == 422
    assert not Task.objects.exists()


def test_without_script_what_is_wrong_stands_on_top(account) -> None:
    response = add(account, data={"due_on": ""}, follow=True)
    assert "Choose the day." in response.content.decode()


def test_twice_are_two_and_the_log_tells_both(account) -> None:
    for _ in range(2):
        add(account)
    assert Task.objects.count() == 2
    assert Event.objects.filter(kind="task.added").count() == 2


def test_the_page_shows_the_open_ones_alone_and_whose_they_are(account) -> None:
    manager = cast.manager()
    add(account, manager, data={"subject": "Ask how it went"})
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk])).content.decode()
    assert "Ask how it went" in page
    assert "for Dustin Brinkmann" in page
