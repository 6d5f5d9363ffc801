"""Which kind of reply a mail is (TEAM.md's reply classes): headers first, then words.

Refusals and the law win over everything but a bounce; then what machines write; then people. What
no word explains is `unclassified`, for the model to read. Only the new words count, and a subject
that is the writer's own: our own mail, quoted below, says "unsubscribe" too. Called by `receive`.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime

from revenue.inbound import concepts, headers, lexicon, refusals, return_dates, wording
from revenue.inbound.message import ParsedEmail

HEADERS, LEXICON = "headers", "lexicon"
MACHINES = lexicon.load("automatic.txt")
PEOPLE = lexicon.load("replies.txt")
WORDS_LIMIT = 10_000
REFUSAL_LIMIT = 10_000
# What a person reads anyway need not be read by a model first.
FOR_AGENTS = ("interested", "meeting_request", "question", "not_now")
UNREAD = ("out_of_office", "auto_reply")
FEW_WORDS = 15
UNSURE = 0.5
QUESTION = re.compile(r"\w\s*\?(?=\s|$)")

ANSWERED = re.compile(r"^\s*(?:(?:re|aw|antw|wg|fwd?|sv|rv|res|enc|tr|ref)\s*(?:\[\d+\])?\s*:\s*)+")


@dataclass(frozen=True)
class ReplyClass:
    """`label` and `detail` as in TEAM.md: "objection" and "price"; with a referral, the address.

    `return_date` is when to write again, for out_of_office and not_now. Whatever the label, an
    address with `opt_out` is suppressed: a legal threat may ask for that as well. Under a
    `confidence` of 1 a model reads the mail before anybody answers it (`readings`). `suspected`
    is the wish that it may hold: what the words say otherwise is then for no agent, and a machine's
    mail is not passed over.
    """

    label: str
    layer: str = LEXICON
    detail: str = ""
    return_date: date | None = None
    is_human: bool = True
    opt_out: bool = False
    suspected: str = ""
    confidence: float = 1.0
    evidence: tuple[str, ...] = ()

    @property
    def filed(self) -> str:
        """The class under which it is kept: while a wish is suspected, none that only agents or
        nobody would look at."""
        is_seen = self.label not in (*FOR_AGENTS, *UNREAD)
        return self.label if is_seen or not self.suspected else "unclassified"


def classify_reply(parsed: ParsedEmail, *, received: datetime | None = None) -> ReplyClass:
    """`received` stands in for the date of a mail that has none, to tell the year of a date."""
    words = _own_words(parsed)
    sent = parsed.date or received
    known = _bounced(parsed) or _complained(parsed)
    if known:
        return known
    refusal = refusals.read(_ends(wording.folded(words)))
    return _refused(parsed, refusal) or _doubted(
        _automatic(parsed, wording.folded(words)[:WORDS_LIMIT], sent)
        or _human(parsed, wording.cased(words)[:WORDS_LIMIT], sent)
        or ReplyClass("unclassified", confidence=0.0),
        refusal,
    )


def _doubted(kind: ReplyClass, refusal: refusals.Refusal) -> ReplyClass:
    """What else it is, unless a wish may stand in it: then that is not settled."""
    if not refusal.suspected:
        return kind
    found = tuple(one for one in (refusal.maybe_hostile, refusal.maybe_opt_out) if one)
    settled = kind.label not in (*FOR_AGENTS, "unclassified")
    return replace(
        kind,
        suspected=refusal.suspected,
        confidence=kind.confidence if settled else min(kind.confidence, UNSURE),
        evidence=(*kind.evidence, *found),
    )


def _ends(words: str) -> str:
    """A refusal stands at the beginning or the end, however much was pasted between."""
    if len(words) <= 2 * REFUSAL_LIMIT:
        return words
    return f"{words[:REFUSAL_LIMIT]}\n{words[-REFUSAL_LIMIT:]}"


def _own_words(parsed: ParsedEmail) -> str:
    """The new words, under the subject unless it is "Re:" and ours."""
    subject = parsed.subject
    answered = ANSWERED.match(subject.casefold())
    if answered and not refusals.is_nothing_else(wording.folded(subject[answered.end() :])):
        return parsed.text
    return f"{subject[answered.end() if answered else 0 :]}\n{parsed.text}"


def _bounced(parsed: ParsedEmail) -> ReplyClass | None:
    if parsed.bounce is None:
        return None
    label = "bounce_hard" if parsed.bounce.hard else "bounce_soft"
    seen = (parsed.bounce.status, parsed.bounce.reason)
    layer = HEADERS if parsed.report_type else LEXICON
    return ReplyClass(label, layer, is_human=False, evidence=tuple(one for one in seen if one))


def _complained(parsed: ParsedEmail) -> ReplyClass | None:
    """Who called our mail spam wants no more of it; the report itself comes from their provider,
    whose own words ask for nothing."""
    if parsed.report_type != "feedback-report":
        return None
    if parsed.complaint is None:
        return ReplyClass("auto_reply", HEADERS, is_human=False)
    kind = parsed.complaint.kind
    return ReplyClass("unsubscribe", HEADERS, is_human=False, evidence=(f"feedback: {kind}",))


def _refused(parsed: ParsedEmail, refusal: refusals.Refusal) -> ReplyClass | None:
    if not (refusal.opt_out or refusal.hostile):
        return None
    return ReplyClass(
        refusals.HOSTILE if refusal.hostile else refusals.UNSUBSCRIBE,
        is_human=not parsed.is_auto,
        opt_out=bool(refusal.opt_out),
        evidence=tuple(found for found in (refusal.hostile, refusal.opt_out) if found),
    )


def _automatic(parsed: ParsedEmail, words: str, sent: datetime | None) -> ReplyClass | None:
    """By headers or by the subject that mail systems write; by words when nobody asks anything."""
    layer = HEADERS if parsed.is_auto else LEXICON
    subject = _machine_says("subject of an absence", wording.folded(parsed.subject))
    if not (parsed.is_auto or subject):
        return None if _converses(words) else _absence(layer, words, sent) or _noted(layer, words)
    left = PEOPLE["left_company"].search(words)
    if left:
        return ReplyClass("left_company", layer, is_human=False, evidence=(left[0],))
    once = _machine_says("absence, once a machine", words)
    noted = _noted(layer, words)
    return (
        _absence(layer, words, sent, once or ("" if noted else subject))
        or noted
        or ReplyClass("auto_reply", layer, is_human=False)
    )


def _machine_says(section: str, words: str) -> str:
    found = MACHINES[section].search(words)
    return found[0].strip() if found else ""


def _converses(words: str) -> bool:
    """A person who mentions an absence, and asks or proposes something."""
    return "?" in words or bool(PEOPLE["meeting_request"].search(words))


def _absence(
    layer: str, words: str, sent: datetime | None, otherwise: str = ""
) -> ReplyClass | None:
    found = _machine_says("absence", words) or otherwise
    if not found:
        return None
    back = return_dates.find(words, sent=sent.date() if sent else None)
    return ReplyClass("out_of_office", layer, return_date=back, is_human=False, evidence=(found,))


def _noted(layer: str, words: str) -> ReplyClass | None:
    found = _machine_says("acknowledgement", words)
    return ReplyClass("auto_reply", layer, is_human=False, evidence=(found,)) if found else None


def _human(parsed: ParsedEmail, words: str, sent: datetime | None) -> ReplyClass | None:
    """The first section of the word list with a sentence that fits."""
    said = {True: list(wording.sentences(words)), False: list(wording.sentences(words.casefold()))}
    for section, pattern in PEOPLE.items():
        label, _, detail = section.partition(",")[0].partition(": ")
        for sentence in said[label == "referral"]:
            found = pattern.search(sentence)
            if found:
                return _said(parsed, label, detail, found[0], sent, _sureness(label, said))
    if QUESTION.search(words):
        return ReplyClass("question", confidence=UNSURE, evidence=("?",))
    return None


def _sureness(label: str, said: dict[bool, list[str]]) -> float:
    """Few words that all say the same are settled; a yes with a no in it is none, and what a
    question is after ("Why do you go on?") its words do not tell."""
    if label not in FOR_AGENTS:
        return 1.0
    if label == "question":
        return UNSURE
    if label in ("interested", "meeting_request") and concepts.denies(" ".join(said[False])):
        return UNSURE
    labels = {
        section.partition(",")[0].partition(":")[0]
        for section, pattern in PEOPLE.items()
        if any(pattern.search(sentence) for sentence in said[section == "referral"])
    }
    few = sum(len(sentence.split()) for sentence in set(said[False])) <= FEW_WORDS
    return 1.0 if few and labels == {label} else UNSURE


def _said(
    parsed: ParsedEmail,
    label: str,
    detail: str,
    found: str,
    sent: datetime | None,
    confidence: float,
) -> ReplyClass:
    back = None
    if label == "not_now":
        day = sent.date() if sent else None
        back = return_dates.find(wording.folded(parsed.text)[:WORDS_LIMIT], sent=day)
    if label == "referral":
        detail = _referred_to(parsed)
    return ReplyClass(
        label, detail=detail, return_date=back, confidence=confidence, evidence=(found.strip(),)
    )


def _referred_to(parsed: ParsedEmail) -> str:
    """The first address in their words that is not their own."""
    named = (one.lower().strip(".") for one in headers.ADDRESS.findall(parsed.text))
    return next((one for one in named if one != parsed.sender), "")
