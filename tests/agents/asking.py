"""What the tests of the client ask, and how."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from agents import llm
from agents.llm import Answer, Call


class Verdict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    reason: str = Field(max_length=200)


GOOD = {"reason": "Because."}


def call(**changes: Any) -> Call:
    return Call(
        **{
            "model": "gpt-5-mini",
            "system": "You judge.",
            "packet": {"task": {"agent": "router"}, "name": "Łódź"},
            "output": Verdict,
        }
        | changes
    )


def ask(**changes: Any) -> Answer:
    [answer] = llm.complete_all([call(**changes)])
    return answer
