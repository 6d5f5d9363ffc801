"""Something that left did harm: recorded by whoever may see it, settled by a manager."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from review import autonomy
from review.autonomy import Refused
from review.models import Critical, Decision, Lane, ReviewItem
from review.permissions import SignedIn, change, role, signed_in
from review.views import lane_words, lanes
from review.views.lane_forms import HarmForm, ReasonForm
from review.views.zone import own_time

NOTED = (
    "Noted. {}: every draft is read before it leaves, until a manager has settled this and new "
    "reviews have earned it again."
)
KNOWN = "This is on record already."


@signed_in
@own_time
@change
def record(request: SignedIn, pk: int) -> HttpResponse:
    item = _item(request, pk)
    form = HarmForm(request.POST)
    if not form.is_valid():
        return _again(request, item, form, status=422)
    if not autonomy.may_harm(item):
        form.add_error(None, "It has not left, so it cannot have done harm.")
        return _again(request, item, form, status=409)
    found = autonomy.harmed(item, by=request.user, **form.cleaned_data)
    if found:
        messages.success(request, NOTED.format(autonomy.label(_read(item) or found.lane)))
    else:
        messages.info(request, KNOWN)
    return redirect(_back(item))


def _read(item: ReviewItem) -> Lane | None:
    """The lane that answers for its account now: it may have been split or joined since."""
    return autonomy.lane_of(item.draft) if item.draft else None


def _item(request: SignedIn, pk: int) -> ReviewItem:
    rows = ReviewItem.objects.for_user(request.user).select_related("draft", "account")
    row = rows.filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


def _again(request: SignedIn, item: ReviewItem, form: HarmForm, *, status: int) -> HttpResponse:
    context = {"item": item, "harm": form, "back": _back(item), "section": "history"}
    return render(request, "autonomy/harm.html", context, status=status)


def _back(item: ReviewItem) -> str:
    """Where it was seen that it left."""
    message = item.messages.order_by("-pk").first()
    if message:
        return reverse("outbox_message", args=[message.pk])
    last = Decision.objects.filter(item=item).order_by("-pk").first()
    return reverse("decision", args=[last.pk]) if last else reverse("history")


def beside(item: ReviewItem) -> dict[str, Any]:
    """What a page about something that left says of harm: what is on record, and the form."""
    form = HarmForm() if autonomy.may_harm(item) else None
    return {"item": item, "harm": form, "harmed": item.harms.select_related("by", "settled_by")}


@role("manager")
@own_time
@change
def settle(request: SignedIn, pk: int) -> HttpResponse:
    harm = Critical.objects.select_related("lane").filter(pk=pk).first() if pk < 2**63 else None
    if harm is None:
        raise Http404
    form = ReasonForm(request.POST, auto_id=f"id_settle_{pk}_%s")
    lane = lanes.nearest(harm.lane)
    if not form.is_valid():
        return lanes.show(request, lane, status=422, settling={pk: form})
    try:
        autonomy.settle(harm, by=request.user, reason=form.cleaned_data["reason"])
    except Refused as error:
        return lanes.refused(request, error, lane, form, settling={pk: form})
    messages.success(request, "Settled. It stands in the way of a promotion no more.")
    return redirect(lane_words.link(lane))
