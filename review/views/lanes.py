"""The manager's page of autonomy: every class with what it has shown, one alone, and what may be
decided about it. A rep sees none of this: who reviews must not know how a class does.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from agents.definitions import registry
from revenue import segments
from revenue.models import User
from review import autonomy, evidence
from review.autonomy import Refused, Standing, machine
from review.models import Critical, Lane, LaneChange, ReviewItem
from review.permissions import SignedIn, change, page, role
from review.views import keyset, lane_changes, lane_picture, lane_tries, lane_words
from review.views.lane_forms import CostForm, Knobs, ReasonForm, SaveForm
from review.views.zone import own_time

SIZE = 12
READERS = ("manager", "admin")
FIGURES = ("proven", "bar", "evidence", "units", "needed", "meter", "audits", "skipped")

# Each verb with the words of its button, what it does, and what is said when it is done.
VERBS: dict[str, tuple[str, str, str]] = {
    "promote": (
        "Promote",
        "From now on its drafts leave by themselves, but for those that are drawn for a check.",
        "Promoted. From now on its drafts leave by themselves, and some are checked.",
    ),
    "demote": (
        "Demote",
        "Every draft is reviewed again, the evidence starts anew, and twice as much is needed.",
        "Demoted. Every draft of it is reviewed again; what had not left comes back.",
    ),
    "pause": (
        "Pause",
        "Every draft is reviewed until somebody resumes it. Its evidence stays and goes on.",
        "Paused. Every draft of it is reviewed until somebody resumes it.",
    ),
    "resume": (
        "Resume",
        "It is again what it was before the pause; reviewed, if its agent changed meanwhile, "
        f"and each is read until {machine.RUN} in a row are clean, if one was bad.",
        "Resumed.",
    ),
    "split": (
        "Split by segment",
        "Small, mid-size and enterprise accounts each earn it for themselves, with evidence of "
        "their own or what an earlier split left them. How often the class lost its trust counts "
        "for each of them.",
        "Split. Each segment collects evidence of its own from now on.",
    ),
    "join": (
        "Join the segments",
        "One class for all accounts again. What was collected before the split counts again, "
        "unless a segment lost its trust since; what the segments collected does not.",
        "Joined. All accounts are one class again, and each draft of it is reviewed.",
    ),
    "waive": (
        "Do without a second person",
        "You are the only person here who decides, so nobody else can promote what you reviewed. "
        "You may do both. That it was so is shown here for ever.",
        "Noted. From now on one person may review and promote here.",
    ),
}  # fmt: skip


@role(*READERS)
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    found = autonomy.every()
    rows = [
        _row(autonomy.standing(lane), request.user)
        for lane in found
        if autonomy.ceiling(lane.output_class)
    ]
    most = max(row["standing"].remaining for row in rows)
    return render(request, "autonomy/page.html", {
        "rows": rows,
        "never": [
            autonomy.class_label(lane.output_class)
            for lane in found
            if not autonomy.ceiling(lane.output_class)
        ],
        "is_new": not any(lane.verdicts for lane in found),
        "first": {"slow": lane_words.weeks(most / 25), "quick": lane_words.weeks(most / 200)},
        "harms": harms(Critical.objects.all(), request.user),
        "section": "autonomy",
    })  # fmt: skip


def _row(found: Standing, viewer: User) -> dict[str, Any]:
    """What the list says of a lane; nothing is counted where nothing can have happened."""
    lane = found.lane
    due = autonomy.audits.due(lane).count() if lane.audits or lane.state in Lane.FREE else 0
    figures = lane_words.figures(found, audits_due=due)
    return {
        "lane": lane, "standing": found, "label": lane_words.short(lane),
        "link": lane_words.link(lane), "state": lane_words.state(lane),
        "tone": lane_words.TONES[lane.state], "coming": lane_words.coming(found),
        "figures": dict(zip(FIGURES, figures, strict=True)),
        "picture": lane_picture.of(lane), "stopped": lane_words.stopped(lane),
        "may_promote": viewer.is_manager and not autonomy.objections_to(found, by=viewer),
    }  # fmt: skip


def harms(
    rows: QuerySet[Critical], viewer: User, tried: dict[int, ReasonForm] | None = None
) -> list[dict[str, Any]]:
    """Those that nobody has settled. Whose account it was is said to whoever may see it."""
    rows = rows.filter(settled_at=None).select_related("lane", "by", "item__account")
    found, forms_tried = list(rows.order_by("-at", "-pk")[:SIZE]), tried or {}
    items = ReviewItem.objects.for_user(viewer).filter(pk__in=[row.item_id for row in found])
    seen = set(items.values_list("pk", flat=True)) if found else set()
    return [
        {"row": row, "is_seen": row.item_id in seen, "lane": autonomy.label(row.lane),
         "form": forms_tried.get(row.pk) or ReasonForm(auto_id=f"id_settle_{row.pk}_%s")}
        for row in found
    ]  # fmt: skip


@role(*READERS)
@own_time
@page
def lane(request: SignedIn, output_class: str, segment: str = "") -> HttpResponse:
    row = find(output_class, segment)
    asked = Knobs(request.GET.dict(), lane=row) if "target" in request.GET else None
    if request.htmx:
        return _tried(request, row, asked)
    return show(request, row, knobs=asked)


def find(output_class: str, segment: str) -> Lane:
    """A lane that there is, with row or without."""
    if registry.output_class(output_class) is None:
        raise Http404
    if segment:
        is_known = any(one.name == segment for one in segments.ALL)
        if not is_known or not autonomy.find(output_class).is_split:
            raise Http404
    return autonomy.find(output_class, segment)


def nearest(row: Lane) -> Lane:
    """The lane that answers for this one now: of a segment, once all are joined, the whole."""
    is_split = autonomy.find(row.output_class).is_split
    return find(row.output_class, row.segment if is_split else "")


def _tried(request: SignedIn, row: Lane, asked: Knobs | None) -> HttpResponse:
    """The answer to a slider: what these settings would have done."""
    form = asked or Knobs({}, lane=row)
    tried = lane_tries.of(row, form.cleaned_data) if form.is_valid() else None
    context = {"lane": row, "knobs": form, "tried": tried, **_links(row)}
    status = 200 if tried else 422
    return render(request, "autonomy/_tried.html", context, status=status)


def show(
    request: SignedIn,
    row: Lane,
    *,
    status: int = 200,
    knobs: Knobs | None = None,
    acts: dict[str, ReasonForm] | None = None,
    settling: dict[int, ReasonForm] | None = None,
    **more: Any,
) -> HttpResponse:
    """The page of a lane, as it is at this moment."""
    found = autonomy.standing(row)
    form = knobs or Knobs({}, lane=row)
    is_sound = form.is_valid()
    page_of = keyset.latest(LaneChange.objects.filter(lane=row.pk).select_related(
        "by", "sole_reviewer"), request.GET, field="at", size=SIZE)  # fmt: skip
    context = {
        **_row(found, request.user),
        **_links(row),
        "class_label": autonomy.class_label(row.output_class),
        "rule": lane_words.rule(found),
        "clean_run": machine.RUN,
        "is_dearer": found.needed > evidence.ODDS,
        "knobs": form,
        "tried": lane_tries.of(row, form.cleaned_data) if is_sound else None,
        "kept": [(name, form[name].value()) for name in ("target", "tolerated", "minor_loss")],
        "why": _why(form),
        "target": autonomy.percent(row.target),
        "checked": lane_words.share_checked(row, row.audits),
        "uncounted": row.epoch and autonomy.units.uncounted(row.epoch),
        "is_always": autonomy.ceiling(row.output_class) == 0,
        "is_left_out": lane_words.is_left_out(row),
        "costs": _costs(request, row),
        "reviewers": _reviewers(found),
        "parts": _parts(row),
        "acts": _acts(row, found, request.user, acts or {}),
        "objections": autonomy.objections_to(found, by=request.user),
        "waiver": autonomy.is_waived(row),
        "is_alone": autonomy.has_one_reviewer(),
        "harms": harms(_of_class(row), request.user, settling),
        "changes": lane_changes.read(page_of.rows, request.user),
        "older": page_of.next and keyset.link(request.GET, after=page_of.next),
        "newer": page_of.previous and keyset.link(request.GET, before=page_of.previous),
        "section": "autonomy",
        **more,
    }
    return render(request, "autonomy/lane.html", context, status=status)


def _of_class(row: Lane) -> QuerySet[Critical]:
    """A harm of one segment stands in the way of all."""
    return Critical.objects.filter(lane__output_class=row.output_class)


def _why(form: Knobs) -> forms.BoundField:
    """The reason beside the settings; what was typed stays."""
    return form["reason"] if "reason" in form.fields else ReasonForm(auto_id="id_save_%s")["reason"]


def _links(row: Lane) -> dict[str, str]:
    return {"here": lane_words.link(row), "save": lane_words.link(row, "lane_settings")}


def _costs(request: SignedIn, row: Lane) -> dict[str, Any]:
    """The break-even helper: its form, and what it came to."""
    if "review_cost" not in request.GET:
        return {"form": CostForm()}
    form = CostForm(request.GET)
    if not form.is_valid():
        return {"form": form}
    words, target = lane_tries.breakeven(row, form.cleaned_data)
    return {"form": form, "words": words, "target": target}


def _reviewers(found: Standing) -> list[tuple[User, int]]:
    people = User.objects.in_bulk(found.reviewers) if found.reviewers else {}
    return [(people[pk], number) for pk, number in found.reviewers.items() if pk in people]


def _parts(row: Lane) -> list[dict[str, str]]:
    if not row.is_split:
        return []
    found = [autonomy.find(row.output_class, one.name) for one in segments.ALL]
    return [
        {"label": lane_words.short(part), "link": lane_words.link(part),
         "state": lane_words.state(part), "tone": lane_words.TONES[part.state]}
        for part in found
    ]  # fmt: skip


def _acts(
    row: Lane, found: Standing, by: User, tried: dict[str, ReasonForm]
) -> list[dict[str, Any]]:
    """What this person may do with it now, each with the form that asks why."""
    if not by.is_manager:
        return []
    return [
        {
            "verb": verb, "button": words[0], "does": words[1], "form":
            tried.get(verb) or ReasonForm(auto_id=f"id_{verb}_%s"),
            "link": lane_words.link(row, f"lane_{verb}"), "is_open": verb in tried,
        }
        for verb, words in VERBS.items()
        if _is_possible(verb, row, found, by)
    ]  # fmt: skip


def _is_possible(verb: str, row: Lane, found: Standing, by: User) -> bool:
    possible: dict[str, Callable[[], bool]] = {
        "promote": lambda: not autonomy.objections_to(found, by=by),
        "demote": lambda: row.state in Lane.FREE,
        "pause": lambda: row.state != Lane.State.PAUSED and not row.is_split,
        "resume": lambda: row.state == Lane.State.PAUSED,
        "split": lambda: not row.segment and not row.is_split,
        "join": lambda: row.is_split,
        "waive": lambda: autonomy.has_one_reviewer() and autonomy.is_waived(row) is None,
    }
    return possible[verb]()


@role("manager")
@own_time
@change
def press(request: SignedIn, output_class: str, verb: str, segment: str = "") -> HttpResponse:
    """One of `VERBS`. Refused: the page as it is now, with the sentence and what was typed."""
    row = find(output_class, segment)
    form = ReasonForm(request.POST, auto_id=f"id_{verb}_%s")
    if not form.is_valid():
        return show(request, row, status=422, acts={verb: form})
    try:
        getattr(autonomy, verb)(row, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as error:
        return refused(request, error, row, form, acts={verb: form})
    messages.success(request, VERBS[verb][2])
    return redirect(lane_words.link(row))


@role("manager")
@own_time
@change
def save(request: SignedIn, output_class: str, segment: str = "") -> HttpResponse:
    row = find(output_class, segment)
    form = SaveForm(request.POST.dict(), lane=row)
    if not form.is_valid():
        return show(request, row, status=422, knobs=form)
    values = form.cleaned_data
    try:
        autonomy.settings(
            row, by=request.user, reason=values["reason"], seen=values["seen"],
            target=values["target"], tolerated=values["tolerated"],
            minor_loss=values["minor_loss"],
        )  # fmt: skip
    except Refused as error:
        return refused(request, error, row, form, knobs=form)
    messages.success(request, "Saved. It holds from the next draft on.")
    return redirect(lane_words.link(row))


def refused(
    request: SignedIn, error: Refused, row: Lane, form: forms.Form, **more: Any
) -> HttpResponse:
    """A fault in what was typed stands at its field; what others did meanwhile, on top."""
    if error.field in form.fields:
        form.add_error(error.field, error.words)
        return show(request, row, status=422, **more)
    now = find(row.output_class, row.segment)
    return show(request, now, status=409, error=error.words, **more)
