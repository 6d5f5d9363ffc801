"""The model: which one answers, and a call that says how long it took and what it cost.

The call is the router's own question with its own prompt, so that it tries the very thing that the
agents need: the key, the address, the model's name and structured answers.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from agents import configs, llm, packets
from agents.models import AgentConfig
from agents.outputs import RouterOutput
from revenue import clock, model_access, transactions, workspace
from revenue.model_access import Access
from revenue.models import User
from review import autonomy
from review.setup import agents, asking, team

PACKET = {
    "task": {"agent": configs.ROUTER, "mandate": {"do": "A test call from the set-up page."}},
    "situation": {"signals": ["reply"], "has_conversation": True},
    "allowed": ["outreach"],
}


@dataclass(frozen=True)
class Try:
    answered: bool
    words: str


def configured(access: Access) -> str:
    """Which model answers, and where, in words; never the key."""
    if access.is_offline:
        return "The offline writer"
    host = urlsplit(access.url or model_access.OFFICIAL_URL).hostname
    return f"{access.model} at {host}"


def concerned() -> list[str]:
    """The labels of the lanes whose evidence another model begins anew."""
    return [autonomy.label(lane) for lane in autonomy.affected(*_without_own())]


def _without_own() -> list[str]:
    """The agents that have no model of their own."""
    return list(AgentConfig.objects.active().filter(model="").values_list("agent", flat=True))


@transactions.atomic
def save(*, url: str, model: str, key: str, by: User) -> list[str]:
    """Address, name and key, as typed. AccessError names the field that is wrong."""
    changed = model_access.save(url=url.strip(), model=model, key=key, by=by)
    if {"url", "model"} & set(changed):
        _begin_anew(by)
    return changed


@transactions.atomic
def forget(*, by: User) -> bool:
    """Whatever was typed is gone; False when there was nothing."""
    gone = model_access.forget(by=by)
    if gone:
        _begin_anew(by)
    return gone


def _begin_anew(by: User) -> None:
    """Another model writes, unless the environment names it: what was learnt is about the old."""
    if not model_access.of_environment().is_offline:
        return
    reason = f"Another model answers: {configured(model_access.current())}"
    agents.begin_anew(_without_own(), by=by, reason=reason)


def try_out(*, by: User) -> Try:
    """One call. No transaction is open while the model thinks."""
    tried = _try()
    note = f"{configured(model_access.current())}\n{tried.words}"[:300]
    workspace.change(
        by=by, model_tested_at=clock.now() if tried.answered else None, model_test_note=note
    )
    return tried


def _try() -> Try:
    config = configs.active(configs.ROUTER)
    if config is None:
        return Try(False, "The router's prompt is switched off, so there is nothing to ask with.")
    call = packets.call_for(config, PACKET, output=RouterOutput)
    try:
        [answer] = asking.paid([call])
    except asking.Unanswered as error:
        return Try(False, str(error))
    return Try(False, answer.error) if answer.value is None else Try(True, _words(call, answer))


def _words(call: llm.Call, answer: llm.Answer) -> str:
    seconds = in_seconds(answer.seconds)
    if model_access.current().is_offline:
        return f"The offline writer answered in {seconds} and cost nothing."
    usage = answer.usage
    tokens = f"{usage.prompt_tokens:,} tokens read, {usage.completion_tokens:,} written"
    price = team.price(asking.bill([call], [answer]), answer.model, call.model)
    return f"{answer.model} answered in {seconds}: {tokens}. {price}"


def in_seconds(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 0.1 else "less than 0.1 s"


def last_try(note: str, access: Access) -> str:
    """What the last call said, if the same model would answer today; else ""."""
    asked, _, words = note.partition("\n")
    return words if asked == configured(access)[:300] else ""
