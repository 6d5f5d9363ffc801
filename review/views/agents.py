"""The agents: what each runs with, what it may do and costs, on and off.

Managers read and switch on, admins make available; `agent_versions` has the rest of what admins do.
"""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from agents import configs
from agents.definitions import registry
from review.permissions import SignedIn, change, page, role
from review.setup import agents as verbs
from review.setup import rehearsing, team
from review.setup.agents import AgentError
from review.views.agent_forms import TryForm, VersionForm
from review.views.zone import own_time

READERS = ("admin", "manager")


# --- reading --------------------------------------------------------------------------------------


@role(*READERS)
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _list(request)


def _list(request: SignedIn, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {"members": team.members(), "error": error, "section": "setup"}
    return render(request, "agents/page.html", context, status=status)


@role(*READERS)
@own_time
@page
def agent(request: SignedIn, agent: str) -> HttpResponse:
    return agent_page(request, known(agent))


def known(agent: str) -> str:
    """404 for a name that is neither of the team nor of the orchestration."""
    if not (registry.knows(agent) or agent in configs.OWN):
        raise Http404
    return agent


def agent_page(
    request: SignedIn,
    agent: str,
    *,
    form: VersionForm | None = None,
    try_form: TryForm | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page of one agent, with what an admin is about to change."""
    now = verbs.latest(agent)
    content, edits = configs.content_of(now), request.user.is_admin
    if edits:
        more["form"] = form or VersionForm.of(now)
    if edits and registry.knows(agent):
        more["try_form"] = try_form or TryForm(agent=agent, by=request.user)
    more.setdefault("error", _unfit(form, try_form))
    member = team.member(agent)
    settings = [
        *verbs.in_words(agent, content), ("Answers now", member.model),
        ("Spent today", member.spent_in_words),
    ]  # fmt: skip
    typed = form.content if form and form.is_bound and form.is_valid() else content
    return render(request, "agents/agent.html", {
        "member": member, "now": now, "settings": settings,
        "versions": team.versions(agent), "edits": edits, "section": "setup",
        "table": rehearsing.table(agent, typed), **more,
    }, status=status)  # fmt: skip


def _unfit(*typed: Form | None) -> str:
    """Where to look: the page is long, and what does not fit may stand far below."""
    bound = [form for form in typed if form is not None and form.is_bound]
    labels = [
        f"“{form[name].label}”" for form in bound for name in form.errors if name in form.fields
    ]
    return f"Look at what you typed at {' and '.join(labels)}." if labels else ""


# --- on and off -----------------------------------------------------------------------------------


@role("admin")
@own_time
@change
def make_available(request: SignedIn, agent: str) -> HttpResponse:
    wanted = request.POST.get("wanted") == "yes"
    try:
        verbs.make_available(of_team(agent), wanted, by=request.user)
    except AgentError as error:
        return agent_page(request, agent, error=str(error), status=error.status)
    then = "A manager may switch it on." if wanted else "It begins nothing from now on."
    state = "available" if wanted else "no longer available"
    messages.success(request, f"{registry.label(agent)} is {state}. {then}")
    return redirect("agent", agent)


@role("manager")
@own_time
@change
def switch_on(request: SignedIn, agent: str) -> HttpResponse:
    wanted = request.POST.get("wanted") == "yes"
    try:
        verbs.switch_on(of_team(agent), wanted, by=request.user)
    except AgentError as error:
        return agent_page(request, agent, error=str(error), status=error.status)
    then = "" if wanted else " It begins nothing; where it would act, a person is asked."
    messages.success(request, f"{registry.label(agent)} is {'on' if wanted else 'off'}.{then}")
    return redirect("agent", agent)


def of_team(agent: str) -> str:
    """404 for any other."""
    if not registry.knows(agent):
        raise Http404
    return agent


def of_own(agent: str) -> str:
    """404 for any but the orchestration's own."""
    if agent not in configs.OWN:
        raise Http404
    return agent
