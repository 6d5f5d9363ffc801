"""What a card answers: the handoff, or the decision that sent the agent, in at most five lines."""

from dataclasses import dataclass
from typing import Any

from agents.definitions import registry
from agents.models import HUMAN, Draft, Handoff, RoutingDecision
from review.cards.wording import listed

LINES = 5
Line = tuple[str, str]


@dataclass(frozen=True)
class Brief:
    """`rest` is what the five lines leave out."""

    title: str
    lines: list[Line]
    rest: list[Line]


def of_draft(draft: Draft) -> Brief | None:
    agent = registry.label(draft.agent)
    handoff, decision = _behind(draft)
    if handoff:
        return _brief(_handed(handoff), [*_package(handoff), *_own(draft)])
    lines = [*_decided(decision), *_own(draft)]
    return _brief(f"Why {agent} writes", lines)


def _behind(draft: Draft) -> tuple[Handoff | None, RoutingDecision | None]:
    """What led to it. A practice draft brings along what led to the mail that it is made of."""
    if draft.is_planted and "behind" in draft.fields:
        brought = draft.fields["behind"]
        handoff, decision = brought.get("handoff"), brought.get("decision")
        return handoff and Handoff(**handoff), decision and RoutingDecision(**decision)
    return draft.handoff, draft.run.decision if draft.run else None


def of_handoff(handoff: Handoff) -> Brief | None:
    """What whoever goes on needs to know, without a draft that says it."""
    return _brief(_handed(handoff), _package(handoff))


def _brief(title: str, lines: list[Line]) -> Brief | None:
    said = [line for line in lines if line[1]]
    return Brief(title, said[:LINES], said[LINES:]) if said else None


def _handed(handoff: Handoff) -> str:
    if handoff.from_agent == HUMAN:
        return "Handed back by a colleague"
    return f"Handoff from {registry.label(handoff.from_agent)}"


def _package(handoff: Handoff) -> list[Line]:
    said, mandate = handoff.context, handoff.mandate
    contact = said.get("contact") or {}
    landed = listed(said.get("engagement")) or listed(said.get("response"))
    return [
        ("Do", listed(mandate.get("do"))),
        ("With", _with(contact)),
        ("Why now", listed(said.get("why"))),
        ("Landed", landed),
        ("Objections", listed(said.get("objections"))),
        ("Judgement", listed(said.get("assessment"))),
        ("Stop if", listed(mandate.get("stop_when"))),
        ("Questions", listed(said.get("questions"))),
        ("Done when", listed(mandate.get("success_criteria"))),
        ("Ask if", listed(mandate.get("escalate_if"))),
    ]


def _with(contact: dict[str, Any]) -> str:
    name = f"{contact.get('first_name', '')} {contact.get('last_name', '')}".strip()
    return ", ".join(part for part in (name, contact.get("buying_role") or "") if part)


def _decided(decision: RoutingDecision | None) -> list[Line]:
    if decision is None:
        return []
    return [("Do", listed(decision.mandate.get("do"))), ("Why now", decision.reason)]


def _own(draft: Draft) -> list[Line]:
    """What the writer itself says of its draft."""
    fields = draft.fields or {}
    return [
        ("Angle", listed(fields.get("angle"))),
        ("Asks", listed(fields.get("cta"))),
        ("In short", draft.rationale),
        ("Flags", listed([flag.replace("_", " ") for flag in draft.risk_flags])),
    ]
