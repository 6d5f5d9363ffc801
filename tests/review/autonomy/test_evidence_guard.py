"""What a class leaves by is kept by the database itself: verdicts, and the changes of lanes."""

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from review import autonomy
from review.models import Lane, LaneChange, Verdict
from tests.factories import AccountFactory
from tests.review.accounts import cast
from tests.review.autonomy import scenes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]
SPOILING = {
    "another score": lambda: Verdict.objects.update(score=1, kind="unchanged"),
    "another reviewer": lambda: Verdict.objects.update(by=cast.manager()),
    "a verdict less": lambda: Verdict.objects.filter(number=1).delete(),
    "another reason": lambda: LaneChange.objects.update(reason="It was right."),
    "a change less": lambda: LaneChange.objects.all().delete(),
}


@pytest.fixture
def lane() -> Lane:
    scenes.reviewed(AccountFactory(owner=cast.rep()), "rejected")
    lane = Lane.objects.get()
    autonomy.settings(lane, by=cast.manager(), reason="Its mistakes are small.", target=0.92)
    return lane


@pytest.mark.parametrize("what", SPOILING)
def test_the_database_refuses(lane: Lane, what: str) -> None:
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        SPOILING[what]()


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["review_verdict", "review_lanechange"])
def test_nobody_empties_a_table(lane: Lane, table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            cursor.execute(f"TRUNCATE {table} CASCADE")


def test_invented_reviews_can_be_forgotten(lane: Lane) -> None:
    autonomy.forget(by=cast.admin())
    assert not Verdict.objects.exists()
    assert not LaneChange.objects.exists()


def test_an_account_of_the_demo_goes_with_its_verdicts(lane: Lane) -> None:
    account = Verdict.objects.get().account
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        account.delete()
    account.is_demo = True
    account.save()
    account.delete()
    assert not Verdict.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_emptying_the_whole_database_takes_them_along(lane: Lane) -> None:
    call_command("flush", interactive=False)
    assert not Verdict.objects.exists()
    lane = scenes.lane()
    assert lane.pk is None
