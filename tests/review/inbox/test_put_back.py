"""Putting a mail back that was set aside."""

import pytest
from django.urls import reverse

from revenue.inbound import filing
from revenue.models import Activity
from tests.review.accounts import cast
from tests.review.inbox.strays import stray
from tests.review.setup.doors import refuses, text

pytestmark = pytest.mark.django_db


def url(mail: Activity) -> str:
    return reverse("inbox_put_back", args=[mail.pk])


def aside(**more: object) -> Activity:
    mail = stray(**more)
    filing.set_aside(mail, by=cast.manager())
    return mail


@pytest.mark.parametrize("who", ["rep", "manager", "admin"])
def test_it_waits_again_and_asks_where_it_belongs(who: str) -> None:
    mail = aside(added_by=cast.rep())
    answer = cast.signed_in(getattr(cast, who)()).post(url(mail), follow=True)
    assert "Where does this mail belong?" in text(answer)
    mail.refresh_from_db()
    assert mail.set_aside_at is None


def test_twice_is_told() -> None:
    mail = aside()
    filing.put_back(mail, by=cast.manager())
    answer = cast.signed_in(cast.admin()).post(url(mail))
    assert answer.status_code == 409
    assert "Dustin Brinkmann put this mail back already." in text(answer)


def test_mail_that_one_does_not_see_is_not_there() -> None:
    mail = aside(added_by=cast.rep())
    assert cast.signed_in(cast.colleague()).post(url(mail)).status_code == 404


def test_a_link_changes_nothing_and_neither_does_a_stranger() -> None:
    mail = aside()
    refuses(url(mail))
    mail.refresh_from_db()
    assert mail.set_aside_at is not None
