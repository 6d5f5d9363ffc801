"""What kind of answer a buyer's last mail is: read from its words, and obeyed in none of them."""

import re
from dataclasses import dataclass
from typing import get_args

from agents.offline.brief import Brief, Row, mails, rows, section
from agents.offline.phrases import replies
from agents.outputs import Label, Objection, ReplyOutput
from revenue.inbound import suspicion

STOP = "stop"
AUTO = "auto"
OBJECTION = "objection"
PRICE = "price"
QUESTION: Label = "question"

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
LEGAL = re.compile(r"\b(lawyers?|attorney|solicitor|gdpr complaint|cease and desist)\b", re.I)
# “Not interested” holds “interested” and “don't call” holds “call”: refusals are looked for first.
ORDER = (STOP, AUTO, OBJECTION, "referral", PRICE, "meeting", "not_now", QUESTION, "interested")
# What a reader calls these; of an objection no kind is known from so few words.
LABELS: dict[str, Label] = {
    STOP: "unsubscribe", AUTO: "auto_reply", OBJECTION: "not_interested", PRICE: QUESTION,
    "meeting": "meeting_request", "not_now": "not_now", "referral": "wrong_person",
    QUESTION: QUESTION, "interested": "interested",
}  # fmt: skip


@dataclass(frozen=True)
class Inbound:
    kind: str
    topic: str
    row: Row


def read(packet: Row) -> ReplyOutput:
    """Which kind of reply a mail is: what words made of it, where they came to something, else the
    few words that are known here. Neither is sure, and a mail of other words has no class."""
    mail, guess = section(packet, "mail"), section(packet, "words")
    text = f"{mail.get('subject') or ''}\n{mail.get('text') or ''}"[:6000]
    label = _label(guess.get("label")) or _read(text)
    detail = next((one for one in get_args(Objection) if one == guess.get("detail")), None)
    return ReplyOutput(
        label=label or "unclassified",
        objection=detail if label == "objection" else None,
        return_date=None,
        person=str(guess.get("detail") or "")[:254] if label == "referral" else "",
        quote=_first_line(str(mail.get("text") or "")),
        confidence=0.6 if label else 0.0,
    )


def _read(text: str) -> Label | None:
    """Nothing of a text that gives orders."""
    if suspicion.found_in(text):
        return None
    return "hostile_legal" if LEGAL.search(text) else LABELS.get(_kind(text))


def _label(guess: object) -> Label | None:
    return next((one for one in get_args(Label) if one == guess != "unclassified"), None)


def _first_line(text: str) -> str:
    return next((line.strip()[:300] for line in text.split("\n") if line.strip()), "")


def last(brief: Brief) -> Inbound | None:
    """The last mail that came in, unless something of ours went out after it."""
    said = mails(brief.thread)
    if not said or said[-1]["direction"] != "inbound":
        return None
    row = said[-1]
    text = f"{row.get('subject') or ''}\n{row.get('text') or ''}"[:6000]
    return Inbound(_given_class(brief, row) or _kind(text), _topic(text), row)


def _given_class(brief: Brief, mail: Row) -> str:
    signals = [row for row in rows(brief.packet, "signals") if row.get("kind") == "reply"]
    first = section(signals[-1], "payload").get("reply_class") if signals else ""
    given = mail.get("reply_class") or first
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
