"""A chat completion as endpoints send it: what is read of one, and the tokens that it took.

Endpoints differ in what they add; nothing that they leave out is made up. Pure: pydantic only.
"""

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from agents import faults

MOST_TOKENS = 1_000_000_000


@dataclass(frozen=True)
class Usage:
    """Tokens; the cached ones are part of the prompt's."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.cached_tokens + other.cached_tokens,
            self.completion_tokens + other.completion_tokens,
        )


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Cached(_Lenient):
    cached_tokens: int | None = None


class _Spent(_Lenient):
    prompt_tokens: int = 0
    completion_tokens: int = 0
    prompt_tokens_details: _Cached | None = None

    def counted(self) -> Usage:
        details = self.prompt_tokens_details
        cached = (details.cached_tokens or 0) if details else 0
        return Usage(*map(_tokens, (self.prompt_tokens, cached, self.completion_tokens)))


def _tokens(said: int) -> int:
    """A number that can be stored and charged, whatever the endpoint says."""
    return min(max(said, 0), MOST_TOKENS)


class _Message(_Lenient):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Lenient):
    message: _Message
    finish_reason: str | None = None


class Completion(_Lenient):
    choices: list[_Choice] = Field(min_length=1)
    usage: _Spent | None = None
    model: str | None = None


def read(body: str) -> Completion:
    """What an endpoint sent; NoAnswer for what is no chat completion."""
    try:
        return Completion.model_validate_json(body)
    except ValidationError:
        raise faults.NoAnswer(faults.not_a_completion(body)) from None
