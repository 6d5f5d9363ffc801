"""The page on which one says that one is away."""

import pytest

from tests.review.delegation.conftest import away
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db


def test_it_offers_the_colleagues_and_says_who_is_away(get, rep, colleague, manager) -> None:
    away(colleague, delegate=manager)
    page = text(get("delegation", rep.pk, by=rep))
    assert "The manager" in page
    assert "Max Manager, manager" in page
    assert "Cleo League, away until" in page


def test_what_is_planned_stands_in_the_form_in_ones_own_time(get, say, rep, manager) -> None:
    say("begin", rep, by=rep, starts_at="2100-06-01T09:00", ends_at="2100-06-02T09:00")
    page = text(get("delegation", rep.pk, by=rep))
    assert "Planned" in page
    assert 'value="2100-06-01T09:00"' in page


def test_it_says_for_whom_one_decides(get, rep, colleague) -> None:
    away(rep, delegate=colleague)
    page = text(get("delegation", colleague.pk, by=colleague))
    assert "You decide for" in page
    assert "Ada Rep" in page


def test_a_manager_opens_that_of_the_team(get, rep, outsider, manager) -> None:
    assert "Time away of Ada Rep" in text(get("delegation", rep.pk, by=manager))
    assert get("delegation", outsider.pk, by=manager).status_code == 404


def test_it_stands_in_the_menu(get, rep, admin) -> None:
    assert f"/away/{rep.pk}/" in text(get("desk", by=rep))
    assert "Time away" not in text(get("setup", by=admin))
