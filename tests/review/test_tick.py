"""The tick: how often it looks at every open item, and what one fault keeps from being done."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection

from revenue import transactions
from revenue.clock import now
from review import decisions, tasks
from review.management.commands.tick import pause
from review.models import OutboxMessage, ReviewItem
from tests.review.accounts import cast
from tests.review.outbox import mails


@pytest.mark.parametrize(("took", "seconds"), [(0.003, 1), (0.1, 1), (0.3, 3), (1, 10), (60, 10)])
def test_looking_takes_no_more_than_a_tenth_of_the_time(took: float, seconds: float) -> None:
    assert pause(took) == pytest.approx(seconds)


@pytest.mark.django_db
@pytest.mark.usefixtures("workspace")
def test_an_item_that_cannot_be_moved_keeps_no_other_waiting(clock: Any, smtp: Any) -> None:
    rep = cast.rep()
    stuck, other = (cast.item_at(cast.account_of(rep)) for _ in range(2))
    for item in (stuck, other):
        decisions.snooze(item, by=rep, revision=item.revision, until=now() + timedelta(hours=2))
    message = mails.queued(cast.account_of(rep))
    clock.travel(hours=3)
    refuse_to_move(stuck)
    with pytest.raises(DatabaseError, match="no way"):
        tasks.tick()
    states = dict(ReviewItem.objects.values_list("pk", "state"))
    assert (states[stuck.pk], states[other.pk]) == ("snoozed", "pending")
    assert OutboxMessage.objects.get(pk=message.pk).state == "sent"


def refuse_to_move(item: ReviewItem) -> None:
    """A fault of the database at this row."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "CREATE TRIGGER stuck BEFORE UPDATE ON review_reviewitem"
                f" WHEN NEW.id = {item.pk} BEGIN SELECT RAISE(ABORT, 'no way'); END"
            )
            return
        cursor.execute(
            "CREATE FUNCTION no_way() RETURNS trigger LANGUAGE plpgsql"
            " AS $$ BEGIN RAISE EXCEPTION 'no way'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER stuck BEFORE UPDATE ON review_reviewitem"
            f" FOR EACH ROW WHEN (NEW.id = {item.pk}) EXECUTE FUNCTION no_way()"
        )


def test_what_failed_is_raised_once_all_had_their_turn() -> None:
    done: list[int] = []

    def act(number: int) -> int:
        done.append(1 // number)
        return number

    with pytest.raises(ZeroDivisionError):
        transactions.apart(act, [1, 0, 2])
    assert done == [1, 0]
    with pytest.raises(ExceptionGroup, match="2 of 3 failed"):
        transactions.apart(act, [0, 3, 0])
    assert transactions.apart(act, [1, 4]) == [1, 4]


def test_a_part_that_fails_stops_no_other() -> None:
    done: list[str] = []

    def first() -> int:
        raise ValueError("no way")

    def second() -> int:
        done.append("second")
        return 2

    with pytest.raises(ValueError, match="no way"):
        transactions.every(first, second)
    assert done == ["second"]
    assert transactions.every(second, second) == 4
