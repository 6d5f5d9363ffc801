"""Mail that belongs to no account: the managers look at it, and whoever added it."""

import pytest
from django.urls import reverse

from revenue.inbound import receive_email
from revenue.models import Activity
from tests.review.accounts import cast
from tests.review.inbox.raw import raw_mail
from tests.review.inbox.strays import stray

pytestmark = pytest.mark.django_db
URL = reverse("inbox")


def test_a_manager_reads_what_found_no_account_and_why() -> None:
    receive_email(raw_mail(sender="nobody@else.example", text="Do you deliver to Malta?"))
    words = cast.signed_in(cast.manager()).get(URL).content.decode()
    assert "nobody@else.example" in words
    assert "Not assigned: no account has the sender&#x27;s address." in words
    assert "Do you deliver to Malta?" in words


def test_a_rep_does_not_see_it() -> None:
    receive_email(raw_mail(sender="nobody@else.example", text="Do you deliver to Malta?"))
    words = cast.signed_in(cast.rep()).get(URL).content.decode()
    assert "Malta" not in words
    assert "seen by the managers" in words


def test_a_rep_sees_what_they_added_themselves() -> None:
    stray(added_by=cast.rep(), text="Do you deliver to Malta?")
    assert "Malta" in cast.signed_in(cast.rep()).get(URL).content.decode()
    assert "Malta" not in cast.signed_in(cast.colleague()).get(URL).content.decode()


@pytest.mark.parametrize(
    ("reads_as", "shown"),
    [("meeting_request", "Meeting request"), ("bounce_hard", "Mail came back"),
     ("unclassified", "Unassigned")],
)  # fmt: skip
def test_each_says_what_it_reads_as_but_not_to_an_admin(reads_as, shown) -> None:
    stray(text="Do you deliver to Malta?")
    Activity.objects.update(reply_class=reads_as)
    badge = f">{shown}</span>"
    assert badge in cast.signed_in(cast.manager()).get(URL).content.decode()
    to_admin = cast.signed_in(cast.admin()).get(URL).content.decode()
    assert (badge in to_admin) == (shown == "Unassigned")


def test_an_admin_sees_who_wrote_and_not_what() -> None:
    stray(subject="Malta", text="Do you deliver to Malta?")
    words = cast.signed_in(cast.admin()).get(URL).content.decode()
    assert "nora@else.example" in words
    assert "Say where it belongs" in words
    assert "Malta" not in words
    assert reverse("inbox_upload") not in words


def test_somebody_signed_out_is_asked_to_sign_in(client) -> None:
    assert client.get(URL).status_code == 302


def test_a_post_is_refused() -> None:
    assert cast.signed_in(cast.rep()).post(URL).status_code == 405


def test_text_from_outside_is_never_markup() -> None:
    receive_email(raw_mail(subject="<b>x</b>", text="<script>alert(1)</script>"))
    words = cast.signed_in(cast.manager()).get(URL).content.decode()
    assert "<script>alert" not in words
    assert "<b>x</b>" not in words


@pytest.mark.parametrize("count", [1, 60])
def test_the_number_of_queries_does_not_grow(
    workspace, count, django_assert_max_num_queries
) -> None:
    for number in range(count):
        receive_email(raw_mail(sender="nobody@else.example", number=number))
    client = cast.signed_in(cast.manager())
    with django_assert_max_num_queries(5):
        response = client.get(URL)
    if count > 25:
        assert "?after=" in response.content.decode()
