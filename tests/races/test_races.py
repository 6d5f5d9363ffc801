"""Every two verbs that can meet on one account are let go at the same moment, on PostgreSQL."""

import os

import pytest

from tests import scripts
from tests.fakes import ScriptedModel
from tests.races import laws, verbs

# Each pair is let go once; once more is by chance the same again, and a soak's to find out.
ROUNDS = int(os.environ.get("RACES_PER_PAIR", "1"))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", verbs.MEETS)
def test_any_two_verbs_leave_one_winner_and_a_whole_account(
    state: str, scripted_model: ScriptedModel, workspace: object
) -> None:
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    scripted_model.on("OutreachOutput", scripts.outreach)
    scripted_model.on("ReplyOutput", scripts.read)
    scripted_model.on("RouterOutput", scripts.router("outreach"))
    found = []
    for where, one, other in verbs.pairs():
        if where != state:
            continue
        for _ in range(ROUNDS):
            here = verbs.STATES[state]()
            said = verbs.race(here, one, other)
            wrong = laws.broken(here.account) + [repr(bad[1]) for bad in said if bad[0] == "error"]
            found += [f"{one.__name__} and {other.__name__}: {words}" for words in wrong]
    assert found == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (verbs.approve, verbs.approve_by_manager),
        (verbs.approve, verbs.reject),
        (verbs.approve_edited, verbs.reject),
        (verbs.approve_edited, verbs.approve_by_manager),
    ],
)
def test_of_two_decisions_one_wins_and_the_loser_is_told_who(
    one: verbs.Verb, other: verbs.Verb, workspace: object
) -> None:
    for _ in range(max(3, ROUNDS)):
        here = verbs.pending()
        outcomes = verbs.race(here, one, other)
        kinds = sorted(outcome[0] for outcome in outcomes)
        assert kinds == ["done", "told"], outcomes
        words = next(outcome[1] for outcome in outcomes if outcome[0] == "told")
        assert str(here.rep) in words or str(here.manager) in words


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "other",
    [verbs.approve, verbs.approve_edited, verbs.snooze, verbs.write, verbs.call, verbs.opt_out,
     verbs.take_over, verbs.human_mail],
)  # fmt: skip
def test_whoever_writes_themselves_and_whoever_approves_send_one_mail(
    other: verbs.Verb, workspace: object
) -> None:
    for _ in range(3):
        here = verbs.pending()
        outcomes = verbs.race(here, verbs.write, other)
        assert "error" not in {outcome[0] for outcome in outcomes}, outcomes
        assert laws.broken(here.account) == []
        agents = here.account.outbox.exclude(draft__agent="human").exclude(state="cancelled")
        assert not agents.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_deal_is_won_or_lost_and_the_second_reads_who_was_first(workspace: object) -> None:
    for _ in range(3):
        here = verbs.scene()
        outcomes = verbs.race(here, verbs.win, verbs.lose)
        assert sorted(outcome[0] for outcome in outcomes) == ["done", "told"], outcomes
        assert here.account.stage_changes.exclude(opportunity=None).count() == 1
        assert laws.always_broken(here.account) == []
