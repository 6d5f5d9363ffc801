"""The kill switches: what is stopped, by whom, and nothing else."""

import pytest

from revenue import switches
from revenue.models import Event, Switch
from tests import factories

pytestmark = pytest.mark.django_db

CASES = [("all", ""), ("agent", "outreach"), ("class", "outreach.reply"), ("account", "7")]


@pytest.mark.parametrize(("scope", "key"), CASES)
def test_a_stop_holds_until_it_is_lifted(scope: str, key: str) -> None:
    by = factories.UserFactory()
    switches.stop(scope, key, by=by, reason="A complaint")
    found = switches.stopped_by("outreach", "outreach.reply", 7)
    assert (found.scope, found.by, found.reason) == (scope, f"user:{by.pk}", "A complaint")
    switches.lift(scope, key, by=by, reason="Settled")
    assert switches.stopped_by("outreach", "outreach.reply", 7) is None
    kinds = Event.objects.filter(subject_kind="switch").values_list("kind", flat=True)
    assert list(kinds) == ["switch.on", "switch.off"]


@pytest.mark.parametrize(("scope", "key"), CASES[1:])
def test_a_stop_is_only_for_what_it_names(scope: str, key: str) -> None:
    switches.stop(scope, key, by="system", reason="")
    assert switches.stopped_by("prospecting", "prospecting.brief", 8) is None


def test_twice_is_one_row() -> None:
    for reason in ("one", "two"):
        switches.stop("all", by="system", reason=reason)
    assert Switch.objects.get(scope="all").reason == "two"


def test_another_scope_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="all, agent, class, account"):
        switches.stop("team", "West", by="system", reason="")
