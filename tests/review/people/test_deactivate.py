"""Somebody leaves: the access closes at once, nothing that they did is lost."""

import pytest
from django.urls import reverse

from revenue.models import Event, User
from review import decisions
from review.models import Decision
from tests.factories import AccountFactory, UserFactory, prospect
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


def deactivate(user: User, *, successor: User | None = None, **more: object):
    data = {"successor": successor.pk if successor else ""}
    return client("admin").post(reverse("person_deactivate", args=[user.pk]), data | more)


def test_they_are_signed_out_at_once() -> None:
    browser = client("rep")
    assert browser.get(reverse("setup")).status_code == 200
    deactivate(cast.rep())
    assert browser.get(reverse("setup")).status_code == 302
    assert not User.objects.get(username="moses").is_active


def test_their_accounts_go_to_the_successor() -> None:
    account = AccountFactory(owner=cast.rep())
    answer = deactivate(cast.rep(), successor=cast.colleague())
    assert answer.status_code == 302
    account.refresh_from_db()
    assert account.owner == cast.colleague()
    assert Event.objects.filter(kind="account.owner", account_id=account.pk).exists()


def test_without_a_successor_their_accounts_wait_under_owners() -> None:
    AccountFactory(owner=cast.rep(), name="Condax")
    deactivate(cast.rep())
    assert "Condax" in text(client("admin").get(reverse("owners")))


def test_what_they_decided_keeps_their_name(workspace) -> None:
    item = cast.item_at(prospect(owner=cast.rep()))
    decisions.approve(item, by=cast.rep(), revision=item.revision)
    deactivate(cast.rep(), successor=cast.colleague())
    assert Decision.objects.get().by.username == "moses"


def test_an_account_that_they_hold_themselves_is_named() -> None:
    account = AccountFactory(owner=cast.rep())
    decisions.take_over(account, by=cast.rep())
    page = text(client("admin").get(reverse("person", args=[cast.rep().pk])))
    assert "They speak themselves at 1 account" in page


def test_nobody_deactivates_themselves() -> None:
    UserFactory(role="admin")
    answer = deactivate(cast.admin())
    assert answer.status_code == 422
    assert "cannot deactivate yourself" in text(answer)
    assert User.objects.get(username="ada").is_active


def test_a_successor_who_left_or_sells_nothing_is_not_offered() -> None:
    gone = UserFactory(is_active=False)
    for successor in (gone, cast.admin(), cast.rep()):
        answer = deactivate(cast.rep(), successor=successor)
        assert answer.status_code == 422
    assert User.objects.get(username="moses").is_active


def test_twice_says_so() -> None:
    deactivate(cast.rep())
    answer = deactivate(User.objects.get(username="moses"))
    assert answer.status_code == 409
    assert "deactivated already" in text(answer)
    assert Event.objects.filter(kind="person.deactivated").count() == 1


def test_nobody_there_is_404() -> None:
    assert client("admin").post(reverse("person_deactivate", args=[99999])).status_code == 404


def test_only_an_admin_may_do_it_and_only_by_post() -> None:
    refuses(reverse("person_deactivate", args=[cast.colleague().pk]), "rep", "manager")
    assert User.objects.get(username="vicki").is_active
