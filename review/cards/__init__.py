"""Everything a card of the desk shows, as plain values. Reads only; the desk's views call `build`.

The number of queries does not grow with the cards, apart from the thread of each answer.
Never here: how a lane does, how sure the model was, and whether an item is an audit, for practice
or a second look.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from agents.definitions import registry
from agents.models import Draft
from revenue import calendars, clock, delegations, snapshots
from revenue.models import Activity, Contact, Delegation, Signal, User
from revenue.titles import is_sensitive
from review import autonomy, buyer_time, decisions, dwell, leaving, payload, worddiff
from review.cards import around, brief, doubts, evidence, newness, reading, rewrites
from review.cards.around import Holder, Live, Message
from review.cards.brief import Brief
from review.cards.doubts import Doubts
from review.cards.evidence import Chip
from review.cards.parts import Addressee, Badge, Letter, Note, Question, Signature
from review.cards.reading import Rows
from review.cards.rewrites import Rewrite
from review.cards.wording import due, fields, time_left, when
from review.decisions import bulk
from review.models import DECIDABLE, Decision, ReviewItem, State

JOINED = (
    "account__owner__mailbox",
    "account__wake_up",
    "assigned_to",
    "routing",
    "draft__account__owner__mailbox",
    "draft__contact",
    "draft__config",
    "draft__handoff",
    "draft__in_reply_to__thread",
    "draft__run__decision",
    "draft__supersedes",
    "double_of",
)
SIGNED: dict[str, str] = {
    State.APPROVED: "Countersigned",
    State.REJECTED: "Rejected",
    State.RESOLVED: "Settled",
}
CHANGES: dict[str, str] = {Decision.Verb.EDIT: "edited", Decision.Verb.APPROVE: "unchanged"}


@dataclass
class Card:
    """One item. `notice` and `edit` are what a refused decision adds: a sentence, typed text."""

    item: ReviewItem
    title: str
    why: tuple[str, str]
    addressee: Addressee
    letter: Letter | None
    chips: list[Chip]
    signature: Signature | None
    brief: Brief | None
    thread: list[Message]
    live: list[Live]
    holder: Holder
    question: Question | None
    notes: list[Note]
    presets: list[buyer_time.Preset]
    is_open: bool  # this reader may decide it now
    waits: leaving.Hold | None  # what the mail waits for once it is approved
    rewrite: Rewrite | None
    served: str  # carries, signed, that this reader was given it now
    notice: str = ""
    typed: dict[str, str] = field(default_factory=dict)

    @property
    def class_label(self) -> str:
        return autonomy.class_label(self.item.draft.output_class) if self.item.draft else "Question"

    @property
    def removed(self) -> list[str]:
        """What was taken out of the model's answer before this card was made."""
        draft = self.item.draft
        return draft.fields.get("removed", []) if draft else []

    @property
    def alone(self) -> str:
        """Why it is not approved with others at once; "" when it may be."""
        if not self.is_open:
            return "This cannot be decided any more."
        if self.letter and self.letter.doubts:
            return "Something in it is not on record. Read it on its own."
        if len(self.notes) > 1:
            return f"{len(self.notes)} notes on one account. Read them together."
        return bulk.alone(self.item)

    @property
    def unresolved(self) -> int:
        return len([chip for chip in self.chips if not chip.is_resolved])


def build(ids: list[int], *, reader: User) -> list[Card]:
    """The cards of these items in the order of `ids`; what the reader may not see is left out."""
    spoken = Activity.objects.filter(
        contact=OuterRef("draft__contact"), occurred_at__lte=OuterRef("draft__created_at")
    ).exclude(kind="note")
    absent = Delegation.objects.lasting(clock.now()).filter(user=OuterRef("decider"))
    found = ReviewItem.objects.for_user(reader).filter(pk__in=ids).with_decider()
    found = found.annotate(known=Exists(spoken), away=Subquery(absent.values("ends_at")[:1]))
    by_id = {row.pk: row for row in found.select_related(*JOINED)}
    items: list[ReviewItem] = [by_id[pk] for pk in ids if pk in by_id]
    rows = reading.read(items, reader, known={row.pk for row in by_id.values() if row.known})
    rows.deciders = {row.pk: (row.decider, row.away) for row in by_id.values()}
    cards = [_card(item, rows) for item in items]
    doubts.look_up(card.letter.doubts for card in cards if card.letter)
    _tell_new_from_said([card for card in cards if card.item.state in DECIDABLE], rows)
    return cards


def _tell_new_from_said(cards: list[Card], rows: Rows) -> None:
    mails = [(card, card.letter, card.item.draft) for card in cards]
    waiting = [(card, letter, draft) for card, letter, draft in mails if letter and draft]
    texts = [
        newness.Text(draft, letter.body, letter.pieces, card.chips, rows.grounds[draft].claims,
                     _said_before(card.item))
        for card, letter, draft in waiting
    ]  # fmt: skip
    for (card, letter, _), (pieces, count) in zip(waiting, newness.read(texts), strict=True):
        card.letter = replace(letter, pieces=pieces, newness=count)


def _said_before(item: ReviewItem) -> frozenset[str] | None:
    """Of a copy what had been said before its original was; None of any other."""
    double = getattr(item, "double_of", None)
    return frozenset(double.said) if double else None


def _card(item: ReviewItem, rows: Rows) -> Card:
    draft = item.draft
    mail = draft if draft and draft.effect == "buyer" else None
    chips = _chips(item, draft, rows) if draft else []
    contact = _contact(item, rows)
    zone = calendars.zone_of(contact.time_zone if contact else "", rows.reader.time_zone)
    told: dict[str, Any] = {"now": rows.now, "zone": rows.zone}
    return Card(
        item=item,
        title=f"{item.account}, {contact}" if contact else f"{item.account}",
        why=_why(item),
        addressee=_addressee(item, contact, rows),
        letter=_letter(item, mail, chips, rows) if mail else None,
        chips=chips,
        signature=_signature(item, draft, rows) if draft else None,
        brief=brief.of_draft(draft) if draft else None,
        thread=around.thread(rows.around, item, reader=rows.reader, **told),
        live=around.live(rows.around, item, **told),
        holder=around.holder(rows.around, item, reader=rows.reader, **told),
        question=_question(item, rows) if draft is None else None,
        notes=[] if mail or draft is None else _all_notes(item, draft, rows),
        presets=buyer_time.presets(rows.now, zone),
        is_open=_is_open(item, rows.reader),
        waits=rows.waits.get(item.draft_id or 0),
        rewrite=rewrites.of(item, rows.decisions[item.pk], **told) if draft else None,
        served=dwell.stamp(item, to=rows.reader, at=rows.now),
    )


def _is_open(item: ReviewItem, reader: User) -> bool:
    if item.state == State.ESCALATED:
        return reader.is_manager and not item.is_outrun
    return item.state == State.PENDING and not item.is_outrun


def _contact(item: ReviewItem, rows: Rows) -> Contact | None:
    """Whom it is about: the draft's recipient, or who spoke last before a question was raised."""
    if item.draft:
        return item.draft.contact
    spoke = [row.contact for row in rows.around.activities[item.account_id] if row.is_untrusted]
    return next((contact for contact in spoke if contact), None)


def _why(item: ReviewItem) -> tuple[str, str]:
    """The reason with its first words apart: "First mail:" and what follows, or a sentence."""
    reason = item.reason
    if item.state == State.ESCALATED:
        return "Nobody decided in time.", reason
    head, colon, rest = reason.partition(": ")
    if colon and len(head) < 40:
        return f"{head}:", rest
    head, stop, rest = reason.partition(". ")
    return (f"{head}.", rest) if stop else (reason, "")


# --- to whom --------------------------------------------------------------------------------------


def _addressee(item: ReviewItem, contact: Contact | None, rows: Rows) -> Addressee:
    known = bool(contact and contact.time_zone)
    there = calendars.of(contact, item.account, rows.company)
    return Addressee(
        name=str(contact or item.account),
        role=contact.title if contact else "",
        local_time=f"{rows.now.astimezone(there.place.zone):%H:%M}" if known else "",
        place=there.place.name if known else "",
        hours=buyer_time.hours(rows.now, there) if known else "",
        badges=_badges(item, contact, rows),
        is_person=contact is not None,
    )


def _badges(item: ReviewItem, contact: Contact | None, rows: Rows) -> list[Badge]:
    draft, account, waits = item.draft, item.account, rows.waits.get(item.draft_id or 0)
    badges = [
        ("danger", "With the manager") if item.state == State.ESCALATED else None,
        ("warn", "Out of date") if item.state == State.STALE else None,
        ("info", "Practice") if item.state == State.PRACTISED else None,
        ("warn", "Conversation changed") if item.state in DECIDABLE and item.is_outrun else None,
        ("warn", "Source out of date") if _is_late(item, rows) else None,
        ("info", "Strategic") if account.is_strategic else None,
        ("warn", "Sensitive") if contact and is_sensitive(contact) else None,
        ("info", "New contact") if item.is_outward and item.pk not in rows.known else None,
        ("info", "Rewritten") if draft and draft.supersedes_id else None,
        ("info", waits.lifts.rstrip(".")) if waits and item.state in DECIDABLE else None,
        _for_whom(item, rows),
        ("info", "Given to you") if item.assigned_to_id == rows.reader.pk else None,
        time_left(item.decide_by, rows.now) if item.state in DECIDABLE else None,
        _expiry(item, rows.now) if item.state in DECIDABLE else None,
    ]
    return [badge for badge in badges if badge]


def _is_late(item: ReviewItem, rows: Rows) -> bool:
    """It cites what holds no more: the sweep is about to take it away."""
    known = rows.grounds.get(item.draft) if item.draft else None
    return bool(known and known.outdated) and item.state in DECIDABLE


def _for_whom(item: ReviewItem, rows: Rows) -> Badge | None:
    """Whose it is, where that is not the reader: a colleague who is away, left, or was given it."""
    number, back = rows.deciders.get(item.pk, (None, None))
    given = item.assigned_to_id == number
    person = item.assigned_to if given else item.account.owner
    if person is None or number == rows.reader.pk:
        return None
    name = person.first_name or str(person)
    if back:
        return ("info", f"For {name}, away {delegations.until(back)}")
    if not person.is_active:
        return ("warn", f"{person} is deactivated")
    return ("info", f"For {person}") if given else None


def _expiry(item: ReviewItem, now: datetime) -> Badge | None:
    """Only when it is near: until then the clock says what counts."""
    ends = item.due_at if item.state == State.ESCALATED and item.due_at else item.expires_at
    return ("warn", f"Expires {due(ends, now)}") if ends - now < timedelta(days=2) else None


# --- the draft ------------------------------------------------------------------------------------


def text_of(item: ReviewItem, draft: Draft, rows: Rows) -> tuple[str, str]:
    """What `decisions.text_of` says, from rows that are read already."""
    texts = [
        row.after for row in rows.decisions[item.pk] if row.after and row.at >= draft.created_at
    ]
    if not texts:
        return draft.subject, draft.body
    subject, _, body = rows.texts.get(texts[-1], snapshots.ERASED).partition("\n")
    return subject, body or subject


def _chips(item: ReviewItem, draft: Draft, rows: Rows) -> list[Chip]:
    found = evidence.chips(draft, rows.sources)
    return evidence.in_reading_order(found, text_of(item, draft, rows)[1])


def _letter(item: ReviewItem, draft: Draft, chips: list[Chip], rows: Rows) -> Letter:
    subject, body = text_of(item, draft, rows)
    mail = payload.prepare(
        draft, revision=item.revision, subject=subject, body=body, company=rows.company
    )
    edited = body.strip() != draft.body.strip()
    found = Doubts()
    if item.state in DECIDABLE:
        found = doubts.of(draft, mail, rows.grounds[draft], reader=rows.reader)
    return Letter(
        sender=f"{mail.sender_name} <{mail.sender}>",
        recipient=mail.recipient,
        subject=mail.subject,
        body=mail.body,
        pieces=evidence.mark(mail.body, chips, found.inside("body")),
        footer=mail.footer,
        differs=worddiff.diff(draft.body, mail.body) if edited else [],
        doubts=found,
        subject_pieces=evidence.mark(mail.subject, [], found.inside("subject")),
    )


def _signature(item: ReviewItem, draft: Draft, rows: Rows) -> Signature:
    made = [row for row in rows.decisions[item.pk] if row.undone_at is None]
    last = made[-1] if made and item.state in SIGNED else None
    return Signature(
        writer=registry.label(draft.agent),
        written=when(draft.created_at, rows.now, rows.zone),
        is_offline=draft.is_offline,
        wishes=rows.wishes.get(draft.run_id or 0, []),
        signer=autonomy.decider(last.by, last.policy) if last else "",
        signed=_signed(item, last, rows) if last else "",
        is_refusal=item.state == State.REJECTED,
    )


def _signed(item: ReviewItem, last: Decision, rows: Rows) -> str:
    at = when(last.at, rows.now, rows.zone)
    how = CHANGES.get(last.verb) or decisions.REASONS.get(last.reason, last.reason)
    how = how or last.get_escalation_verdict_display()
    more = "".join(f", {words}" for words in (how.lower(), last.vouch) if words)
    return f"{SIGNED[item.state]} {at}{more}"


# --- what is no mail ------------------------------------------------------------------------------


def _all_notes(item: ReviewItem, draft: Draft, rows: Rows) -> list[Note]:
    together = rows.notes.get(item.account_id, []) if item.state == State.PENDING else []
    grouped = draft.effect == "none" and item.pk in [row.pk for row in together]
    return [
        Note(
            item=row,
            label=row.draft.subject or autonomy.class_label(row.draft.output_class),
            text=row.draft.body or fields(row.draft.fields),
            written=when(row.draft.created_at, rows.now, rows.zone),
        )
        for row in (together if grouped else [item])
        if row.draft
    ]


def _question(item: ReviewItem, rows: Rows) -> Question:
    routing = item.routing
    spoke = [row for row in rows.around.activities[item.account_id] if row.is_untrusted]
    signals = [rows.signals[pk] for pk in routing.signals if pk in rows.signals] if routing else []
    would = str(routing.mandate.get("do", "")) if routing else ""
    allowed = [registry.label(name) for name in routing.allowed] if routing else []
    lines = [
        ("Needed you", _handed_up(rows.decisions[item.pk])),
        ("Rule", item.rule),
        ("Happened", ", ".join(_signal(row, rows) for row in signals)),
        ("An agent would", would or (f"{' or '.join(allowed)} would go on." if allowed else
         "Nothing: agents are silent here until you decide.")),
    ]  # fmt: skip
    return Question(
        said=spoke[0].body[:1200] if spoke else "",
        lines=[line for line in lines if line[1]],
    )


def _handed_up(made: list[Decision]) -> str:
    """Who said that it needed their manager, and what they wrote."""
    up = [row for row in made if row.escalation_verdict and row.verb == Decision.Verb.REASSIGN]
    return ", ".join(f"{row.by}: {row.note}".rstrip(": ") for row in up)


def _signal(row: Signal, rows: Rows) -> str:
    return f"{row.kind.replace('_', ' ')}, {when(row.occurred_at, rows.now, rows.zone)}"
