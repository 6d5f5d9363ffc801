"""A signal that another program brings, of any kind: whose account it is, and what it says."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictInt, model_validator

from revenue import clock, ingest, signal_kinds
from revenue.models import Account, Signal, Team
from review.doors import bodies, tokens
from review.doors.problems import Problem, invalid, not_there

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)


class Posted(BaseModel):
    """An account is named by exactly one of its number, its domain and its key in the CRM."""

    model_config = ConfigDict(extra="forbid")

    account: StrictInt | None = None
    domain: str = Field(default="", max_length=253)
    crm_key: str = Field(default="", max_length=220)
    kind: str = Field(min_length=1, max_length=40, pattern=r"^[a-z0-9_.-]+$")
    occurred_at: AwareDatetime | None = None
    payload: dict[str, Any] = Field(default_factory=dict)
    dedupe_key: str = Field(default="", max_length=180)

    @model_validator(mode="after")
    def _names_one_account(self) -> "Posted":
        if sum(map(bool, (self.account, self.domain, self.crm_key))) != 1:
            raise ValueError("name the account by one of account, domain and crm_key")
        return self


@dataclass(frozen=True)
class Taken:
    row: Signal
    is_new: bool


def take(
    found: dict[str, Any],
    *,
    source: str,
    origin: str,
    team: Team | None,
    key: str = "",
    at: datetime | None = None,
) -> Taken:
    """Keep it, once for each key of its origin. In the caller's transaction.

    `key` and `at` stand in for what the body does not say. `source` is what people read.
    """
    posted = bodies.shaped(found, Posted)
    own = posted.dedupe_key or key
    if not own:
        raise invalid("dedupe_key", "A key is needed that is the same when this is sent again")
    account, whole = _account(posted, team), f"{origin}:{own}"
    known = Signal.objects.filter(dedupe_key=whole).exists()
    try:
        row = ingest.record_signal(
            account=account, kind=posted.kind, source=source, payload=posted.payload,
            occurred_at=_moment(posted.occurred_at or at or clock.now()), dedupe_key=whole,
        )  # fmt: skip
    except signal_kinds.SignalError as error:
        raise invalid("payload", str(error)) from None
    if row.account_id != account.pk:
        raise Problem(409, "key_taken", "This dedupe_key came with another account before.",
                      "Use a key of its own for each signal.")  # fmt: skip
    return Taken(row, not known)


def _moment(at: datetime) -> datetime:
    if not EARLIEST <= at <= clock.now() + AHEAD:
        raise invalid("occurred_at", "This is not a time at which it can have happened", found=at,
                      allowed="from the year 2000 to now")  # fmt: skip
    return at.astimezone(UTC)


def _account(posted: Posted, team: Team | None) -> Account:
    rows = tokens.reached(team)
    if posted.account:
        found = list(rows.filter(pk=posted.account))
    elif posted.domain:
        found = list(rows.filter(domain__iexact=posted.domain)[:2])
    else:
        found = list(rows.filter(crm_key=posted.crm_key))
    if not found:
        raise not_there("account")
    if len(found) > 1:
        raise invalid("domain", "Several accounts have this domain", found=posted.domain,
                      allowed="the account's number or crm_key")  # fmt: skip
    return found[0]
