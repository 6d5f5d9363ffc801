"""What each agent answers beyond the envelope: the output types of the first agents.

The definitions name them, `agents.llm` validates against them. Pure: pydantic only.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from agents.envelope import Day, Envelope, Line, Lines, Part, Reference, References, Word

Label = Literal[
    "interested", "meeting_request", "question", "objection", "not_now", "referral",
    "wrong_person", "left_company", "not_interested", "unsubscribe", "hostile_legal",
    "out_of_office", "auto_reply", "bounce_hard", "bounce_soft", "unclassified",
]  # fmt: skip
Objection = Literal["price", "timing", "competitor", "authority", "no_need", "trust"]
Score = Annotated[int, Field(ge=0, le=100)]


class Fit(Part):
    """How well one company fits; the domain is empty when the packet names none."""

    domain: Annotated[str, Field(max_length=253)]
    fit_score: Score
    fit_reasons: Lines
    disqualifiers: Lines


class Person(Part):
    title: Line
    buying_role: Word
    email_status: Word


class ProspectingOutput(Envelope):
    accounts: Annotated[list[Fit], Field(max_length=20)]
    contacts: Annotated[list[Person], Field(max_length=20)]
    contact_id: Annotated[
        str, Field(max_length=60, description="The chosen contact's id, e.g. contact:5; or empty")
    ]
    deal_ids: References


class OutreachOutput(Envelope):
    """A mail that is written (`act`) has a recipient, a subject of one line and a body."""

    to: Annotated[
        str, Field(max_length=60, description="A contact id of the packet, e.g. contact:5")
    ]
    subject: Annotated[str, Field(max_length=200, description="One line")]
    body_text: Annotated[str, Field(max_length=6000, description="Plain text, without a footer")]
    angle: Line
    personalisation_fact_id: Reference | None
    cta: Line
    asset_ids: References
    proposed_send_at: Day | None
    step: Annotated[int, Field(ge=0, le=50)]
    stop_conditions: Lines

    @field_validator("to")
    @classmethod
    def _names_a_contact(cls, value: str, info: ValidationInfo) -> str:
        if _acts(info) and not value.startswith("contact:"):
            raise ValueError("name the recipient by its contact id, as in contact:5")
        return value

    @field_validator("subject")
    @classmethod
    def _is_one_line(cls, value: str, info: ValidationInfo) -> str:
        if len(value.splitlines()) > 1:
            raise ValueError("one line")
        return _written(value, info)

    @field_validator("body_text")
    @classmethod
    def _is_written(cls, value: str, info: ValidationInfo) -> str:
        return _written(value, info)

    @field_validator("proposed_send_at")
    @classmethod
    def _is_a_time(cls, value: str | None) -> str | None:
        if value is not None:
            datetime.fromisoformat(value)
        return value


class RouterOutput(Part):
    """The router's choice. That it names an allowed agent and does not contradict itself is for
    the router to judge: both claims have to be shown, so they are parsed here, not refused."""

    agent: Word | None
    verdict: Literal["run", "wait", "escalate", "none"]
    reason: Annotated[str, Field(max_length=600, description="At most three sentences")]


class ReplyOutput(Part):
    """What the reader makes of a mail; that `quote` stands in it is for the reader to judge."""

    label: Label
    objection: Objection | None
    return_date: Day | None
    person: Annotated[str, Field(max_length=254, description="As it stands in the mail; or empty")]
    quote: Annotated[str, Field(max_length=600, description="Words of the mail, literally")]
    confidence: float = Field(ge=0, le=1, allow_inf_nan=False)


def _acts(info: ValidationInfo) -> bool:
    return info.data.get("decision") == "act"


def _written(value: str, info: ValidationInfo) -> str:
    if _acts(info) and not value.strip():
        raise ValueError("write it, or decide to skip or escalate")
    return value
