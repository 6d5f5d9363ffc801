"""A try on a real account: the way of a run, without its effect, in the log and on the bill."""

from decimal import Decimal

import pytest
from django.urls import reverse

from agents.models import AgentRun, Draft, Handoff, RoutingRule, Spend
from revenue.models import Account, Event, Fact, Lease, Snapshot
from review.models import ReviewItem
from review.setup import patience
from tests.factories import prospect
from tests.fakes import Reply, ScriptedModel
from tests.review.accounts import cast
from tests.review.agents.pages import latest, press, typed
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
MODELS = (AgentRun, Draft, Handoff, Fact, Lease, Snapshot, ReviewItem)


@pytest.fixture
def account(workspace) -> Account:
    return prospect(owner=cast.rep(), name="Brookfield")


def task(words: str) -> int:
    return RoutingRule.objects.get(mandate__do__startswith=words).pk


def wish(account: Account, words: str = "Follow up the open deal", **more):
    return typed(note="", account=account.name, rule=task(words)) | more


def counts() -> list[int]:
    return [model.objects.count() for model in MODELS]


def log_of(account: Account) -> list[str]:
    rows = Event.objects.filter(chain=f"account:{account.pk}", kind__startswith="try.")
    return list(rows.order_by("seq").values_list("kind", flat=True))


def test_the_mail_that_it_would_have_written_is_shown(account: Account) -> None:
    answer = press("try", wish(account))
    said = text(answer)
    assert answer.status_code == 200
    assert "It would have written this mail." in said
    assert account.contacts.get().first_name in said
    assert "The account’s page says that you tried it." in said
    assert "tokens read" in said
    assert "It cost nothing." in said


def test_nothing_is_written_but_the_log(account: Account) -> None:
    before, version = counts(), account.context_version
    press("try", wish(account))
    account.refresh_from_db()
    assert (counts(), account.context_version) == (before, version)
    assert log_of(account) == ["try.started", "try.ended"]
    assert latest().version == 1


def test_whoever_works_the_account_sees_it(account: Account) -> None:
    press("try", wish(account))
    said = text(client("rep").get(reverse("account", args=[account.pk])))
    assert str(cast.admin()) in said
    assert "tried a version of Outreach here, without effect" in said


def test_a_handoff_is_shown_and_not_written(account: Account) -> None:
    answer = press("try", wish(account, "Choose whom to write to", classes=[]), agent="prospecting")
    assert "It would have handed over" in text(answer)
    assert Handoff.objects.count() == 0


def test_the_words_that_stand_in_the_form_are_tried(
    account: Account, scripted_model: ScriptedModel
) -> None:
    scripted_model.on("OutreachOutput", "no JSON at all")
    answer = press("try", wish(account, prompt="Write like a pirate.", temperature="1.5"))
    assert scripted_model.asked[0].system == "Write like a pirate."
    assert scripted_model.asked[0].body["temperature"] == 1.5
    assert "No usable answer" in text(answer)
    assert log_of(account) == ["try.started", "try.ended"]


def test_it_is_paid_like_a_run(account: Account, scripted_model: ScriptedModel, settings) -> None:
    settings.OPENAI_API_KEY = "sk-x"
    settings.MODEL_PRICES = {settings.OPENAI_MODEL: [10, 10, 10], "scripted": [10, 10, 10]}
    scripted_model.on("OutreachOutput", "{}")
    answer = press("try", wish(account))
    assert "It cost $0.0024." in text(answer)  # asked, and asked again
    for scope in ("all", "agent:outreach", f"account:{account.pk}"):
        row = Spend.objects.get(scope=scope)
        assert (row.reserved, row.settled) == (0, Decimal("0.0024"))


def test_a_spent_budget_refuses_and_nothing_is_asked_or_logged(
    account: Account, scripted_model: ScriptedModel, settings
) -> None:
    settings.OPENAI_API_KEY = "sk-x"
    settings.MODEL_PRICES = {settings.OPENAI_MODEL: [10, 10, 10]}
    settings.MODEL_BUDGET_PER_ACCOUNT_DAY = 0
    answer = press("try", wish(account))
    assert answer.status_code == 422
    assert "budget for this account is spent" in text(answer)
    assert (scripted_model.asked, log_of(account)) == ([], [])


def test_a_model_that_never_answers_is_given_up_and_paid(
    account: Account, scripted_model: ScriptedModel, monkeypatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", 0.1)
    scripted_model.on("OutreachOutput", Reply("{}", delay=0.5))
    answer = press("try", wish(account))
    assert answer.status_code == 200
    assert "did not answer within 0.1 seconds" in text(answer)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"account": "Nowhere"}, "There is no account “Nowhere”."),
        ({"account": ""}, "Name the account to try it on."),
        ({"rule": "0"}, "Choose a task from the list."),
        ({"rule": "x"}, "Choose a task from the list."),
        ({"temperature": "9"}, "from 0 to 2"),
    ],
)
def test_what_does_not_fit_is_said_at_its_field(account: Account, change, words) -> None:
    answer = press("try", wish(account) | change)
    assert answer.status_code == 422
    assert words in text(answer)
    assert "Be brief." in text(answer)
    assert log_of(account) == []


def test_a_task_needs_what_it_is_about(account: Account) -> None:
    answer = press("try", wish(account, "Answer this reply"))
    assert "has answered yet" in text(answer)
    rule = RoutingRule.objects.get(name="handoff").pk
    answer = press("try", wish(account, rule=rule))
    assert "was never handed over to Outreach" in text(answer)
    assert log_of(account) == []


def test_two_accounts_of_one_name_are_told(account: Account) -> None:
    prospect(name="brookfield")
    assert "Several accounts are called" in text(press("try", wish(account)))


def test_twice_is_two_tries(account: Account) -> None:
    press("try", wish(account))
    press("try", wish(account))
    assert len(log_of(account)) == 4


def test_only_an_admin_and_only_by_post(account: Account) -> None:
    refuses(reverse("agent_try", args=["outreach"]), "rep", "manager")
    assert press("try", wish(account), agent="router").status_code == 404
