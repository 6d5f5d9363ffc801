"""What kind of answer a buyer's last mail is: read from its words, and obeyed in none of them."""

import re
from dataclasses import dataclass

from agents.offline.brief import Brief, Row, mails, rows, section
from agents.offline.phrases import replies

STOP = "stop"
AUTO = "auto"
OBJECTION = "objection"
PRICE = "price"
QUESTION = "question"

# The class that code gave the reply, where it gave one, wins over the words below.
CLASSES = {
    "interested": "interested",
    "meeting_request": "meeting",
    "question": QUESTION,
    "objection": OBJECTION,
    "no_need": OBJECTION,
    "not_interested": OBJECTION,
    "not_now": "not_now",
    "referral": "referral",
    "wrong_person": "referral",
    "left_company": "referral",
    "unsubscribe": STOP,
    "hostile_legal": STOP,
    "out_of_office": AUTO,
    "auto_reply": AUTO,
    "bounce_hard": AUTO,
    "bounce_soft": AUTO,
}
WORDS = (
    (STOP, r"\b(unsubscribe|opt.?out|remove me|stop (writing|mailing|emailing|contacting)"
           r"|lawyer|attorney|solicitor|gdpr complaint|cease and desist|harass\w*)\b"),
    (AUTO, r"\b(out of (the )?office|automatic reply|auto.?reply|annual leave|parental leave)\b"),
    ("meeting", r"\b(call|meet\w*|talk|speak|demo|appointment|calendar|free on|zoom|teams)\b"),
    ("not_now", r"\b(not now|not yet|later|next (month|quarter|year)|after (the )?\w+|busy"
                r"|come back|bad time|too early|in \w+ again)\b"),
    (OBJECTION, r"\b(not interested|no need|no thanks|too expensive|competitor|already (have|use)"
                r"|don'?t (need|want)|cannot afford|not a fit|happy with)\b"),
    ("referral", r"\b(not the right person|wrong person|my colleague|(speak|talk|write) to|contact"
                 r" my|has left|no longer (with|work))\b"),
    (PRICE, r"\b(price|pricing|cost\w*|how much|quote|quotation|figures?)\b"),
    (QUESTION, r"\?|\b(question|wonder\w*|could you (tell|explain)|do you (have|know|offer))\b"),
    ("interested", r"\b(interest\w*|sounds good|yes|please (send|share)|tell me more|keen"
                   r"|happy to)\b"),
)  # fmt: skip
# “Not interested” holds “interested” and “don't call” holds “call”: refusals are looked for first.
ORDER = (STOP, AUTO, OBJECTION, "referral", PRICE, "meeting", "not_now", QUESTION, "interested")


@dataclass(frozen=True)
class Inbound:
    kind: str
    topic: str
    row: Row


def last(brief: Brief) -> Inbound | None:
    """The last mail that came in, unless something of ours went out after it."""
    said = mails(brief.thread)
    if not said or said[-1]["direction"] != "inbound":
        return None
    row = said[-1]
    text = f"{row.get('subject') or ''}\n{row.get('text') or ''}"[:6000]
    return Inbound(_given_class(brief) or _kind(text), _topic(text), row)


def _given_class(brief: Brief) -> str:
    signals = [row for row in rows(brief.packet, "signals") if row.get("kind") == "reply"]
    given = section(signals[-1], "payload").get("reply_class") if signals else ""
    known = CLASSES.get(str(given or "").partition("(")[0].strip(), "")
    return "" if known == QUESTION else known


def _kind(text: str) -> str:
    patterns = dict(WORDS)
    lower = text.lower()
    return next((kind for kind in ORDER if re.search(patterns[kind], lower)), "unclear")


def _topic(text: str) -> str:
    lower = text.lower()
    found = (name for pattern, name in replies.TOPICS if re.search(pattern, lower))
    return next(found, "")
