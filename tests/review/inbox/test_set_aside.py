"""Setting a mail aside that belongs to no account."""

import pytest
from django.urls import reverse

from revenue.inbound import filing
from revenue.models import Activity, Event
from tests.review.accounts import cast
from tests.review.inbox.strays import stray
from tests.review.setup.doors import refuses, text

pytestmark = pytest.mark.django_db
LIST = reverse("inbox")


def url(mail: Activity) -> str:
    return reverse("inbox_set_aside", args=[mail.pk])


@pytest.mark.parametrize("who", ["rep", "manager", "admin"])
def test_it_leaves_the_list_and_stands_under_set_aside(who: str) -> None:
    mail = stray(added_by=cast.rep())
    client = cast.signed_in(getattr(cast, who)())
    answer = client.post(url(mail), follow=True)
    assert f"mail-{mail.pk}" not in text(answer)
    assert f"mail-{mail.pk}" in text(client.get(f"{LIST}?show=aside"))
    assert Event.objects.get(kind=filing.SET_ASIDE).subject_id == mail.pk


def test_twice_is_told_who_did_it() -> None:
    mail = stray()
    filing.set_aside(mail, by=cast.manager())
    answer = cast.signed_in(cast.admin()).post(url(mail))
    assert answer.status_code == 409
    assert "Dustin Brinkmann set this mail aside already." in text(answer)


def test_mail_that_one_does_not_see_is_not_there() -> None:
    mail = stray(added_by=cast.rep())
    assert cast.signed_in(cast.colleague()).post(url(mail)).status_code == 404
    mail.refresh_from_db()
    assert mail.set_aside_at is None


def test_a_link_changes_nothing_and_neither_does_a_stranger() -> None:
    mail = stray()
    refuses(url(mail))
    mail.refresh_from_db()
    assert mail.set_aside_at is None
