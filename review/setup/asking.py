"""What a page of the set-up asks of a model itself: paid by the day's money, and waited for."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from agents import budget, llm
from revenue import clock, transactions
from review.setup import patience

PAYER, ACCOUNT = "setup", 0  # no agent and no account pays for it
GRACE = 3.0  # seconds in which the client may still say what went wrong
NOT_FOUND = "The address of the model is not found. Check its name and the network."


class Unanswered(ValueError):
    """Why nothing was asked, or nothing came back, in words."""


def paid(calls: list[llm.Call]) -> list[llm.Answer]:
    """The answers to all calls at once. No transaction is open while the model thinks."""
    reserved, at = most(calls), clock.now()
    with transactions.atomic():
        refused = budget.reserve(PAYER, ACCOUNT, reserved)
    if refused:
        raise Unanswered(refused.reason)
    answers = answered(calls)
    spent = bill(calls, answers) if answers else Decimal(0)
    with transactions.atomic():
        budget.settle(PAYER, ACCOUNT, reserved=reserved, spent=spent, at=at)
    if answers is None:
        raise Unanswered(NOT_FOUND)
    return answers


def most(calls: Iterable[llm.Call]) -> Decimal:
    return sum(map(llm.estimate, calls), Decimal(0))


def bill(calls: list[llm.Call], answers: list[llm.Answer]) -> Decimal:
    pairs = zip(calls, answers, strict=True)
    costs = (llm.cost(answer.usage, answer.model, call.model) for call, answer in pairs)
    return sum(costs, Decimal(0))


def answered(calls: Iterable[llm.Call]) -> list[llm.Answer] | None:
    """The answers as far as a page waits for them; None for none. The client keeps its own
    deadline; a name that is looked up for longer has none but this."""
    soon = [replace(call, seconds=patience.SECONDS) for call in calls]
    try:
        return patience.within(patience.SECONDS + GRACE, partial(llm.complete_all, soon))
    except patience.TooLate:
        return None
