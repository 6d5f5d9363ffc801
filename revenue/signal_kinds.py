"""The kinds of signals and what each must carry. An unknown kind is kept and goes to a human."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

Text = Field(default="", max_length=2000)


class Payload(BaseModel):
    """More keys than named here are kept: a source may know more than we ask for."""

    model_config = ConfigDict(extra="allow", str_max_length=20_000)


class PageVisit(Payload):
    url: str = Field(max_length=2000)
    visitor: str = Text


class Form(Payload):
    fields: dict[str, Any]


class Intent(Payload):
    topic: str = Field(max_length=300)
    score: float = Field(default=0, allow_inf_nan=False)


class News(Payload):
    title: str = Field(max_length=500)
    url: str = Text
    date: date


class FirmographicChange(Payload):
    field: str = Field(max_length=100)
    before: Any = None
    after: Any = None


class CompetitorMention(Payload):
    name: str = Field(max_length=200)
    quote: str = Text


class Usage(Payload):
    metric: str = Field(max_length=200)
    value: float = Field(allow_inf_nan=False)
    previous: float | None = Field(default=None, allow_inf_nan=False)


class ContractNotice(Payload):
    deadline: date


class ChampionLeft(Payload):
    contact: int | str
    successor: int | str | None = None


class Reply(Payload):
    message: int | str
    reply_class: str = "unclassified"


class MeetingEnded(Payload):
    notes: str = Field(default="", max_length=20_000)


class Silence(Payload):
    days: int = Field(ge=0, le=36_500)


KINDS: dict[str, type[Payload]] = {
    "page_visit": PageVisit,
    "form": Form,
    "intent": Intent,
    "news": News,
    "firmographic_change": FirmographicChange,
    "competitor_mention": CompetitorMention,
    "usage": Usage,
    "contract_notice": ContractNotice,
    "champion_left": ChampionLeft,
    "reply": Reply,
    "meeting_booked": Payload,
    "meeting_changed": Payload,
    "meeting_ended": MeetingEnded,
    "silence": Silence,
    "imported": Payload,
    "bounce": Payload,
    "stage_changed": Payload,
}


class SignalError(ValueError):
    """The payload does not fit its kind; the message names field, fault and what is expected."""


def checked(kind: str, payload: dict[str, Any]) -> dict[str, Any]:
    """The payload of a known kind, validated; that of an unknown kind as it is."""
    if kind not in KINDS:
        return payload
    try:
        return KINDS[kind].model_validate(payload).model_dump(mode="json")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "payload"
        needs = ", ".join(KINDS[kind].model_fields) or "no fields"
        raise SignalError(
            f"Signal “{kind}”, field “{where}”: {first['msg']}. It carries: {needs}."
        ) from error
