"""The envelope that every agent's answer comes in, and its JSON schema for strict endpoints.

Any agent's output type inherits `Envelope`. Every string and every list has an upper bound, no key
may be added, and a skip or an escalation is as good an answer as an act. Pure: pydantic only.
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Word = Annotated[str, Field(max_length=80)]
Line = Annotated[str, Field(max_length=300)]
Passage = Annotated[str, Field(max_length=1200)]
Reference = Annotated[
    str, Field(max_length=60, description="kind:number as in the packet, or empty")
]
Day = Annotated[str, Field(max_length=40, description="ISO 8601 date or time")]
References = Annotated[list[Reference], Field(max_length=20)]
Lines = Annotated[list[Line], Field(max_length=20)]

Decision = Literal["act", "skip", "escalate"]

# What a strict endpoint neither needs nor, in part, accepts.
ORNAMENTS = frozenset({"title", "default"})
BOUNDS = frozenset(
    {"minLength", "maxLength", "pattern", "format", "minItems", "maxItems", "minimum", "maximum"}
)
NAMED = frozenset({"properties", "$defs"})


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Evidence(Part):
    """One asserted fact and the row it rests on; `quote` is a literal part of that row."""

    claim: Line
    source_type: Word
    source_id: Reference
    quote: Line
    as_of: Day | None


class Change(Part):
    """One field that the shared layer should hold from now on."""

    subject: Reference
    field: Word
    value: Line


class Package(Part):
    """The context package: what the receiver needs so that it neither fetches nor asks again."""

    why: Passage
    contact_id: Reference
    deal_ids: References
    messages_sent: Lines
    response: Line
    engagement: Lines
    questions: Lines
    objections: Lines
    assessment: Passage
    evidence_ids: References


class Mandate(Part):
    """What to do next, by which means, and when to stop and ask a person."""

    do: Line
    output_class: Word
    contact_id: Reference
    allowed_means: Lines
    stop_when: Lines


class Handoff(Part):
    to: Word
    context: Package
    mandate: Mandate
    success_criteria: Lines
    escalate_if: Lines
    deadline: Day | None


class Envelope(Part):
    decision: Decision
    output_class: Annotated[
        str, Field(max_length=80, description="One of the task's classes; empty without a draft")
    ]
    confidence: float = Field(ge=0, le=1, allow_inf_nan=False)
    risk_flags: Annotated[list[Word], Field(max_length=20)]
    evidence: Annotated[list[Evidence], Field(max_length=30)]
    missing_context: Lines
    state_update: Annotated[list[Change], Field(max_length=20)]
    handoff: Handoff | None
    rationale: Annotated[str, Field(max_length=900, description="At most three sentences")]


@cache
def schema(model: type[BaseModel], *, bounded: bool = True) -> dict[str, Any]:
    """The JSON schema of `model` as strict endpoints want it: all keys required, none added.

    `bounded=False` leaves lengths and ranges out, for endpoints that refuse these keywords; they
    are checked here afterwards in any case.
    """
    return _strict(model.model_json_schema(), ORNAMENTS if bounded else ORNAMENTS | BOUNDS)


def _strict(node: Any, dropped: frozenset[str]) -> Any:
    if isinstance(node, list):
        return [_strict(entry, dropped) for entry in node]
    if not isinstance(node, dict):
        return node
    kept = {
        key: _members(value, dropped) if key in NAMED else _strict(value, dropped)
        for key, value in node.items()
        if key not in dropped
    }
    if "properties" in kept:
        kept.pop("description", None)  # a docstring is written for us, not for a model
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept


def _members(members: dict[str, Any], dropped: frozenset[str]) -> dict[str, Any]:
    """Under these keys stand names of our own: a field called `title` is no ornament."""
    return {name: _strict(value, dropped) for name, value in members.items()}
