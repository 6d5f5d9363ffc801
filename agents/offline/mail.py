"""Writes the mail: a greeting, two or three sentences with a reason, one question, a sign-off.

Decides too when not to write: nobody to write to, nothing to write about, words that a person has
to read first.
"""

import re
from dataclasses import dataclass

from agents.envelope import Decision, Evidence
from agents.offline import inbound, people, wishes, wording
from agents.offline.brief import Brief, line
from agents.offline.material import Material, evidence, seed
from agents.offline.phrases import first, follow, replies, roles
from agents.offline.wishes import Wishes
from agents.offline.wording import Writer
from agents.outputs import OutreachOutput

SHORT_WORDS = 50
SIGN_OFFS = ("Best regards,", "Kind regards,", "Regards,", "Best wishes,", "With best regards,")
WARM_SIGN_OFFS = ("Warm regards,", "All the best,")
FORMAL_SIGN_OFF = "Yours sincerely,"
STOP_CONDITIONS = ["any reply", "an opt-out", "a mail or call by a person of our side"]
Bank = dict[str, tuple[str, ...]]
Obstacle = tuple[Decision, str, list[str]]

KINDS: dict[str, Bank] = {
    "first_email": first.PHRASES,
    "follow_up": first.PHRASES | follow.FOLLOW_UP,
    "breakup": first.PHRASES | follow.BREAKUP,
}
REPLIES: dict[str, Bank] = {
    "interested": replies.INTERESTED,
    "price": replies.PRICE,
    "question": replies.QUESTION,
    "meeting": replies.MEETING,
    "not_now": replies.NOT_NOW,
    "referral": replies.REFERRAL,
    "objection": replies.OBJECTION,
    "unclear": replies.UNCLEAR,
}


@dataclass(frozen=True)
class Mail:
    subject: str
    body: str
    question: str
    used: frozenset[str]


def write(brief: Brief) -> OutreachOutput:
    obstacle = _obstacle(brief)
    if obstacle:
        return _stopped(brief, *obstacle)
    if brief.kind == "reply":
        return _reply(brief)
    material = Material(brief)
    wanted = wishes.grant(brief, material)
    return _output(brief, material, _compose(brief, material, wanted), "act")


# --- when not to write ----------------------------------------------------------------------------


def _obstacle(brief: Brief) -> Obstacle | None:
    """The decision, its reason and what is missing; None when there is nothing in the way."""
    if brief.contact is None:
        return (
            "escalate",
            "There is nobody at this account who may be written to.",
            ["a contact who may be written to"],
        )
    if brief.kind not in (*KINDS, "reply"):
        return "escalate", f"This writer does not know the kind “{brief.kind}”.", []
    if brief.kind != "reply" and brief.deal is None:
        return (
            "escalate",
            "There is no open deal with a product to write about.",
            ["an open deal with its product"],
        )
    return _reply_obstacle(brief) if brief.kind == "reply" else None


def _reply_obstacle(brief: Brief) -> Obstacle | None:
    received = inbound.last(brief)
    if received is None:
        return "skip", "No mail of theirs is waiting for an answer.", ["a mail to answer"]
    if brief.flags:
        return (
            "escalate",
            "The mail holds words that read like orders to a machine; a person should see it.",
            [],
        )
    if received.kind == inbound.STOP:
        return "escalate", "They ask not to be written to, or speak of legal steps.", []
    if received.kind == inbound.AUTO:
        return "skip", "That was an automatic reply, no answer by a person.", []
    return None


def _stopped(brief: Brief, decision: Decision, reason: str, missing: list[str]) -> OutreachOutput:
    return OutreachOutput(
        decision=decision,
        output_class=brief.output_class,
        confidence=0.9,
        risk_flags=_flags(brief),
        evidence=[],
        missing_context=missing,
        state_update=[],
        handoff=None,
        rationale=reason,
        to=str((brief.contact or {}).get("id") or ""),
        subject="",
        body_text="",
        angle="",
        personalisation_fact_id=None,
        cta="",
        asset_ids=[],
        proposed_send_at=None,
        step=_step(brief),
        stop_conditions=STOP_CONDITIONS,
    )


# --- composing ------------------------------------------------------------------------------------


def _compose(brief: Brief, material: Material, wanted: Wishes) -> Mail:
    writer = Writer(material.data, _role(material) | KINDS[brief.kind], seed(brief))
    opening, details = _plan(brief, writer, wanted)
    sentences = [writer.say(opening)]
    question = writer.say("ask")
    for name in details:
        if name in wanted.extra or _words(*sentences, question) < SHORT_WORDS:
            sentences.append(writer.say(name))
    return _mail(brief, writer, sentences, question, wanted)


def _role(material: Material) -> Bank:
    """The sentences of the recipient's part of the house."""
    area = material.area
    return {
        "detail_role": roles.details(area),
        "detail_stalled": roles.stalled(area),
        "ask": roles.asks(area),
    }


def _plan(brief: Brief, writer: Writer, wanted: Wishes) -> tuple[str, list[str]]:
    """Which sentence opens, and which may follow it, in this order until the mail is long enough.
    What a rep asked for is written in any case."""
    opening, details = (_first if brief.kind == "first_email" else _later)(writer)
    extra = [name for name in dict.fromkeys(wanted.extra) if writer.can(name)]
    others = [] if wanted.shorter else details
    return opening, [*extra, *(name for name in others if name not in extra and writer.can(name))]


def _first(writer: Writer) -> tuple[str, list[str]]:
    data = writer.data
    recent = "past_on" in data and "past2_on" in data
    openings = ["orders", "orders", "past"] if recent else ["past"] if "past" in data else []
    openings += ["again"] if "again" in data else []
    openings = openings or (["stranger"] if "company" in data else ["new"])
    opening = "opening_" + writer.pick(openings, "opening")
    first = writer.pick(["detail_role", "detail_role", "detail_worry"], "detail")
    details = ["detail_fact", "detail_claim", first, "detail_role", "detail_worry", "detail_more"]
    return opening, list(dict.fromkeys(details))


def _later(writer: Writer) -> tuple[str, list[str]]:
    dated = [name for name in ("mailed", "engaged") if f"{name}_when" in writer.data]
    opening = "opening"
    if not writer.can(opening):
        opening = "opening_" + (writer.pick(dated, "opening") if dated else "plain")
    details = ["detail_stalled", "detail_orders", "detail_again"]
    return opening, ["detail_fact", *_shuffled(writer, details), "detail_worry", "detail_more"]


def _shuffled(writer: Writer, names: list[str]) -> list[str]:
    left, order = list(names), []
    while left:
        order.append(left.pop(left.index(writer.pick(left, f"order{len(left)}"))))
    return order


def _mail(
    brief: Brief, writer: Writer, sentences: list[str], question: str, wanted: Wishes
) -> Mail:
    told = _paragraphs(writer, list(filter(None, sentences)), question)
    name = people.first_name(brief.contact or {})
    greeting = f"Hi {name}," if name else "Hello,"
    if name and wanted.formal:
        greeting = f"Dear {people.full_name(brief.contact or {})},"
    if wanted.formal:
        told = [wording.spelled_out(paragraph) for paragraph in told]
    parts = [greeting, *told, _sign_off(brief, writer, wanted)]
    body = "\n\n".join(filter(None, parts))
    return Mail(_subject(brief, writer), body, question, frozenset(writer.used))


def _paragraphs(writer: Writer, sentences: list[str], question: str) -> list[str]:
    """The question stands alone, or belongs to the sentence before it."""
    if len(sentences) < 2 or writer.pick(("alone", "alone", "joined"), "layout") == "alone":
        return [" ".join(sentences), question]
    return [" ".join(sentences[:-1]), f"{sentences[-1]} {question}"]


def _sign_off(brief: Brief, writer: Writer, wanted: Wishes) -> str:
    words = writer.pick(WARM_SIGN_OFFS if wanted.warm else SIGN_OFFS, "sign-off")
    words = FORMAL_SIGN_OFF if wanted.formal else words
    return f"{words}\n{brief.sender}" if brief.sender else words.rstrip(",")


def _subject(brief: Brief, writer: Writer) -> str:
    """In a thread of ours its subject, otherwise a new one."""
    sent = [row for row in brief.thread if row.get("direction") == "outbound"]
    ours = re.sub(r"^(re:\s*)+", "", line(sent[-1].get("subject"), 150), flags=re.I) if sent else ""
    return f"Re: {ours}" if ours else writer.say("subject")[:200]


def _words(*sentences: str) -> int:
    return sum(len(sentence.split()) for sentence in sentences)


# --- a reply --------------------------------------------------------------------------------------


def _reply(brief: Brief) -> OutreachOutput:
    received = inbound.last(brief)
    kind = received.kind if received else "unclear"
    material = Material(brief)
    topic = received.topic if received else ""
    if kind == inbound.PRICE:
        material.price()
        kind = kind if "price" in material.data else inbound.QUESTION
        topic = "the price"
    material.put("topic", topic or material.data.get("p", "") or "this")
    wanted = wishes.grant(brief, material)
    phrases = first.PHRASES | REPLIES[kind] | {"subject": replies.SUBJECTS}
    writer = Writer(material.data, phrases, seed(brief))
    sentences = [writer.say("opening"), "" if wanted.shorter else writer.say("detail")]
    sentences += [writer.say(name) for name in wanted.extra]
    mail = _mail(brief, writer, sentences, writer.say("ask"), wanted)
    objection = kind == inbound.OBJECTION
    output = _output(brief, material, mail, "escalate" if objection else "act")
    if not objection:
        return output
    reason = "They object, and an objection is answered by a person. A draft is attached."
    flags = [*output.risk_flags, "objection"]
    return output.model_copy(update={"rationale": reason, "risk_flags": flags})


# --- the answer -----------------------------------------------------------------------------------


def _output(brief: Brief, material: Material, mail: Mail, decision: Decision) -> OutreachOutput:
    missing = [] if brief.sender else ["the sender's name"]
    told = sorted(mail.used & {"fact", "note"})
    fact = material.sources[told[0]].id if told else None
    return OutreachOutput(
        decision=decision,
        output_class=brief.output_class,
        confidence=_confidence(brief, material),
        risk_flags=_flags(brief),
        evidence=_evidence(material, mail),
        missing_context=missing,
        state_update=[],
        handoff=None,
        rationale=_rationale(brief, mail),
        to=str((brief.contact or {}).get("id") or ""),
        subject=mail.subject,
        body_text=mail.body,
        angle=_angle(mail),
        personalisation_fact_id=fact,
        cta=mail.question[:300],
        asset_ids=[],
        proposed_send_at=None,
        step=_step(brief),
        stop_conditions=STOP_CONDITIONS,
    )


def _flags(brief: Brief) -> list[str]:
    known = ["sensitive_contact"] if people.sensitive(brief.contact or {}) else []
    return [*known, *brief.flags]


def _evidence(material: Material, mail: Mail) -> list[Evidence]:
    sources = [material.sources[name] for name in sorted(mail.used) if name in material.sources]
    return evidence([*sources, *filter(None, [material.role_source()])])


def _confidence(brief: Brief, material: Material) -> float:
    known = [name in material.data for name in ("p", "past", "worry")]
    known += [material.area != "general", bool(brief.sender)]
    return round(0.65 + 0.05 * sum(known), 2)


def _rationale(brief: Brief, mail: Mail) -> str:
    contact = brief.contact or {}
    who = people.full_name(contact) or "the contact"
    title = people.title(contact)
    about = f" about {brief.product}" if brief.product else ""
    kind = brief.kind.replace("_", " ").capitalize()
    return f"{kind} to {who}{f' ({title})' if title else ''}{about}. It turns on {_angle(mail)}."


def _angle(mail: Mail) -> str:
    if mail.used & {"fact", "note"}:
        return "a fact from our notes"
    if mail.used & {"past", "past2", "again"}:
        return "an earlier order"
    return "the open deal"


def _step(brief: Brief) -> int:
    given = brief.mandate.get("step")
    sent = sum(row.get("direction") == "outbound" for row in brief.thread)
    return given if isinstance(given, int) and 0 <= given <= 50 else min(sent + 1, 50)
