"""The tables that other instructions of the router and the reader have to pass.

A scenario is a situation, or a mail, and the answers that are right there; the tables stand beside
the shipped instructions (`agents/prompts/*.json`). Each is asked as in earnest, by the version that
is to be published, and judged by the code that judges in earnest. What came of it is kept under a
mark of everything that the answers depend on, so that it speaks for no other version. Called by
`review.setup.rehearsing`, which pays.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from agents import configs, llm, packets
from agents.configs import SEEDS, Content
from agents.definitions.base import Packet
from agents.models import AgentConfig, Rehearsal
from agents.orchestration import reader, router
from revenue import clock, events, model_access, snapshots
from revenue.inbound import readings
from revenue.models import Activity, User

ALLOWED = ("prospecting", "outreach")
DAY = datetime(2026, 3, 2, 9, tzinfo=UTC)  # a Monday
USUAL: Packet = {
    "stage": "contacted", "stage_is": "open", "known_stage": True, "has_owner": True,
    "is_strategic": False, "writable_contacts": 2, "opted_out": False, "signals": [],
    "unknown_signal": False, "reply_class": "", "reply_layer": "", "reply_has_sender": False,
    "last_signal": 0, "reply": 0, "prospecting_deals": 0, "engaging_deals": 0, "deal_days": None,
    "has_conversation": False, "silent_days": None, "unanswered": False, "mails_sent": 0,
    "meeting_near": False, "handoff_to": "", "done_here": [], "question_open": False, "version": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Scenario:
    """`wanted` are the answers that are right: a verdict with its agent, or a class of replies."""

    name: str
    wanted: tuple[str, ...]
    facts: Packet
    text: str


@cache
def table(agent: str) -> tuple[Scenario, ...]:
    """Nothing for an agent of the team: its drafts are reviewed one by one."""
    if agent not in configs.OWN:
        return ()
    rows = json.loads((SEEDS / f"{agent}.json").read_text(encoding="utf-8"))
    return tuple(
        Scenario(row["name"], tuple(row["wanted"]), row.get("facts", {}), row.get("text", ""))
        for row in rows
    )


def calls(agent: str, content: Content) -> list[llm.Call]:
    """What is asked, one for each scenario."""
    config = AgentConfig(
        agent=agent, prompt=content.prompt, model=content.model,
        temperature=content.temperature, max_tokens=content.max_tokens,
    )  # fmt: skip
    call = packets.call_for(config, {}, output=configs.OWN[agent], repair=False)
    return [replace(call, packet=_packet(agent, one)) for one in table(agent)]


def _packet(agent: str, scenario: Scenario) -> Packet:
    if agent == configs.READER:
        return reader.packet_of(_mail(scenario))
    mandate = {"do": "React to what happened at the account."}
    today = DAY.date().isoformat()
    return router.packet_of(USUAL | scenario.facts, ALLOWED, today=today, mandate=mandate)


def _mail(scenario: Scenario) -> Activity:
    """A mail that nobody wrote; no word list has an opinion of it."""
    return Activity(pk=1, body=scenario.text, occurred_at=DAY, reply_class="unclassified")


def mark(agent: str, content: Content) -> str:
    """Of everything that the answers depend on."""
    access = model_access.current()
    own = configs.fingerprint(agent, replace(content, model=content.model or access.model))
    rows = [[one.name, one.wanted, one.facts, one.text] for one in table(agent)]
    return snapshots.digest(snapshots.canonical([own, access.source, access.url, rows]))


def last(agent: str, content: Content) -> Rehearsal | None:
    """What the scenarios said of just this the last time."""
    rows = Rehearsal.objects.filter(agent=agent, mark=mark(agent, content))
    return rows.order_by("-pk").first()


def obstacle(agent: str, content: Content) -> str:
    """Why this version may not run yet, in words; "" when it may."""
    if not table(agent):
        return ""
    found = last(agent, content)
    if found is None:
        return unwritten(agent, content) or "Its scenarios have not been asked yet."
    if found.failed:
        return f"{found.failed} of {len(found.results)} scenarios came out wrong."
    return ""


def unwritten(agent: str, content: Content) -> str:
    """Which of the parts that it has to have is missing, in words."""
    lacking = router.lacks(content.prompt) if agent == configs.ROUTER else []
    if not lacking:
        return ""
    return f"The router’s instructions have five parts. “{lacking[0]}” is missing or empty."


def record(
    agent: str, content: Content, answers: Iterable[llm.Answer], *, cost: Decimal, by: User
) -> Rehearsal:
    answers = list(answers)
    pairs = zip(table(agent), answers, strict=True)
    rows = [_result(agent, scenario, answer) for scenario, answer in pairs]
    row = Rehearsal.objects.create(
        agent=agent, mark=mark(agent, content), results=rows, model=answers[0].model, cost=cost,
        failed=sum(not one["met"] for one in rows), by=by, at=clock.now(),
    )  # fmt: skip
    events.append(
        "scenarios.asked", by=by, subject=row, agent=agent, asked=len(rows), failed=row.failed
    )
    return row


def _result(agent: str, scenario: Scenario, answer: llm.Answer) -> dict[str, Any]:
    said, why = _said(agent, scenario, answer)
    return {
        "name": scenario.name, "wanted": list(scenario.wanted), "said": said, "why": why,
        "met": said in scenario.wanted,
    }  # fmt: skip


def _said(agent: str, scenario: Scenario, answer: llm.Answer) -> tuple[str, str]:
    """As the orchestration would take it. An answer that cannot be used leaves it to a person, and
    shows nothing about the instructions: it meets no scenario."""
    if answer.value is None:
        return "", answer.error
    if agent == configs.ROUTER:
        choice = router.read(answer, ALLOWED)
        return f"{choice.verdict} {choice.agent}".strip(), choice.reason
    found = reader.reading(answer, _mail(scenario))
    sure = found.confidence >= readings.SURE_ENOUGH
    return found.label if sure else readings.UNREAD.label, ""
