"""Set-up tells of a rule that the nightly look found broken; an admin says that they looked."""

import pytest
from django.urls import reverse

from revenue import clock
from review.models import Breach, Look
from tests.review.accounts import cast
from tests.review.setup.doors import client, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]
RULE = "Nobody was written to who had opted out."
BANNER = "A rule was broken."


@pytest.fixture
def breach() -> Breach:
    now = clock.now()
    rows = [
        Breach(law="nobody_suppressed_was_written_to", words=f"outboxmessage {number}",
               found_at=now, seen_at=now)
        for number in (1, 2)
    ]  # fmt: skip
    return Breach.objects.bulk_create(rows)[0]


def page(who: str) -> str:
    return text(client(who).get(reverse("setup")))


def settle(breach: Breach, who: str = "admin"):
    return client(who).post(reverse("breach_settle", args=[breach.pk]), follow=True)


def test_nothing_is_told_before_the_first_look() -> None:
    assert "nightly check" not in page("admin")


def test_a_look_that_found_nothing_is_told() -> None:
    Look.objects.create(pk=1, due_at=clock.now(), whole_at=clock.now())
    assert "found every rule kept" in page("admin")


def test_an_admin_and_a_manager_read_which_rule(breach: Breach) -> None:
    for who in ("admin", "manager"):
        said = page(who)
        assert BANNER in said
        assert RULE in said
        assert "Not so in 2 places" in said
        assert "outboxmessage" not in said
    assert "I looked into it" in page("admin")
    assert "I looked into it" not in page("manager")


def test_a_rep_reads_nothing_of_it(breach: Breach) -> None:
    assert BANNER not in page("rep")
    assert RULE not in page("rep")


def test_an_admin_looked_into_every_place(breach: Breach) -> None:
    assert "Noted." in text(settle(breach))
    assert set(Breach.objects.values_list("settled_by__username", flat=True)) == {
        cast.admin().username
    }
    assert BANNER not in page("admin")


def test_twice_says_the_same(breach: Breach) -> None:
    settle(breach)
    assert settle(breach).status_code == 200


def test_a_manager_does_not_say_so(breach: Breach) -> None:
    assert settle(breach, "manager").status_code == 403
    assert Breach.objects.filter(settled_at=None).count() == 2


def test_it_is_a_post(breach: Breach) -> None:
    assert client("admin").get(reverse("breach_settle", args=[breach.pk])).status_code == 405


def test_what_is_not_there_is_not_found() -> None:
    assert client("admin").post(reverse("breach_settle", args=[99])).status_code == 404
