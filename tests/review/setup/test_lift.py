"""A stop is lifted."""

import pytest
from django.urls import reverse

from revenue import clock as time
from revenue import events, snapshots, switches
from revenue.models import Event, Switch
from review import dispatch
from review.models import OutboxMessage
from tests.factories import AccountFactory, prospect
from tests.review.accounts import cast
from tests.review.autonomy.scenes import said
from tests.review.outbox import mails
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def stopped() -> Switch:
    return switches.stop("agent", "outreach", by=cast.manager(), reason="Wrong price list")


def url(row: Switch) -> str:
    return reverse("stop_lift", args=[row.pk])


def lift(row: Switch, who: str = "manager", reason: str = "The list is right again"):
    return client(who).post(url(row), {"reason": reason})


@pytest.mark.parametrize("who", ["manager", "admin"])
def test_it_is_lifted(stopped: Switch, who: str) -> None:
    assert lift(stopped, who).status_code == 302
    stopped.refresh_from_db()
    assert (stopped.is_on, stopped.reason) == (False, "The list is right again")


@pytest.mark.usefixtures("workspace", "smtp")
@pytest.mark.parametrize(
    ("key", "number", "words"),
    [("outreach", 0, "back any more."),
     ("outreach", 1, "1 approved mail that it stopped waits in the outbox"),
     ("outreach", 2, "2 approved mails that it stopped wait in the outbox until somebody presses"),
     ("prospecting", 1, "back any more.")],
)  # fmt: skip
def test_it_says_what_does_not_go_on_by_itself(key: str, number: int, words: str) -> None:
    here = [mails.queued(prospect(owner=cast.rep(), name=f"Condax {n}")) for n in range(number)]
    row = switches.stop("agent", "outreach", by=cast.manager(), reason="Wrong price list")
    OutboxMessage.objects.update(not_before=time.now())
    assert dispatch.send_due() == 0
    if key == "prospecting":
        row = switches.stop("agent", key, by=cast.manager(), reason="Wrong facts")
    answer = client("manager").post(url(row), {"reason": "Right again"}, follow=True)
    assert f"{words}" in said(answer)
    assert ("approved mail" in said(answer)) == (bool(number) and key == "outreach")
    assert [mail.state for mail in OutboxMessage.objects.all()] == ["blocked"] * len(here)


@pytest.mark.parametrize(
    ("reason", "words"),
    [("", "Say why it may go on"), ("  ", "Say why it may go on"), ("x" * 201, "200"),
     ("one\ntwo", "Write this in one line")],
)  # fmt: skip
def test_without_a_reason_that_can_be_read_it_stays(
    stopped: Switch, reason: str, words: str
) -> None:
    answer = lift(stopped, reason=reason)
    assert answer.status_code == 422
    assert words in text(answer)
    stopped.refresh_from_db()
    assert (stopped.is_on, stopped.reason) == (True, "Wrong price list")


def test_both_reasons_stay_with_what_it_was_before_and_after(stopped: Switch) -> None:
    lift(stopped)
    page = said(client("admin").get(reverse("stops")))
    assert "Wrong price list Dustin Brinkmann. Sending: on → stopped" in page
    assert "The list is right again Dustin Brinkmann. Sending: stopped → on" in page
    assert page.index("The list is right again") < page.index("Wrong price list")


def test_the_log_holds_no_word_of_a_reason(stopped: Switch) -> None:
    lift(stopped)
    told = Event.objects.filter(subject_kind="switch").order_by("pk")
    assert [(row.data["before"], row.data["after"]) for row in told] == [
        ("off", "on"), ("on", "off"),
    ]  # fmt: skip
    reasons = [row.data["reason"] for row in told]
    assert [snapshots.get(key) for key in reasons] == [
        "Wrong price list", "The list is right again",
    ]  # fmt: skip


def test_what_was_told_before_reasons_were_kept_is_listed_too(stopped: Switch) -> None:
    events.append("switch.off", by="system", subject=stopped, scope="agent")
    page = said(client("admin").get(reverse("stops")))
    assert "Nobody said why. The system. Sending: stopped → on" in page


def test_twice_says_that_it_is_lifted(stopped: Switch) -> None:
    lift(stopped)
    answer = lift(stopped)
    assert answer.status_code == 409
    assert "lifted already" in text(answer)


def test_a_stop_of_another_teams_account_is_not_there() -> None:
    foreign = AccountFactory(owner=cast.outsider())
    row = switches.stop("account", str(foreign.pk), by="test", reason="x")
    assert lift(row).status_code == 404
    row.refresh_from_db()
    assert row.is_on
    assert lift(row, "admin").status_code == 302
    assert "Sending: stopped → on" not in said(client("manager").get(reverse("stops")))


@pytest.mark.parametrize("pk", [0, 2**63])
def test_one_that_is_not_there_is_404(pk: int) -> None:
    assert client("admin").post(reverse("stop_lift", args=[pk])).status_code == 404


def test_a_rep_lifts_nothing_and_a_link_neither(stopped: Switch) -> None:
    refuses(url(stopped), "rep")
    stopped.refresh_from_db()
    assert stopped.is_on
