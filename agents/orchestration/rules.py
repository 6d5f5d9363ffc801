"""The rules table: condition → what is allowed. The first active rule that holds decides.

Shipped rules are seeded at `migrate`; the rows win from then on. Order, as shipped:
 1 hard stops: opted out, nobody to write to, a person's question open
 2 always a person: no owner, strategic, unknown signal or stage, objections, legal words
 3 answers: out of office waits, a reply goes to outreach
 4 handoffs go to their receiver
 5 signals at an account with deals: prospecting or outreach, the router chooses
 6 a deal in stage Prospecting and no conversation: prospecting
 7 an open deal gone silent: outreach
Nothing holds → nothing to do.
"""

from dataclasses import dataclass, field
from typing import Any

from agents.models import RoutingRule
from agents.orchestration import conditions
from agents.orchestration.situation import Situation
from revenue import snapshots

OBJECTIONS = ["objection", "referral", "wrong_person", "left_company", "not_interested"]
NEWS = ["page_visit", "form", "intent", "news", "firmographic_change", "usage"]
SILENT_DAYS = 14
MOST_MAILS = 4


@dataclass(frozen=True)
class Outcome:
    """`inputs` is the hash of what the rule depends on."""

    verdict: str
    words: str
    rule: str = ""
    agents: tuple[str, ...] = ()
    mandate: dict[str, Any] = field(default_factory=dict)
    inputs: str = ""


NOTHING = Outcome("none", "Nothing new, and no deal that waits for somebody.")


def decide(situation: Situation, *, active: set[str]) -> Outcome:
    """The first rule that holds, narrowed to the agents that are switched on."""
    for rule in RoutingRule.objects.filter(is_active=True):
        try:
            if not conditions.holds(rule.when, situation.facts):
                continue
        except conditions.ConditionError as error:
            words = f"The rule “{rule.name}” cannot be read: {error} An admin should mend it."
            return Outcome("escalate", words, rule.name, inputs=snapshots.digest(words))
        return _outcome(rule, situation, active)
    return NOTHING


def _outcome(rule: RoutingRule, situation: Situation, active: set[str]) -> Outcome:
    agents = tuple(agent for agent in _receivers(rule, situation) if agent in active)
    inputs = _inputs(rule, situation)
    words = _words(rule, situation)
    if rule.verdict == "run" and not agents:
        words = f"{words} No agent that is switched on may do this, so a person is asked."
        return Outcome("escalate", words, rule.name, inputs=inputs)
    return Outcome(rule.verdict, words, rule.name, agents, dict(rule.mandate), inputs)


def _receivers(rule: RoutingRule, situation: Situation) -> list[str]:
    """A rule names its agents, or "receiver": whom the open handoff is addressed to."""
    if rule.agents != ["receiver"]:
        return rule.agents
    return [situation.handoff.to_agent] if situation.handoff else []


def _inputs(rule: RoutingRule, situation: Situation) -> str:
    names = sorted(conditions.attributes(rule.when) | {"last_signal"})
    seen = {name: situation.facts.get(name) for name in names}
    return snapshots.digest(snapshots.canonical([rule.name, seen]))


def _words(rule: RoutingRule, situation: Situation) -> str:
    """The rule's own words with what is there filled in; no other field is known."""
    known = {
        "account": situation.account.name,
        "signals": ", ".join(situation.facts["signals"]).replace("_", " ") or "nothing new",
        "reply_class": str(situation.facts["reply_class"]).replace("_", " "),
        "silent_days": _days(situation.facts["silent_days"]),
        "deal_days": _days(situation.facts["deal_days"]),
    }
    words = rule.words
    for name, value in known.items():
        words = words.replace("{" + name + "}", value)
    return words


def _days(value: int | None) -> str:
    return "some time" if value is None else f"{value} days"


def _is(attr: str, value: Any = True, op: str = "is") -> dict[str, Any]:
    return {"attr": attr, "op": op, "value": value}


def _escalate(name: str, when: dict[str, Any], words: str) -> dict[str, Any]:
    return {"name": name, "when": when, "verdict": "escalate", "words": words}


SHIPPED: list[dict[str, Any]] = [
    {
        "name": "account opted out",
        "when": _is("opted_out"),
        "verdict": "none",
        "words": "{account} does not want to hear from us.",
    },
    {
        "name": "a question is open",
        "when": _is("question_open"),
        "verdict": "wait",
        "mandate": {"until": "answer"},
        "words": "A person has been asked about this account and has not answered yet.",
    },
    {
        "name": "lost or on hold",
        "when": {
            "all": [
                _is("stage_is", ["lost", "hold"], "in"),
                _is("known_stage"),
                {"not": _is("signals", "reply", "has")},
            ]
        },
        "verdict": "none",
        "words": "{account} is lost or on hold.",
    },
    _escalate(
        "unknown stage",
        {"not": _is("known_stage")},
        "{account} is in a stage that is not known here. Nothing is sent until a person looked.",
    ),
    _escalate(
        "unknown signal",
        _is("unknown_signal"),
        "A signal came in that nobody here knows how to read.",
    ),
    _escalate(
        "legal words",
        _is("reply_class", "hostile_legal"),
        "The reply contains legal words or a threat. A person has to answer.",
    ),
    {
        "name": "unsubscribed",
        "when": _is("reply_class", "unsubscribe"),
        "verdict": "none",
        "words": "The person does not want more mail; the address is suppressed.",
    },
    _escalate(
        "no owner",
        {
            "all": [
                {"not": _is("has_owner")},
                {"any": [_is("prospecting_deals", 1, "at_least"),
                         _is("engaging_deals", 1, "at_least"),
                         _is("signals", "reply", "has")]},
            ]
        },
        "{account} has no owner who can sign in. Give it to somebody.",
    ),  # fmt: skip
    _escalate(
        "strategic account",
        _is("is_strategic"),
        "{account} is a strategic account: a person decides what happens next.",
    ),
    _escalate(
        "mail came back",
        _is("signals", "bounce", "has"),
        "Mail to this account came back. Choose another contact or correct the address.",
    ),
    _escalate(
        "an objection",
        _is("reply_class", OBJECTIONS, "in"),
        "The reply says: {reply_class}. Agents do not answer this; a person does.",
    ),
    _escalate(
        "reply from somebody unknown",
        {"all": [_is("signals", "reply", "has"), {"not": _is("reply_has_sender")}]},
        "Somebody answered who is not a contact of {account}.",
    ),
    {
        "name": "out of office",
        "when": _is("reply_class", ["out_of_office", "auto_reply"], "in"),
        "verdict": "wait",
        "mandate": {"until": "return", "days": 14, "keep_signals": False},
        "words": "An automatic answer: nobody has spoken.",
    },
    {
        "name": "a reply",
        "when": _is("signals", "reply", "has"),
        "verdict": "run",
        "agents": ["outreach"],
        "mandate": {"do": "Answer this reply.", "output_class": "outreach.reply"},
        "words": "A reply came in ({reply_class}): outreach drafts the answer.",
    },
    {
        "name": "nobody to write to",
        "when": {
            "all": [
                _is("writable_contacts", 0),
                {"any": [_is("prospecting_deals", 1, "at_least"),
                         _is("engaging_deals", 1, "at_least")]},
            ]
        },
        "verdict": "escalate",
        "words": "{account} has deals, but nobody there may be written to. Add a contact.",
    },  # fmt: skip
    {
        "name": "handed back by a person",
        "when": _is("handoff_to", "anyone"),
        "verdict": "run",
        "agents": ["prospecting", "outreach"],
        "mandate": {"do": "Go on as the person who hands the account back asks."},
        "words": "A person handed the account back with a next action.",
    },
    {
        "name": "handoff",
        "when": {"not": _is("handoff_to", "")},
        "verdict": "run",
        "agents": ["receiver"],
        "words": "The account was handed over with everything that is needed to go on.",
    },
    {
        "name": "news at an account with deals",
        "when": {
            "all": [
                _is("signals", NEWS, "has_any"),
                {"any": [_is("prospecting_deals", 1, "at_least"),
                         _is("engaging_deals", 1, "at_least")]},
            ]
        },
        "verdict": "run",
        "agents": ["prospecting", "outreach"],
        "mandate": {"do": "React to what happened at the account."},
        "words": "Something happened at {account} ({signals}) while a deal is open.",
    },  # fmt: skip
    _escalate(
        "a signal for a person",
        _is("signals", ["competitor_mention", "champion_left", "contract_notice",
                        "meeting_ended"], "has_any"),
        "This calls for a person here: {signals}.",
    ),  # fmt: skip
    {
        "name": "prospecting deal without conversation",
        "when": {
            "all": [
                _is("prospecting_deals", 1, "at_least"),
                _is("has_conversation", False),
                {"not": _is("done_here", "prospecting", "has")},
                {"not": _is("done_here", "outreach", "has")},
            ]
        },
        "verdict": "run",
        "agents": ["prospecting"],
        "mandate": {"do": "Choose whom to write to about the open deal."},
        "words": "{account} has a deal in stage Prospecting and nobody has written yet.",
    },
    {
        "name": "open deal gone silent",
        "when": {
            "all": [
                _is("engaging_deals", 1, "at_least"),
                _is("has_conversation", False),
                {"any": [_is("deal_days", SILENT_DAYS, "at_least"), _is("deal_days", None)]},
                {"not": _is("done_here", "outreach", "has")},
            ]
        },
        "verdict": "run",
        "agents": ["outreach"],
        "mandate": {
            "do": "Follow up the open deal and name its product.",
            "output_class": "outreach.follow_up",
        },
        "words": "An open deal of {account} has been silent for {deal_days}.",
    },
    {
        "name": "no answer yet",
        "when": {
            "all": [
                {"any": [_is("engaging_deals", 1, "at_least"),
                         _is("prospecting_deals", 1, "at_least")]},
                _is("unanswered"),
                _is("silent_days", SILENT_DAYS, "at_least"),
                _is("mails_sent", MOST_MAILS, "below"),
                {"not": _is("done_here", "outreach", "has")},
            ]
        },
        "verdict": "run",
        "agents": ["outreach"],
        "mandate": {
            "do": "Follow up the mail that has not been answered.",
            "output_class": "outreach.follow_up",
        },
        "words": "Our last mail has not been answered for {silent_days}.",
    },  # fmt: skip
]


def seed() -> None:
    """The shipped rows, where a name is not there yet."""
    RoutingRule.objects.bulk_create(
        [RoutingRule(order=10 * number, **row) for number, row in enumerate(SHIPPED, start=1)],
        ignore_conflicts=True,
    )
