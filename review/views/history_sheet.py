"""The history as a table for a spreadsheet: one row a decision, columns that stay as they are.

`docs/history.md` says what each holds. Read in portions, so that a long one takes no more memory.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from agents.definitions import registry
from revenue import sheets, snapshots
from revenue.models import User
from review import autonomy, history
from review.models import Decision, OutboxMessage, ReviewItem

PORTION = 2000
DRAFT, PERSON = "item__draft__", "by__"
FIELDS = (
    "pk", "at", "policy", "verb", "item_id", "revision", "reason", "note", "dwell_ms", "edit_kind",
    "escalation_verdict",
    "edit_distance", "vouched", "bulk", "context_version", "context_hash", "payload", "undone_at",
    "before", "after", "item__reason", "item__account__name",
    f"{PERSON}first_name", f"{PERSON}last_name", f"{PERSON}username",
    f"{DRAFT}contact__first_name", f"{DRAFT}contact__last_name", f"{DRAFT}subject",
    f"{DRAFT}output_class", f"{DRAFT}agent", f"{DRAFT}config__version", f"{DRAFT}model",
)  # fmt: skip
HEADER = (
    "decision", "decided_at", "decided_by", "verb", "account", "contact", "subject", "class",
    "written_by", "prompt_version", "model", "why_asked", "reason", "escalation_verdict", "note",
    "seconds_looked", "item", "revision", "edit", "edit_share", "vouched", "context_version",
    "context_hash", "approved_hash", "undone_at", "undone_by", "mail", "sent_at", "bulk",
    "audit",
)  # fmt: skip
TEXTS = ("subject_before", "text_before", "subject_after", "text_after")

Found = dict[str, Any]
Mails = dict[int, Found]


def lines(rows: QuerySet[Decision], *, zone: ZoneInfo, with_texts: bool) -> Iterator[str]:
    """CSV, in portions; the texts before and after on demand."""
    header = HEADER + TEXTS if with_texts else HEADER
    return sheets.lines(header, _cells(rows, zone, with_texts))


def _cells(rows: QuerySet[Decision], zone: ZoneInfo, with_texts: bool) -> Iterator[list[Any]]:
    found = rows.order_by("-at", "-pk").values(*FIELDS).iterator(chunk_size=PORTION)
    while portion := list(islice(found, PORTION)):
        mails = _mails(portion)
        texts = _texts(portion) if with_texts else {}
        undone = history.undone_by(row["item_id"] for row in portion if row["undone_at"])
        audits = _audits(portion)
        for row in portion:
            cells = _row(row, mails.get(row["pk"], {}), undone.get(row["pk"]), zone)
            cells.append("yes" if row["item_id"] in audits else "")
            yield cells + _both(row, texts) if with_texts else cells


def _mails(portion: list[Found]) -> Mails:
    rows = OutboxMessage.objects.filter(decision__in=[row["pk"] for row in portion])
    fields = ("decision_id", "subject", "state", "claimed_at")
    return {row["decision_id"]: row for row in rows.order_by("pk").values(*fields)}


def _audits(portion: list[Found]) -> set[int]:
    items = ReviewItem.objects.filter(pk__in={row["item_id"] for row in portion})
    return history.audits(items.select_related("draft"))


def _texts(portion: list[Found]) -> dict[str, str]:
    return snapshots.get_many([row[name] for row in portion for name in ("before", "after")])


def _row(row: Found, mail: Found, undoer: User | None, zone: ZoneInfo) -> list[Any]:
    is_sent = mail.get("state") == OutboxMessage.State.SENT
    output_class, agent = row[f"{DRAFT}output_class"], row[f"{DRAFT}agent"]
    dwell = row["dwell_ms"]
    return [
        row["pk"],
        _moment(row["at"], zone),
        autonomy.decider(_name(row, PERSON) or row[f"{PERSON}username"], row["policy"]),
        row["verb"],
        row["item__account__name"],
        _name(row, f"{DRAFT}contact__"),
        mail.get("subject") or row[f"{DRAFT}subject"],
        autonomy.class_label(output_class) if output_class else "",
        registry.label(agent) if agent else "",
        row[f"{DRAFT}config__version"],
        row[f"{DRAFT}model"],
        row["item__reason"],
        row["reason"],
        row["escalation_verdict"],
        row["note"],
        None if dwell is None else dwell / 1000,
        row["item_id"],
        row["revision"],
        row["edit_kind"],
        round(row["edit_distance"], 3) if row["edit_kind"] else None,
        ", ".join(row["vouched"]),
        row["context_version"],
        row["context_hash"],
        row["payload"],
        _moment(row["undone_at"], zone),
        str(undoer or ""),
        mail.get("state"),
        _moment(mail["claimed_at"], zone) if is_sent else None,
        row["bulk"],
    ]


def _name(row: Found, path: str) -> str:
    return f"{row[f'{path}first_name'] or ''} {row[f'{path}last_name'] or ''}".strip()


def _moment(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """ISO 8601 with its offset, in the reader's zone."""
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _both(row: Found, texts: dict[str, str]) -> list[str]:
    cells: list[str] = []
    for name in ("before", "after"):
        text = texts.get(row[name], snapshots.ERASED) if row[name] else ""
        subject, _, body = text.partition("\n")
        cells += [subject, body]
    return cells
