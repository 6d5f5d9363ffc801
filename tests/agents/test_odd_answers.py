"""Whatever a model answers, in whatever envelope: a draft, a person's turn or a skip, and every
page that shows it can be read; never an error of our own. The databases refuse different things."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agents.envelope import Evidence
from agents.models import AgentRun, Draft, WakeUp
from agents.orchestration import engine
from revenue.models import User, Workspace
from review import tasks
from tests import factories, scripts
from tests.fakes import Reply, ScriptedModel, completion

pytestmark = pytest.mark.django_db

ACCOUNTS = 60
WORDS = [
    "\0", "\ud800", "\u202e\u200b", "²", "9" * 25, "contact:²", "contact:" + "9" * 20, "fact:-1",
    "opportunity:٣", "opportunity:²", "activity:" + "9" * 30, "<script>x</script>", "\r\nBcc: x",
    "=?utf-8?q?=0ABcc:_x?=", "{{first_name}}", "x" * 300, "", " ", "2025-02-31", "9999-12-31",
    "0001-01-01T00:00:00+23:59", "account:1", "%s %(x)s {found}",
]  # fmt: skip
VALUES: list[Any] = [10**18, -1, 1e300, True, None, [], {}, ["\0"], *WORDS]
CITED = Evidence(
    claim="A deal", source_type="opportunity", source_id="opportunity:1", quote="GTX", as_of=None
)


def mutated(answer: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The answer with some of its values, at any depth, replaced by odd ones: mostly words by
    words, since what has another type is refused at the door."""
    for _ in range(4):
        holder, place = dice.choice(list(_places(answer)))
        words = isinstance(holder[place], str) and place not in ("decision", "output_class")
        holder[place] = dice.choice(WORDS if words else VALUES)
    return answer


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    """(holder, key) of every value inside; of ten that are not words, one."""
    pairs = list(node.items() if isinstance(node, dict) else enumerate(node))
    for number, (key, value) in enumerate(pairs):
        if isinstance(value, str) or number % 10 == 0:
            yield node, key
        if isinstance(value, dict | list):
            yield from _places(value)


@pytest.fixture
def rep(workspace: Workspace) -> User:
    return factories.UserFactory(username="rep")


@pytest.fixture
def readable(rep: User) -> Callable[[], None]:
    """Every page on which a rep meets what the model said."""

    def look() -> None:
        browser = Client(raise_request_exception=False)
        browser.force_login(rep)
        paths = [reverse("desk"), reverse("ring"), reverse("accounts")]
        paths += [reverse("account", args=[one.pk]) for one in rep.accounts.all()]
        found = {path: browser.get(path).status_code for path in paths}
        assert {path: status for path, status in found.items() if status != 200} == {}

    return look


def no_error_of_our_own() -> None:
    assert list(WakeUp.objects.exclude(error="").values_list("error", flat=True)) == []
    assert not AgentRun.objects.filter(state="running").exists()


@pytest.mark.parametrize("agent", ["prospecting", "outreach"])
def test_any_value_in_an_answer_is_taken_refused_or_shown(
    agent: str, rep: User, readable: Callable[[], None], scripted_model: ScriptedModel, seed: int
) -> None:
    dice = random.Random(seed)
    honest = {"ProspectingOutput": scripts.prospecting, "OutreachOutput": scripts.outreach}
    for output, script in honest.items():
        scripted_model.on(output, script)
    accounts = [factories.prospect(owner=rep).pk for _ in range(ACCOUNTS)]
    if agent == "outreach":
        engine.step_many(accounts)

    def odd(packet: dict[str, Any]) -> Reply:
        output = honest[f"{agent.capitalize()}Output"](packet, evidence=[CITED])
        return Reply(json.dumps(mutated(output.model_dump(), dice)))

    scripted_model.on(f"{agent.capitalize()}Output", odd)
    engine.step_many(accounts)
    tasks.route_due()
    no_error_of_our_own()
    assert AgentRun.objects.filter(agent=agent).values("result").distinct().count() > 1
    readable()


@pytest.mark.parametrize(
    ("change", "tokens"),
    [
        ({"model": "a\0b"}, 100),
        ({"model": "x" * 5000}, 100),
        ({"model": "\u202egpt"}, 100),
        ({"usage": {"prompt_tokens": -5, "completion_tokens": -5}}, 0),
        ({"usage": {"prompt_tokens": 10**15, "completion_tokens": 10**15}}, 1_000_000_000),
        ({"usage": None}, 0),
        ({"model": None}, 100),
    ],
)
def test_what_an_endpoint_says_beside_the_answer_can_be_stored(
    change: dict[str, Any], tokens: int, rep: User, readable: Callable[[], None],
    scripted_model: ScriptedModel,
) -> None:  # fmt: skip
    account = factories.prospect(owner=rep)
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    engine.step(account)
    scripted_model.on(
        "OutreachOutput",
        lambda packet: Reply(body=json.dumps(completion(Reply(scripts.outreach(packet))) | change)),
    )
    assert engine.step(account).verdict == "run"
    tasks.route_due()
    no_error_of_our_own()
    assert Draft.objects.count() == 1
    assert AgentRun.objects.get(agent="outreach").prompt_tokens == tokens
    readable()
