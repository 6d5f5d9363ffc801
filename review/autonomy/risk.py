"""Why a draft is never let go without a person, whatever its class has shown so far."""

import re

from agents.definitions import registry
from agents.definitions.base import SUSPECTED
from agents.models import Draft
from revenue import switches
from revenue.titles import is_sensitive
from review.autonomy.lanes import class_label
from review.edits import facts, language
from review.edits.quantities import THING, UNIT
from review.edits.reading import Fact, flat, plain

SUMS = ("amount", "percentage")
HARMLESS = ("always", "at_once", "up_to")  # of the commitments: no more than how one speaks
PRICE = re.compile(
    r"\b(?:pric(?:e\w*|ing)|fees?|(?<!in )charge[sd]?(?! of)|invoic\w+|cheap\w*"
    r"|contract|legal\w*)\b",
    re.IGNORECASE,
)
# A number is a sum though no currency says so: "costs 900", "five grand", "12k a year".
AHEAD = re.compile(r"\b(?:costs?|pay):? (?:\w+ ){0,2}$", re.IGNORECASE)
BEHIND = re.compile(
    rf" (?:grand|quid)\b|(?: an? | (?:each|every|per) | ?/ ?)(?:{UNIT}|{THING})\b", re.IGNORECASE
)
NEAR = 40  # characters: enough for the two words between
HOW_OFTEN = ("half", "twice")  # a day


def stopped_by(draft: Draft) -> str:
    """Why a stop keeps this draft back; "" when none does."""
    if switches.stopped_by(draft.agent, draft.output_class, draft.account_id):
        return "Sending is stopped here; approve it once the stop is lifted."
    return ""


def risk(draft: Draft) -> str:
    """What makes a mistake in it dear, whatever its class has shown so far; "" for nothing."""
    if draft.is_human:
        return "Written by a person, who approved it."
    output_class = registry.output_class(draft.output_class)
    if output_class is None or output_class.ceiling == 0:
        return f"{class_label(draft.output_class)}: always reviewed by a person."
    if draft.is_outside:
        return f"Written by {registry.label(draft.agent)}: always reviewed by a person."
    if draft.account.is_strategic:
        return "A strategic account: always reviewed by a person."
    if draft.contact and is_sensitive(draft.contact):
        return f"{draft.contact} is a sensitive contact ({draft.contact.title or 'flagged'})."
    text = f"{draft.subject}\n{draft.body}"
    if _promises(text):
        return "The text speaks of a price or a commitment."
    if draft.effect == "buyer" and not language.is_english(text):
        return "Its words are not English: nobody can tell whether it promises anything."
    if draft.in_reply_to_id:
        return "It answers a live message."
    if draft.is_tainted:
        return "Text from outside was read for it."
    if SUSPECTED in draft.risk_flags:
        return "Its agent was given orders by what it read."
    return ""


def _promises(text: str) -> bool:
    """A sum, a percentage, a promise or talk of what it costs, however it is written."""
    layout = flat(plain(text))
    return bool(PRICE.search(layout)) or any(
        fact.kind in SUMS
        or (fact.kind == "commitment" and fact.key not in HARMLESS)
        or (fact.kind == "number" and _is_sum(fact, layout))
        for fact in facts.read(layout)[0]
    )


def _is_sum(fact: Fact, layout: str) -> bool:
    if fact.text.casefold() in HOW_OFTEN:
        return False
    ahead = layout[max(fact.start - NEAR, 0) : fact.start]
    return bool(AHEAD.search(ahead) or BEHIND.match(layout, fact.end))
