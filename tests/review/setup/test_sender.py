"""Who writes, and from where."""

import pytest
from django.urls import reverse

from revenue import workspace
from revenue.models import Event
from review import demo
from review.setup import checklist
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
GOOD = {
    "company": "Harbour Supply", "postal_address": "1 Quay Street\nSpringfield",
    "sender_domain": "Harbour.example", "offer": "Pumps.", "voice": "",
}  # fmt: skip


def save(**changes: str):
    return client("admin").post(reverse("setup_sender_save"), GOOD | changes)


def test_company_and_address_are_kept_with_an_event() -> None:
    assert save().status_code == 302
    row = workspace.load()
    assert (row.company, row.sender_domain) == ("Harbour Supply", "harbour.example")
    assert "Quay Street" in row.postal_address
    assert Event.objects.filter(kind="workspace.changed").count() == 1


def test_the_page_shows_what_is_there() -> None:
    save()
    assert "Harbour Supply" in text(client("admin").get(reverse("setup_sender")))


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("company", "", "required"),
        ("company", "   ", "required"),
        ("company", "x" * 121, "120"),
        ("company", "Harbour\r\nBcc: all@world.example", "one line"),
        ("postal_address", "", "required"),
        ("postal_address", "x" * 301, "300"),
        ("sender_domain", "not a domain", "domain like"),
        ("sender_domain", "a.example\r\nX: 1", "domain like"),
        ("offer", "x" * 2001, "2000"),
        ("company", "a\x00b", "Null characters"),
    ],
)
def test_a_bad_value_is_told_at_its_field_and_nothing_is_kept(
    field: str, value: str, words: str
) -> None:
    answer = save(**{field: value})
    assert answer.status_code == 422
    assert words in text(answer)
    assert workspace.load().company == ""


def test_only_an_admin_may_change_it_and_only_by_post() -> None:
    refuses(reverse("setup_sender_save"), "rep", "manager")


def test_a_manager_cannot_open_the_page() -> None:
    assert client("manager").get(reverse("setup_sender")).status_code == 403


def test_the_demos_address_under_an_own_name_is_not_yet_a_sender() -> None:
    demo.seed()
    save(postal_address=workspace.INVENTED["postal_address"])
    step = next(one for one in checklist.steps(cast.admin()) if one.key == "sender")
    assert step.state == ""
    assert "demo's company or address" in step.words
