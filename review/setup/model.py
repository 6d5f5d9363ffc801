"""The model: which one answers, and a call that says how long it took and what it cost.

The call is the router's own question with its own prompt, so that it tries the very thing that the
agents need: the key, the address, the model's name and structured answers.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from urllib.parse import urlsplit

from django.conf import settings

from agents import budget, configs, llm, packets
from agents.outputs import RouterOutput
from revenue import clock, transactions, workspace
from revenue.models import User
from review.setup import patience

ACCOUNT = 0  # no account pays for it
GRACE = 3.0  # seconds in which the client may still say what went wrong
PACKET = {
    "task": {"agent": configs.ROUTER, "mandate": {"do": "A test call from the set-up page."}},
    "situation": {"signals": ["reply"], "has_conversation": True},
    "allowed": ["outreach"],
}


@dataclass(frozen=True)
class Try:
    answered: bool
    words: str


def configured() -> str:
    """Which model answers, and where, in words; never the key."""
    if llm.is_offline():
        return "The offline writer"
    host = urlsplit(settings.OPENAI_BASE_URL or llm.OFFICIAL_URL).hostname
    return f"{settings.OPENAI_MODEL} at {host}"


def try_out(*, by: User) -> Try:
    """One call. No transaction is open while the model thinks."""
    tried = _try()
    note = f"{configured()}\n{tried.words}"[:300]
    workspace.change(
        by=by, model_tested_at=clock.now() if tried.answered else None, model_test_note=note
    )
    return tried


def _try() -> Try:
    config = configs.active(configs.ROUTER)
    if config is None:
        return Try(False, "The router's prompt is switched off, so there is nothing to ask with.")
    asked = packets.call_for(config, PACKET, output=RouterOutput)
    call = replace(asked, seconds=patience.SECONDS)
    reserved, at = llm.estimate(call), clock.now()
    with transactions.atomic():
        refused = budget.reserve("setup", ACCOUNT, reserved)
    if refused:
        return Try(False, refused.reason)
    answer = _answer(call)
    spent = llm.cost(answer.usage, answer.model) if answer else Decimal(0)
    with transactions.atomic():
        budget.settle("setup", ACCOUNT, reserved=reserved, spent=spent, at=at)
    if answer is None:
        return Try(False, "The address of the model is not found. Check its name and the network.")
    return Try(False, answer.error) if answer.value is None else Try(True, _words(answer))


def _answer(call: llm.Call) -> llm.Answer | None:
    """The client keeps its own deadline; a name that is looked up for longer has none but this."""
    try:
        answers = patience.within(call.seconds + GRACE, partial(llm.complete_all, [call]))
    except patience.TooLate:
        return None
    return answers[0]


def _words(answer: llm.Answer) -> str:
    seconds = f"{answer.seconds:.1f}" if answer.seconds >= 0.1 else "less than 0.1"
    if llm.is_offline():
        return f"The offline writer answered in {seconds} s and cost nothing."
    usage = answer.usage
    tokens = f"{usage.prompt_tokens:,} tokens read, {usage.completion_tokens:,} written"
    spent = llm.cost(usage, answer.model)
    price = f"It cost ${spent:.6f}".rstrip("0").rstrip(".") if spent else "Its price is not known"
    return f"{answer.model} answered in {seconds} s: {tokens}. {price}."


def last_try(note: str) -> str:
    """What the last call said, if the same model would answer today; else ""."""
    asked, _, words = note.partition("\n")
    return words if asked == configured()[:300] else ""
