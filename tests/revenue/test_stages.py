"""Stages move along their graph, by one writer, with a row of history."""

import pytest

from revenue import stages
from revenue.models import Account, Event, Opportunity, StageChange
from tests import factories

pytestmark = pytest.mark.django_db

STEPS = [
    (graph, before, after)
    for graph in (stages.ACCOUNT, stages.OPPORTUNITY)
    for before in graph
    for after in graph
]


def subject(graph: object, stage: str) -> Account | Opportunity:
    if graph is stages.ACCOUNT:
        return factories.AccountFactory(stage=stage)
    won = stage == "won"
    return factories.OpportunityFactory(stage=stage, is_closed=won or stage == "lost", is_won=won)


@pytest.mark.parametrize(("graph", "before", "after"), STEPS)
def test_only_declared_steps_are_taken(graph: dict, before: str, after: str) -> None:
    row = subject(graph, before)
    if after in graph[before].to:
        stages.advance(row, after, by="system", reason="test")
    else:
        with pytest.raises(stages.StageError, match="Possible: "):
            stages.advance(row, after, by="system", reason="test")
        after = before
    row.refresh_from_db()
    assert row.stage == after
    if isinstance(row, Opportunity):
        assert row.is_closed == (stages.semantic(row) in ("won", "lost"))
        assert row.is_won == (after == "won")


def test_a_step_has_its_history_and_its_event() -> None:
    account = factories.AccountFactory()
    stages.advance(account, "contacted", by=account.owner, reason="A mail was sent.")
    change = StageChange.objects.get()
    assert (change.from_stage, change.to_stage, change.by, change.reason) == (
        "prospect", "contacted", f"user:{account.owner.pk}", "A mail was sent.",
    )  # fmt: skip
    assert Event.objects.get(kind="stage.changed").data == {
        "before": "prospect", "after": "contacted",
    }  # fmt: skip


def test_a_won_deal_keeps_its_day_and_an_open_one_has_none() -> None:
    deal = factories.OpportunityFactory(stage="engaging")
    stages.advance(deal, "won", by="system", reason="")
    assert Opportunity.objects.get().closed_on
    stages.advance(deal, "engaging", by="system", reason="")
    assert Opportunity.objects.get().closed_on is None


def test_the_row_is_read_fresh_so_that_a_stale_object_moves_nothing_twice() -> None:
    account = factories.AccountFactory()
    old = Account.objects.get()
    stages.advance(account, "engaged", by="system", reason="")
    with pytest.raises(stages.StageError):
        stages.advance(old, "engaged", by="system", reason="")


def test_an_unknown_stage_counts_as_on_hold_and_goes_nowhere() -> None:
    account = factories.AccountFactory(stage="dormant")
    assert (stages.semantic(account), stages.label(account)) == ("hold", "dormant")
    with pytest.raises(stages.StageError, match="none"):
        stages.advance(account, "engaged", by="system", reason="")


@pytest.mark.parametrize(
    "wrong",
    [
        [stages.Stage("a", "A", "open", ("b",))],
        [stages.Stage("a", "A", "maybe", ())],
        [stages.Stage("a", "A", "open", ()), stages.Stage("a", "A", "open", ())],
    ],
)
def test_a_graph_that_cannot_be_is_refused_at_import(wrong: list) -> None:
    with pytest.raises(ValueError, match="tage"):
        stages._graph(*wrong)
