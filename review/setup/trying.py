"""An admin tries a version on a real account: what it would have written, what it cost, no effect.

An admin has no silent access to what is known of an account: the try is in the account's log
before anything of it is asked, and the page says so. What comes out is shown once and kept nowhere.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from agents import configs, llm, runtime, trying
from agents.configs import Content
from agents.models import RoutingRule
from revenue import events, transactions
from revenue.models import Account, Contact, Event, User
from review.setup import asking, model, patience, team


@dataclass(frozen=True)
class Tried:
    """`kind` is that of `runtime.Result`; `output` the answer itself, where it could be used."""

    account: Account
    kind: str
    words: str
    output: Any
    recipient: Contact | None
    model: str
    asked: str  # the model that was to answer
    tokens: tuple[int, int]  # read, written
    cost: Decimal
    seconds: float
    notes: tuple[str, ...]

    @property
    def bill(self) -> str:
        """What it took, in a sentence."""
        read, written = self.tokens
        cost = team.price(self.cost, self.model, self.asked)
        by = f" by {self.model}" if self.model else ""
        took = model.in_seconds(self.seconds)
        return f"{read:,} tokens read and {written:,} written{by} in {took}. {cost}"


def try_out(
    agent: str, content: Content, account: Account, *, rule: RoutingRule, by: User
) -> Tried:
    """No transaction is open while the model thinks. TryError says what does not fit."""
    attempt = _begin(agent, content, account, rule=rule, by=by)
    answers = asking.answered([attempt.opening.call])
    answer = answers[0] if answers else None
    with transactions.atomic():
        cost = trying.settle(attempt, answer)
        result = trying.judged(attempt, answer) if answer else _late()
        events.append(
            "try.ended", by=by, account=account, agent=agent, result=result.kind, cost=str(cost)
        )
    return _tried(account, result, answer, cost, asked=attempt.opening.call.model)


@transactions.atomic
def _begin(
    agent: str, content: Content, account: Account, *, rule: RoutingRule, by: User
) -> trying.Attempt:
    attempt = trying.begin(account, agent, content, rule=rule)
    events.append(
        "try.started", by=by, account=account, subject=account, agent=agent,
        fingerprint=configs.fingerprint(agent, content),
    )  # fmt: skip
    return attempt


def tries(account: Account) -> QuerySet[Event]:
    """What was tried here, by whom and when."""
    return Event.objects.filter(subject_kind="account", subject_id=account.pk, kind="try.started")


def _late() -> runtime.Result:
    return runtime.Result(
        "failed", f"The model did not answer within {patience.SECONDS:g} seconds."
    )


def _tried(
    account: Account, result: runtime.Result, answer: llm.Answer | None, cost: Decimal,
    *, asked: str,
) -> Tried:  # fmt: skip
    usage = answer.usage if answer else llm.Usage()
    output = answer.value if answer else None
    number = str(getattr(output, "to", "") or getattr(output, "contact_id", "")).partition(":")[2]
    people = account.contacts.filter(pk=number) if number.isdecimal() else Contact.objects.none()
    return Tried(
        account=account,
        kind=result.kind,
        words=result.words,
        output=output,
        recipient=people.first(),
        model=answer.model if answer else "",
        asked=asked,
        tokens=(usage.prompt_tokens, usage.completion_tokens),
        cost=cost,
        seconds=answer.seconds if answer else patience.SECONDS,
        notes=answer.notes if answer else (),
    )
