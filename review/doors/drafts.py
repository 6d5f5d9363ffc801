"""An outside agent's draft: read like a model's answer, under the version and the voice that any
outward run needs, then through the same gate.

In this order: known key → shape → account → class and recipient → version → voice → the gate.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StrictStr, field_validator

from agents import answers
from agents.definitions import registry
from agents.definitions.base import OutputClass
from agents.models import Draft
from agents.orchestration import conflicts
from agents.reading import Reader, Shelf
from revenue import clock, consent, context, events, ingest, leases, locks, transactions
from revenue.models import Account, Activity, Contact
from review import fates, intake
from review.cards import evidence
from review.doors import bodies, tokens
from review.doors.problems import Fault, Problem, invalid, not_there
from review.models import ApiToken, ReviewItem, Submission

VOICE = timedelta(minutes=10)
LONGEST_KEY = 200
EFFECTS = ("buyer", "none")
Line = Annotated[StrictStr, Field(max_length=300)]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Source(Part):
    """What one assertion rests on: `quote` is a literal part of the row that `source_id` names."""

    claim: Line
    source_id: Annotated[StrictStr, Field(max_length=60, pattern=r"^[a-z]+:\d{1,18}$")]
    quote: Line
    as_of: Annotated[StrictStr, Field(max_length=40)] | None = None


class Posted(Part):
    account: StrictInt
    contact: StrictInt | None = None
    output_class: Annotated[StrictStr, Field(max_length=60, alias="class")]
    subject: Annotated[StrictStr, Field(max_length=200)]
    body: Annotated[StrictStr, Field(max_length=6000)]
    evidence: Annotated[list[Source], Field(max_length=30)] = []
    context_version: StrictInt
    in_reply_to: StrictInt | None = None
    rationale: Annotated[StrictStr, Field(max_length=900)] = ""

    @field_validator("subject")
    @classmethod
    def _is_one_line(cls, value: str) -> str:
        if len(value.splitlines()) != 1 or not value.strip():
            raise ValueError("one line that is not empty")
        return value.strip()

    @field_validator("body")
    @classmethod
    def _is_written(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("a message that is not empty")
        return value.replace("\r\n", "\n").strip()


@dataclass(frozen=True)
class Taken:
    """`is_again`: the answer of the first time, because the key was seen with this very body."""

    answer: dict[str, Any]
    is_again: bool = False


def take(token: ApiToken, *, key: str, body: str) -> Taken:
    if not key or len(key) > LONGEST_KEY or not key.isprintable() or not key.isascii():
        fault = Fault("Idempotency-Key", "missing or odd", key[:60],
                      f"1 to {LONGEST_KEY} printable characters")  # fmt: skip
        raise Problem(400, "no_key", "Every draft needs an Idempotency-Key of its own.",
                      "Send a header Idempotency-Key, the same when you repeat a request.",
                      fields=[fault])  # fmt: skip
    digest = hashlib.sha256(body.encode()).hexdigest()
    known = Submission.objects.filter(token=token, key=key).first()
    if known:
        return _again(known, digest)
    posted, notes = _read(body)
    return _take(token, key, digest, posted, notes)


@transactions.atomic
def _take(token: ApiToken, key: str, digest: str, posted: Posted, notes: list[str]) -> Taken:
    row, is_new = Submission.objects.get_or_create(
        token=token, key=key, defaults={"body": digest, "at": clock.now()}
    )
    if not is_new:
        return _again(row, digest)
    draft = _write(token, posted, notes)
    intake.route(draft)
    row.draft, row.is_open = draft, bool(token.callback_url)
    row.answer = told(draft)
    row.save(update_fields=["draft", "answer", "is_open"])
    return Taken(row.answer)


def _again(row: Submission, digest: str) -> Taken:
    if row.body != digest:
        raise Problem(409, "key_reused", "This Idempotency-Key came with another body before.",
                      "Use a new key for a new draft.")  # fmt: skip
    return Taken(row.answer, is_again=True)


def _read(body: str) -> tuple[Posted, list[str]]:
    """Cleaned as a model's answer is: what a reader would not see is taken out, and noted."""
    if len(body.encode()) > answers.LIMIT_BYTES:
        fault = Fault("body", "too long", f"{len(body.encode())} bytes",
                      f"{answers.LIMIT_BYTES} bytes")  # fmt: skip
        raise Problem(413, "too_large", "A draft of this size is not taken.", "Write less.",
                      fields=[fault])  # fmt: skip
    notes: list[str] = []
    try:
        found = ingest.storable(answers.cleaned(bodies.parsed(body), "", notes))
    except answers.Unreadable as error:
        raise invalid(error.path or "body", f"{error.words[:1].upper()}{error.words[1:]}",
                      allowed="plain text") from None  # fmt: skip
    return bodies.shaped(found, Posted), [note for note in notes if answers.REMOVED in note]


# --- writing --------------------------------------------------------------------------------------


def _write(token: ApiToken, posted: Posted, notes: list[str]) -> Draft:
    """The row, under the account's lock, with the voice if a buyer is to read it."""
    account = _account(token, posted.account)
    chosen = _class(posted.output_class)
    seen = context.contexts([account])[account.pk]
    contact = _contact(seen, posted, chosen)
    answered = _answered(account, posted)
    if chosen.effect == "buyer":
        _still_true(account, posted.context_version)
    lease = _voice(token, account) if chosen.effect == "buyer" else None
    draft = Draft.objects.create(
        account=account,
        agent=token.signature,
        output_class=chosen.name,
        effect=chosen.effect,
        contact=contact,
        subject=posted.subject,
        body=posted.body,
        lease=lease,
        token=lease.token if lease else 0,
        context_version=account.context_version,
        context_hash=seen.hash,
        fields={"removed": notes},
        evidence=[_evidence(one) for one in posted.evidence],
        rationale=posted.rationale,
        in_reply_to=answered,
        is_tainted=True,
        created_at=clock.now(),
    )
    events.append(
        "draft.written", by=f"agent:{token.signature}", account=account, subject=draft,
        output_class=chosen.name,
    )  # fmt: skip
    return draft


def _account(token: ApiToken, pk: int) -> Account:
    if not tokens.reached(token.team).filter(pk=pk).exists():
        raise not_there("account")
    return locks.account(pk)


def _class(name: str) -> OutputClass:
    chosen = registry.output_class(name)
    if chosen is None or chosen.effect not in EFFECTS:
        raise invalid("class", "There is no class of this name for an outside agent", found=name,
                      allowed=", ".join(classes()))  # fmt: skip
    return chosen


def classes() -> list[str]:
    return [row.name for row in registry.output_classes() if row.effect in EFFECTS]


def _contact(seen: context.AccountContext, posted: Posted, chosen: OutputClass) -> Contact | None:
    """The recipient is a record of this account, and one that may be written to."""
    contact = next((row for row in seen.contacts if row.pk == posted.contact), None)
    if contact is None and (posted.contact is not None or chosen.effect == "buyer"):
        ids = ", ".join(str(row.pk) for row in seen.contacts[:20])
        raise invalid("contact", "This is no contact of the account", found=posted.contact,
                      allowed=ids or "the account has none")  # fmt: skip
    writable = consent.writable([seen])[seen.account.pk]
    if contact and chosen.effect == "buyer" and contact.pk not in writable:
        raise invalid("contact", "This person may not be written to", found=contact.pk)
    return contact


def _answered(account: Account, posted: Posted) -> Activity | None:
    if posted.in_reply_to is None:
        return None
    rows = Activity.objects.filter(account=account, direction=Activity.Direction.INBOUND)
    found = rows.filter(pk=posted.in_reply_to).first()
    if found is None:
        raise invalid("in_reply_to", "This is no mail that came in at the account",
                      found=posted.in_reply_to)  # fmt: skip
    return found


def _still_true(account: Account, version: int) -> None:
    if version != account.context_version:
        fault = Fault("context_version", "out of date", str(version), str(account.context_version))
        raise Problem(
            409, "moved_on", "Something happened at the account since you read it.",
            f"Read /api/accounts/{account.pk}/context again and write anew.", fields=[fault],
            present={"context_version": account.context_version},
        )  # fmt: skip


def _voice(token: ApiToken, account: Account) -> Any:
    held = leases.current(account)
    lease = None if held else leases.acquire(account, holder=f"outside:{token.pk}", ttl=VOICE)
    if lease is None:
        raise _held(account)
    return lease


def _held(account: Account) -> Problem:
    """Somebody else speaks there: who, and until when at the latest."""
    held = leases.current(account)
    who = conflicts.held_by(held).rstrip(".") if held else "Somebody else speaks to this account"
    until = None if held is None or held.is_pinned else held.expires_at.isoformat()
    return Problem(
        409, "voice_held", f"{who}, until {until or 'it is settled'}.",
        "Send it again when the account is free; read its context first.",
        holder={"words": who, "until": until},
    )  # fmt: skip


def _evidence(one: Source) -> dict[str, Any]:
    return {"source_type": one.source_id.partition(":")[0], **one.model_dump(mode="json")}


# --- reading --------------------------------------------------------------------------------------


def told(draft: Draft) -> dict[str, Any]:
    """What its agent may know of a draft."""
    fate = fates.of(draft)
    return {
        "id": draft.pk,
        "account": draft.account_id,
        "contact": draft.contact_id,
        "class": draft.output_class,
        "context_version": draft.context_version,
        "state": fate.state,
        "reason": fate.reason or _waits_for(draft, fate),
        "subject": fate.subject,
        "body": fate.body,
        "removed": draft.fields.get("removed", []),
        "evidence": _chips(draft),
        "history": [{"what": one.kind, "at": one.at.isoformat()} for one in fate.happenings],
    }


def _waits_for(draft: Draft, fate: fates.Fate) -> str:
    item = ReviewItem.objects.filter(draft=draft).first()
    return item.reason if item and fate.state == fates.PENDING else ""


def _chips(draft: Draft) -> list[dict[str, Any]]:
    rows = evidence.read([draft])
    return [
        {"claim": chip.claim, "quote": chip.quote, "is_in_our_records": chip.is_resolved}
        for chip in evidence.chips(draft, rows)
    ]


def find(token: ApiToken, pk: int) -> Draft:
    """A draft that this agent wrote, at an account that the token still reaches."""
    rows = Draft.objects.filter(account__in=tokens.reached(token.team), agent=token.signature)
    found = rows.select_related("account").filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise not_there("draft")
    return found


def context_of(token: ApiToken, pk: int) -> dict[str, Any]:
    """What an agent reads before it writes, as ours do; never an address."""
    account = tokens.reached(token.team).filter(pk=pk).first() if pk < 2**63 else None
    if account is None:
        raise not_there("account")
    seen = context.account_context(account)
    reader = Reader(seen, Shelf([seen], now=clock.now()), signals=[])
    held = leases.current(account)
    return {
        "account": reader.company(),
        "context_version": seen.version,
        "voice": {"words": conflicts.held_by(held), "until": held.expires_at.isoformat()}
        if held
        else None,
        "classes": classes(),
        "contacts": reader.contacts(),
        "deals": reader.deals(),
        "won": reader.closed(won=True),
        "facts": reader.facts(),
        "thread": reader.thread(),
        "products": reader.products(),
        "claims": reader.claims(),
    }
