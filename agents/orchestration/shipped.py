"""The routing rules that a new installation starts with. Their order is their rank.

1 hard stops: opted out, a person's question open, lost or on hold
2 always a person: unknown stage or signal, legal words, no owner, strategic, bounces, objections,
  a reply without a class
3 answers: out of office waits, a reply goes to outreach
4 deals and nobody who may be written to: a person
5 handoffs go to their receiver; one from a person leaves the choice to the router
6 news at an account with deals: prospecting or outreach, the router chooses
7 what calls for a person: a competitor named, a champion gone, a contract's notice, a meeting ended
8 a deal in stage Prospecting and no conversation: prospecting
9 an open deal gone silent, a mail without an answer: outreach
"""

from typing import Any

from agents.models import RoutingRule

OBJECTIONS = ["objection", "referral", "wrong_person", "left_company", "not_interested"]
BOUNCES = ["bounce_hard", "bounce_soft"]
NEWS = ["page_visit", "form", "intent", "news", "firmographic_change", "usage"]
SILENT_DAYS = 14
MOST_MAILS = 4


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
    _escalate(
        "an opt-out, as a model reads it",
        {"all": [_is("reply_class", "unsubscribe"), _is("reply_layer", "model")]},
        "The reply reads like a wish for no more mail, in no usual words. Its address is "
        "suppressed until a person says otherwise.",
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
                {
                    "any": [
                        _is("prospecting_deals", 1, "at_least"),
                        _is("engaging_deals", 1, "at_least"),
                        _is("signals", "reply", "has"),
                    ]
                },
            ]
        },
        "{account} has no owner who can sign in. Give it to somebody.",
    ),
    _escalate(
        "strategic account",
        _is("is_strategic"),
        "{account} is a strategic account: a person decides what happens next.",
    ),
    _escalate(
        "mail came back",
        {"any": [_is("signals", "bounce", "has"), _is("reply_class", BOUNCES, "in")]},
        "Mail to this account came back. Choose another contact or correct the address.",
    ),
    _escalate(
        "an objection",
        _is("reply_class", OBJECTIONS, "in"),
        "The reply says: {reply_class}. Agents do not answer this; a person does.",
    ),
    _escalate(
        "reply from somebody unknown",
        {"all": [{"not": _is("reply", 0)}, {"not": _is("reply_has_sender")}]},
        "Somebody answered who is not a contact of {account}.",
    ),
    _escalate(
        "a reply that nobody could place",
        _is("reply_class", "unclassified"),
        "Nothing tells which kind of reply this is. A person has to read it.",
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
        "when": {
            "any": [
                _is("signals", "reply", "has"),
                {
                    "all": [
                        {"not": _is("reply", 0)},
                        {"not": _is("done_here", "outreach", "has")},
                    ]
                },
            ]
        },
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
                {
                    "any": [
                        _is("prospecting_deals", 1, "at_least"),
                        _is("engaging_deals", 1, "at_least"),
                    ]
                },
            ]
        },
        "verdict": "escalate",
        "words": "{account} has deals, but nobody there may be written to. Add a contact.",
    },
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
                {
                    "any": [
                        _is("prospecting_deals", 1, "at_least"),
                        _is("engaging_deals", 1, "at_least"),
                    ]
                },
            ]
        },
        "verdict": "run",
        "agents": ["prospecting", "outreach"],
        "mandate": {"do": "React to what happened at the account."},
        "words": "Something happened at {account} ({signals}) while a deal is open.",
    },
    _escalate(
        "a signal for a person",
        _is(
            "signals",
            ["competitor_mention", "champion_left", "contract_notice", "meeting_ended"],
            "has_any",
        ),
        "This calls for a person here: {signals}.",
    ),
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
                {
                    "any": [
                        _is("engaging_deals", 1, "at_least"),
                        _is("prospecting_deals", 1, "at_least"),
                    ]
                },
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
    },
]


def seed() -> None:
    """The shipped rows, where a name is not there yet: each right after the one before it."""
    stored = dict(RoutingRule.objects.values_list("name", "order"))
    order, gap = 0, 1 if stored else 10
    rows = []
    for row in SHIPPED:
        order = stored.get(row["name"], order + gap)
        rows.append(RoutingRule(order=order, **row))
    RoutingRule.objects.bulk_create(rows, ignore_conflicts=True)
