"""Another version of an agent: what it would change, trying it, publishing it, going back.

For admins; managers read. One form carries a version from its first word to the click: whatever
goes wrong, what was typed stays in it.
"""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format

from agents import configs
from agents.configs import Moved
from agents.definitions import registry
from agents.models import AgentConfig
from agents.trying import TryError
from review.permissions import SignedIn, change, page, role
from review.setup import agents as verbs
from review.setup import rehearsing, team
from review.setup.agents import AgentError
from review.setup.trying import Tried, try_out
from review.views.agent_forms import TryForm, VersionForm
from review.views.agents import READERS, agent_page, known, of_own, of_team
from review.views.zone import own_time

# --- a new version --------------------------------------------------------------------------------


@role("admin")
@own_time
@change
def preview(request: SignedIn, agent: str) -> HttpResponse:
    form = VersionForm(request.POST, agent=known(agent))
    if not form.is_valid():
        return agent_page(request, agent, form=form, status=422)
    return _previewed(request, agent, form)


def _previewed(request: SignedIn, agent: str, form: VersionForm) -> HttpResponse:
    shown = verbs.preview(agent, form.content)
    if shown.before.version != form.cleaned_data["seen"]:
        return _moved(request, agent, form, shown.before)
    return agent_page(request, agent, form=form.sealed(shown), preview=shown)


def _moved(request: SignedIn, agent: str, form: VersionForm, last: AgentConfig) -> HttpResponse:
    """What was typed stays, over the version of whoever was first."""
    shown = verbs.preview(agent, form.content)
    at = date_format(timezone.localtime(last.created_at), "j F, H:i")
    error = (
        f"{team.author(last)} published version {last.version} on {at}, while you wrote. Your text "
        "is below as you typed it, compared with that version. Publish it again if it still fits."
    )
    return agent_page(
        request, agent, form=form.sealed(shown), preview=shown, error=error, status=409
    )


@role("admin")
@own_time
@change
def publish(request: SignedIn, agent: str) -> HttpResponse:
    form = VersionForm(request.POST, agent=known(agent))
    if not form.is_valid():
        return agent_page(request, agent, form=form, status=422)
    values = form.cleaned_data
    try:
        config = verbs.publish(
            agent, form.content, note=values["note"], by=request.user,
            seen=values["seen"], seal=values["seal"],
        )  # fmt: skip
    except Moved as error:
        return _moved(request, agent, form, error.last)
    except verbs.Unseen as error:
        shown = verbs.preview(agent, form.content)
        return agent_page(
            request, agent, form=form.sealed(shown), preview=shown, error=str(error), status=422
        )
    except AgentError as error:
        return agent_page(request, agent, form=form, error=str(error), status=error.status)
    messages.success(request, _done(config))
    return redirect("agent", agent)


def _done(config: AgentConfig) -> str:
    restarts = registry.knows(config.agent) and config.change in configs.RESTARTING
    anew = " Its classes collect evidence anew." if restarts else ""
    return f"Version {config.version} of {registry.label(config.agent)} runs from now on.{anew}"


@role("admin")
@own_time
@change
def attempt(request: SignedIn, agent: str) -> HttpResponse:
    """Try what stands in the form; a note is not needed for that."""
    form = VersionForm(request.POST, agent=of_team(agent))
    form.fields["note"].required = False
    try_form = TryForm(request.POST, agent=agent, by=request.user)
    more: dict[str, Any] = {"form": form, "try_form": try_form}
    if not (form.is_valid() and try_form.is_valid()):
        return agent_page(request, agent, status=422, **more)
    try:
        tried = try_out(
            agent, form.content, try_form.cleaned_data["account"], rule=try_form.task,
            by=request.user,
        )  # fmt: skip
    except TryError as error:
        try_form.add_error(error.field or None, str(error))
        return agent_page(request, agent, status=422, **more)
    return agent_page(request, agent, tried=tried, wrote=_wrote(tried), **more)


def _wrote(tried: Tried) -> list[tuple[str, str]]:
    """The answer in the words of its page: only what the agent is asked for."""
    if tried.output is None:
        return []
    if tried.kind == "handoff":
        said = tried.output.handoff
        return [("Why", said.context.why), ("What to do", said.mandate.do)]
    found = registry.output_class(tried.output.output_class)
    parts = {
        "Kind": found.label if found else "",
        "Subject": getattr(tried.output, "subject", ""),
        "Text": getattr(tried.output, "body_text", ""),
    }
    return [(name, text) for name, text in parts.items() if text]


@role("admin")
@own_time
@change
def rehearse(request: SignedIn, agent: str) -> HttpResponse:
    """Ask the scenarios with what stands in the form; a note is not needed for that."""
    form = VersionForm(request.POST, agent=of_own(agent))
    form.fields["note"].required = False
    if not form.is_valid():
        return agent_page(request, agent, form=form, status=422)
    try:
        rehearsing.rehearse(agent, form.content, by=request.user)
    except AgentError as error:
        return agent_page(request, agent, form=form, error=str(error), status=error.status)
    if not form.cleaned_data["note"]:
        return agent_page(request, agent, form=form)
    return _previewed(request, agent, form)


# --- older versions -------------------------------------------------------------------------------


@role(*READERS)
@own_time
@page
def version(request: SignedIn, pk: int) -> HttpResponse:
    return _version(request, _config(pk))


def _config(pk: int) -> AgentConfig:
    row = AgentConfig.objects.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


def _version(request: SignedIn, row: AgentConfig, **more: Any) -> HttpResponse:
    before = AgentConfig.objects.filter(agent=row.agent, version__lt=row.version).first()
    may, content = request.user.is_admin and not row.is_active, configs.content_of(row)
    status = more.pop("status", 200)
    return render(request, "agents/version.html", {
        "config": row, "title": f"Version {row.version}",
        "member": team.member(row.agent), "author": team.author(row),
        "settings": verbs.in_words(row.agent, content), "before": before,
        "spans": verbs.compared(before.prompt, row.prompt) if before else [],
        "preview": verbs.preview(row.agent, content) if may else None,
        "table": rehearsing.table(row.agent, content), "section": "setup", **more,
    }, status=status)  # fmt: skip


@role("admin")
@own_time
@change
def rehearse_again(request: SignedIn, pk: int) -> HttpResponse:
    """Ask the scenarios with what this version says."""
    row = _config(pk)
    try:
        rehearsing.rehearse(of_own(row.agent), configs.content_of(row), by=request.user)
    except AgentError as error:
        return _version(request, row, error=str(error), status=error.status)
    return _version(request, row)


@role("admin")
@own_time
@change
def roll_back(request: SignedIn, pk: int) -> HttpResponse:
    row = _config(pk)
    number, seal = request.POST.get("seen", ""), request.POST.get("seal", "")
    seen = int(number) if number.isdecimal() and len(number) < 10 else 0
    note = " ".join(request.POST.get("note", "").split())[:300]
    try:
        config = verbs.roll_back(row, note=note, by=request.user, seen=seen, seal=seal)
    except Moved as error:
        words = f"{team.author(error.last)} published version {error.last.version} meanwhile."
        words = f"{words} Look at what going back changes now."
        return _version(request, row, error=words, note=note, status=409)
    except AgentError as error:
        return _version(request, row, error=str(error), note=note, status=error.status)
    messages.success(request, _done(config))
    return redirect("agent", config.agent)
