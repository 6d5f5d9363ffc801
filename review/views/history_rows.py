"""How a decision reads: who, what, why, how long they looked, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from agents.definitions import registry
from agents.models import Draft
from revenue import snapshots
from revenue.models import Activity, User
from review import autonomy, decisions, history, rewording, worddiff
from review.models import Decision, OutboxMessage
from review.views import delivery_notes, outbox_rows

SHOWN = 8  # characters of a fingerprint that a person compares
MOST = 20
UNREAD = "item__draft__body", "item__draft__evidence", "item__draft__fields"


@dataclass(frozen=True)
class Row:
    """One decision. `mail` is what became of it, for what was to leave; `others` how many the same
    press approved; `is_audit` that its draft was drawn for a check."""

    decision: Decision
    who: str
    verb: str
    subject: str
    kind: str
    why: str
    looked: str
    others: str = ""
    mail: str = ""
    tone: str = ""
    is_audit: bool = False


@dataclass(frozen=True)
class Text:
    """What was looked at and what was made of it; `spans` where the two differ."""

    subject: str
    body: str
    subject_spans: list[worddiff.Span]
    spans: list[worddiff.Span]
    changed: str = ""


@dataclass(frozen=True)
class Story:
    """All that is known of one decision."""

    row: Row
    text: Text | None
    draft: Draft | None
    author: str
    known: str
    undone: str
    message: OutboxMessage | None
    exact: outbox_rows.Exact | None
    fingerprint: str
    told: list[delivery_notes.Told]
    answer: Activity | None
    others: list[Row]


def seen(rows: QuerySet[Decision]) -> QuerySet[Decision]:
    """With what a row says of each, in two queries."""
    mails = Prefetch("messages", OutboxMessage.objects.order_by("pk"))
    rows = rows.select_related("by", "item__account", "item__draft__contact")
    return rows.defer(*UNREAD).prefetch_related(mails)


def read(rows: Iterable[Decision], viewer: User) -> list[Row]:
    found = list(rows)
    texts = snapshots.get_many([one.after or one.before for one in found])
    bulks, audits = history.together(found), history.audits(one.item for one in found)
    return [
        _row(one, viewer, texts, _others(one, bulks), is_audit=one.item_id in audits)
        for one in found
    ]


def _row(
    decision: Decision, viewer: User, texts: dict[str, str], others: str, *, is_audit: bool
) -> Row:
    item, message = decision.item, _mail(decision)
    text = texts.get(decision.after or decision.before, "")
    draft = item.draft
    return Row(
        decision,
        who(decision, viewer),
        decision.get_verb_display(),
        text.partition("\n")[0] or (draft.subject if draft else "") or item.reason,
        autonomy.class_label(draft.output_class) if draft else "A question",
        why(decision),
        looked(decision.dwell_ms),
        others,
        outbox_rows.LABELS.get(message.state, message.get_state_display()) if message else "",
        outbox_rows.TONES.get(message.state, "") if message else "",
        is_audit,
    )


def _others(decision: Decision, bulks: dict[UUID, int]) -> str:
    number = bulks[decision.bulk] - 1 if decision.bulk else 0
    if not number:
        return ""
    together = "of this and" if decision.verb == Decision.Verb.REWRITE else "with"
    return f"{together} {number} other{'' if number == 1 else 's'}"


def _mail(decision: Decision) -> OutboxMessage | None:
    return next(iter(decision.messages.all()), None)


def who(decision: Decision, viewer: User) -> str:
    if decision.by_id == viewer.pk:
        return "You"
    return autonomy.decider(decision.by, decision.policy)


def why(decision: Decision) -> str:
    """The reason that they chose and what they wrote, as one sentence."""
    verdict = decision.get_escalation_verdict_display()
    if decision.verb == Decision.Verb.REASSIGN and not verdict:
        return f"To {decision.note}"
    reason = decisions.REASONS.get(decision.reason, decision.reason)
    return ": ".join(part for part in (verdict, reason, decision.note) if part)


def looked(dwell_ms: int | None) -> str:
    """How long they looked before they decided; "" where nobody measured it."""
    if dwell_ms is None:
        return ""
    seconds = round(dwell_ms / 1000)
    if seconds < 60:
        return f"{seconds} s" if seconds else "under 1 s"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


# --- one decision, whole --------------------------------------------------------------------------


def story(decision: Decision, viewer: User) -> Story:
    draft, message = history.draft_of(decision), _mail(decision)
    told = delivery_notes.of_mails([message.message_id] if message else [])
    rows = seen(Decision.objects.for_user(viewer).filter(item=decision.item_id))
    return Story(
        read([decision], viewer)[0],
        _text(decision, draft),
        draft,
        _author(draft) if draft else "",
        fingerprint(decision.context_hash),
        _undone(decision, viewer),
        message,
        outbox_rows.exact(message) if message else None,
        fingerprint(decision.payload),
        told.get(message.message_id, []) if message else [],
        history.answer_to(message) if message else None,
        read(rows.exclude(pk=decision.pk).order_by("-at", "-pk")[:MOST], viewer),
    )


def _text(decision: Decision, draft: Draft | None) -> Text | None:
    if draft is None:
        return None
    was = f"{draft.subject}\n{draft.body}"
    if decision.before:
        was = snapshots.get(decision.before)
    now = snapshots.get(decision.after) if decision.after else was
    old_subject, _, old = was.partition("\n")
    subject, _, body = now.partition("\n")
    if was == now or snapshots.ERASED in (was, now):
        return Text(subject, body, [], [])
    return Text(
        subject, body, worddiff.diff(old_subject, subject), worddiff.diff(old, body),
        rewording.explain(rewording.judge(was, now)),
    )  # fmt: skip


def _author(draft: Draft) -> str:
    """The agent with the version of its prompt and the model that it asked."""
    parts = [registry.label(draft.agent)]
    if draft.config:
        parts.append(f"version {draft.config.version} of its prompt")
    if draft.model:
        parts.append("the offline writer" if draft.is_offline else draft.model)
    return ", ".join(parts)


def fingerprint(digest: str) -> str:
    """The beginning of a hash in groups that can be read out; "" for none."""
    short = digest[:SHOWN]
    return " ".join(short[at : at + 4] for at in range(0, len(short), 4))


def _undone(decision: Decision, viewer: User) -> str:
    """Who took it back; "" where nobody did."""
    if decision.undone_at is None:
        return ""
    person = history.undone_by([decision.item_id]).get(decision.pk)
    return "you" if person == viewer else str(person or "the system")
