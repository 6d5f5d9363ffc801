"""Once a night, a part at a time, every invariant is asked; what does not hold is kept and told."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from revenue import clock as clocks
from revenue import outside
from revenue.models import Event, User, Workspace
from review import dispatch, tasks
from review.audit import LAWS, nightly, slices
from review.models import Breach, Look, OutboxMessage
from tests.factories import AccountFactory, UserFactory
from tests.races import verbs
from tests.smtp import Sink

pytestmark = pytest.mark.django_db
EVENING = datetime(2027, 3, 1, 20, tzinfo=UTC)


@pytest.fixture
def sent(workspace: Workspace, smtp: Sink, clock: Any) -> OutboxMessage:
    clock.at(EVENING)
    message = verbs.queued().message
    dispatch.send(message.pk)
    message.refresh_from_db()
    nightly.go_on(seconds=9)  # from now on it is known when it is due
    return message


def night(clock: Any) -> int:
    """The next one, until the look is through."""
    clock.at(Look.objects.get().due_at)
    return nightly.go_on(seconds=60)


def changed(message: OutboxMessage, **values: object) -> None:
    OutboxMessage.objects.filter(pk=message.pk).update(**values)


def told() -> list[str]:
    return [row.words for row in Breach.objects.order_by("pk")]


def test_it_waits_for_the_night_of_the_company(sent: OutboxMessage, clock: Any) -> None:
    assert nightly.go_on(seconds=9) == 0
    assert Look.objects.get().due_at == datetime(2027, 3, 2, 3, tzinfo=UTC)
    Workspace.objects.update(time_zone="Asia/Tokyo")
    assert night(clock) >= len(LAWS)
    assert Look.objects.get().due_at == datetime(2027, 3, 2, 18, tzinfo=UTC)


def test_a_whole_desk_breaks_nothing(sent: OutboxMessage, clock: Any) -> None:
    night(clock)
    assert told() == []
    assert nightly.last_whole() == Look.objects.get().whole_at
    assert nightly.broken() == []


def test_what_is_broken_is_told_until_it_holds(sent: OutboxMessage, clock: Any) -> None:
    account = AccountFactory(stage="engaged")
    night(clock)
    assert f"account {account.pk}: nobody will ever look at this account again" in told()
    first = Breach.objects.get(law="nobody_is_stuck")
    night(clock)
    again = Breach.objects.get(law="nobody_is_stuck")
    assert (again.pk, again.found_at) == (first.pk, first.found_at)
    assert again.seen_at > first.seen_at
    account.delete()
    night(clock)
    assert not Breach.objects.filter(law="nobody_is_stuck").exists()


def test_what_cannot_be_mended_is_told_until_somebody_looked(
    sent: OutboxMessage, clock: Any
) -> None:
    changed(sent, recipient="somebody@else.example")
    night(clock)
    [one] = nightly.broken()
    assert (one.words, one.places) == (
        "What left is what was approved, and went to whom it was for.", 1,
    )  # fmt: skip
    night(clock)
    assert len(nightly.broken()) == 1
    admin = UserFactory(username="admin", role="admin")
    assert nightly.settle("sent_as_approved", by=admin) == 1
    assert nightly.broken() == []
    assert Event.objects.get(kind="breach.settled").data == {"law": "sent_as_approved", "places": 1}
    assert nightly.settle("sent_as_approved", by=admin) == 0
    night(clock)
    assert nightly.broken() == []


def test_nobody_but_an_admin_says_that_they_looked(sent: OutboxMessage) -> None:
    with pytest.raises(PermissionError):
        nightly.settle("sent_as_approved", by=User.objects.get(username="manager"))


def test_what_can_no_longer_change_is_not_asked_again(
    sent: OutboxMessage, clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(nightly, "ON_THEIR_WAY", 0)
    night(clock)
    assert Look.objects.get().marks["sent_as_approved"] == sent.pk
    changed(sent, recipient="somebody@else.example")
    night(clock)
    assert told() == []


def test_what_waits_to_leave_is_asked_once_it_left(
    sent: OutboxMessage, clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(nightly, "ON_THEIR_WAY", 0)
    waits = verbs.queued().message
    later = verbs.queued().message
    dispatch.send(later.pk)
    night(clock)
    assert Look.objects.get().marks["sent_as_approved"] < waits.pk
    changed(waits, state="sent", recipient="somebody@else.example", claimed_at=clock.now())
    night(clock)
    assert [row.law for row in Breach.objects.filter(law="sent_as_approved")] != []


def test_a_night_ends_and_the_next_goes_on(
    sent: OutboxMessage, clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(nightly, "MOST", 3)
    assert night(clock) == 3
    row = Look.objects.get()
    assert (row.law, row.whole_at) == (LAWS[3].name, None)
    assert row.due_at > clocks.now()
    assert night(clock) == 3
    assert Look.objects.get().law == LAWS[6].name


def test_a_look_ends_in_time_and_goes_on_behind_the_same_row(
    sent: OutboxMessage, clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(nightly, "PART", 1)
    monkeypatch.setattr(slices, "AT_ONCE", 1)
    clock.at(Look.objects.get().due_at)
    parts = 0
    while Look.objects.get().due_at <= clocks.now():
        done = nightly.go_on(seconds=0.000001)
        assert done <= 1
        parts += done
    assert parts > len(LAWS)
    assert told() == []


def test_two_do_not_look_at_once(sent: OutboxMessage, clock: Any) -> None:
    clock.at(Look.objects.get().due_at)
    Look.objects.update(held_until=clocks.now() + timedelta(minutes=1))
    assert nightly.go_on(seconds=9) == 0
    clock.travel(minutes=2)
    assert nightly.go_on(seconds=9) > 0


def test_a_law_that_cannot_be_asked_is_told_and_stops_no_other(
    sent: OutboxMessage, clock: Any, monkeypatch: Any
) -> None:
    def fails(rows: list[Any]) -> Any:
        raise ValueError("no")

    law = nightly.BY_NAME["replay_reviewitem"]
    other = slices.Law(law.name, law.words, law.rows, fails)
    with monkeypatch.context() as for_now:
        for_now.setitem(nightly.BY_NAME, law.name, other)
        night(clock)
    assert told() == [nightly.FAILED]
    night(clock)
    assert told() == []


def test_one_rule_tells_of_so_many_places_only(
    sent: OutboxMessage, clock: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(nightly, "KEPT", 2)
    for _ in range(3):
        AccountFactory(stage="engaged")
    night(clock)
    [one] = [row for row in nightly.broken() if row.words == "No account is forgotten."]
    assert (one.places, one.is_capped) == (2, True)


def test_the_tick_looks_and_a_simulated_world_does_not(sent: OutboxMessage, clock: Any) -> None:
    clock.at(Look.objects.get().due_at)
    tasks.tick(compare=False)
    assert Look.objects.get().law == ""
    tasks.tick()
    assert Look.objects.get().law or Look.objects.get().whole_at


def test_a_night_costs_what_is_new(
    sent: OutboxMessage, clock: Any, django_assert_max_num_queries: Any
) -> None:
    night(clock)
    clock.at(Look.objects.get().due_at)
    with django_assert_max_num_queries(400):
        nightly.go_on(seconds=60)


# --- now ------------------------------------------------------------------------------------------


def test_the_command_asks_everything_now(sent: OutboxMessage) -> None:
    out = StringIO()
    call_command("check_invariants", stdout=out)
    assert out.getvalue() == f"All of {len(LAWS)} rules hold.\n"
    changed(sent, recipient="somebody@else.example")
    err = StringIO()
    with pytest.raises(CommandError, match="1 places"):
        call_command("check_invariants", stdout=out, stderr=err)
    assert f"But outboxmessage {sent.pk}: it went to somebody else" in err.getvalue()


def test_the_command_names_what_the_nights_found(sent: OutboxMessage, clock: Any) -> None:
    changed(sent, recipient="somebody@else.example")
    out = StringIO()
    call_command("check_invariants", "--found", stdout=out)
    assert out.getvalue() == "The nightly looks found nothing.\n"
    night(clock)
    call_command("check_invariants", "--found", stdout=out)
    assert f"sent_as_approved: outboxmessage {sent.pk}: it went to" in out.getvalue()


def test_every_law_has_a_name_and_a_sentence_of_its_own() -> None:
    assert len({law.name for law in LAWS}) == len({law.words for law in LAWS}) == len(LAWS)
    assert all(law.words.endswith(".") for law in LAWS)
    assert outside.simulated() is None
