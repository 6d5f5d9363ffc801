"""A rep reads before and after when a mail leaves, and why it waits."""

from datetime import timedelta

import pytest

from revenue import clock as clocks
from revenue.models import Activity, Meeting, Workspace
from review import cards
from tests.review.guards import office

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _saturday(workspace: Workspace, smtp: object, clock: object) -> None:
    office.opens()
    clock.at(office.SATURDAY)


def badges(item, rep) -> list[str]:
    [card] = cards.build([item.pk], reader=rep)
    return [words for _, words in card.addressee.badges]


def test_the_card_says_it_before(item, rep, get) -> None:
    assert "Leaves Mon 09:00 in Chicago" in badges(item, rep)
    shown = get("desk", by=rep).content.decode()
    assert "It is Saturday in Chicago." in shown
    assert shown.count('data-leaves="Leaves Mon 09:00 in Chicago."') == 2  # approve, and edit


def test_the_card_of_a_mail_that_leaves_at_once_says_nothing(item, rep, get, clock) -> None:
    clock.at(office.MONDAY + timedelta(hours=1))
    assert not any(words.startswith("Leaves") for words in badges(item, rep))
    assert "data-leaves" not in get("desk", by=rep).content.decode()


def test_what_stays_on_this_machine_leaves_at_once(item, rep, local_outbox) -> None:
    assert not any(words.startswith("Leaves") for words in badges(item, rep))


def test_the_answer_without_scripts_says_it_after(item, rep, post, client) -> None:
    post("approve", item, by=rep, htmx=False)
    words = client.get("/desk/").content.decode()
    assert f"Approved, {item.account}. Leaves Mon 09:00 in Chicago." in words


def test_a_rejection_says_nothing_of_it(item, rep, post, client) -> None:
    post("reject", item, by=rep, htmx=False, reason="tone")
    assert "Leaves Mon" not in client.get("/desk/").content.decode()


def test_the_longest_reason_is_the_one_that_is_said(item, rep, clock) -> None:
    Workspace.objects.update(contact_cap=1)
    Activity.objects.create(account=item.account, contact=item.draft.contact, direction="outbound",
                            occurred_at=clocks.now())  # fmt: skip
    clock.at(office.MONDAY)
    Meeting.objects.create(account=item.account, uid="m", starts_at=office.MONDAY,
                           ends_at=office.MONDAY + timedelta(hours=1))  # fmt: skip
    [card] = cards.build([item.pk], reader=rep)
    assert card.waits.why == "A meeting is less than 24 hours away."
    assert "Leaves Tue 10:00 in Chicago" in badges(item, rep)


def test_a_decided_card_says_nothing_of_it(item, rep, post) -> None:
    post("approve", item, by=rep)
    assert not any(words.startswith("Leaves") for words in badges(item, rep))
