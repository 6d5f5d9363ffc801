"""The list of the agents, and the page of one: what each runs with, may do and costs."""

from decimal import Decimal

import pytest
from django.urls import reverse

from agents import budget, configs
from agents.models import Spend
from revenue import transactions
from tests.review.accounts import cast
from tests.review.agents.pages import latest, published
from tests.review.setup.doors import client, text

pytestmark = pytest.mark.django_db


def look(who: str = "admin", agent: str = "") -> str:
    answer = client(who).get(reverse("agent", args=[agent]) if agent else reverse("agents"))
    assert answer.status_code == 200
    return text(answer)


def test_the_list_names_everybody_with_version_model_and_classes() -> None:
    said = look()
    for words in ("Prospecting", "Outreach", "Router", "Reader", "offline-writer",
                  "always reviewed", "at best one in four checked",
                  "at best one in twenty checked"):  # fmt: skip
        assert words in said


def test_it_says_what_was_spent_today_of_how_much() -> None:
    configs.publish("outreach", prompt="Write.", by="system", budget=Decimal("2.50"))
    with transactions.atomic():
        budget.reserve("outreach", 1, Decimal("0.25"))
    assert "$0.25 of $2.50" in look()
    assert "$0.25 of $2.50" in look(agent="outreach")


def test_less_than_a_cent_is_not_nothing() -> None:
    with transactions.atomic():
        budget.reserve("prospecting", 1, Decimal("0.0012"))
    assert "$0.0012" in look()
    assert Spend.objects.filter(scope="agent:prospecting").exists()


def test_a_page_lists_its_versions_with_author_and_note() -> None:
    published()
    said = look(agent="outreach")
    assert "Plain words." in said
    assert str(cast.other_admin()) in said
    assert "As shipped." in said


def test_a_manager_reads_and_has_no_form() -> None:
    said = look("manager", "outreach")
    assert latest().prompt.split("\n")[0] in said
    assert "The next version" not in said


@pytest.mark.parametrize("agent", ["router", "reader"])
def test_the_orchestrations_own_have_scenarios_and_neither_switch_nor_try(agent: str) -> None:
    said = look(agent=agent)
    assert "The next version" in said
    assert "Always on" in said
    assert "Ask all 13" in said
    assert "Try it" not in said
    assert "Take it away" not in said


def test_the_model_that_answers_is_named_and_whether_it_has_a_price(settings) -> None:
    assert "reads no instructions" in look(agent="outreach")
    settings.OPENAI_API_KEY, settings.OPENAI_MODEL = "sk-x", "unheard-of"
    said = look(agent="outreach")
    assert "reads no instructions" not in said
    assert "No price is known for “unheard-of”." in said
    assert "No price" in look()
    configs.publish("outreach", prompt="Write.", by="system", model="gpt-5")
    assert "No price" not in look(agent="outreach")


def test_a_rep_has_no_business_here() -> None:
    for path in (reverse("agents"), reverse("agent", args=["outreach"])):
        assert client("rep").get(path).status_code == 403
    assert client("admin").get(reverse("agent", args=["nobody"])).status_code == 404


def test_the_pages_cost_few_queries(django_assert_max_num_queries) -> None:
    admin = client("admin")
    published()
    with django_assert_max_num_queries(16):
        admin.get(reverse("agents"))
    with django_assert_max_num_queries(20):
        admin.get(reverse("agent", args=["outreach"]))
    with django_assert_max_num_queries(20):
        admin.get(reverse("agent", args=["router"]))
