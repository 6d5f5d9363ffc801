"""The verbs on one item: fetch it, call one verb, say what became of it.

A recorded decision answers htmx with 204 and everybody else with the desk; one on a practice draft
with a sentence of what it was. A refused one answers
404, 409 or 422 with a sentence and the card as it stands now, the typed text in it.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from agents.models import Preference
from revenue import calendars, clock, transactions, workspace
from review import (
    buyer_time,
    cards,
    decisions,
    dwell,
    forms,
    leaving,
    practice,
    queue,
    rewording,
    tasks,
    worddiff,
)
from review.decisions import DecisionError, bulk
from review.edits import suggestion
from review.models import ReviewItem
from review.permissions import SignedIn, change, role
from review.views.desk import REVIEWERS, for_cards, show, to_desk
from review.views.zone import own_time

Verb = Callable[[], Any]


@role(*REVIEWERS)
@own_time
@change
def approve(request: SignedIn, pk: int) -> HttpResponse:
    item, form = _find(request, pk), forms.Approve(request.POST)
    return _decide(request, item, form, lambda: _each(request, item, form, decisions.approve),
                   done="Approved")  # fmt: skip


@role(*REVIEWERS)
@own_time
@change
def edit(request: SignedIn, pk: int) -> HttpResponse:
    item, form = _find(request, pk), forms.Edit(request.POST)
    for_others: list[Preference] = []

    def act() -> None:
        wish, again = form.preference(), form.cleaned_data.pop("preference_rewrite")
        given = _given(request, item, form)
        decisions.approve_edited(item, by=request.user, **given)
        row = decisions.save_preference(item, by=request.user, **wish) if wish else None
        for_others.extend([row] if row and again else [])

    response = _decide(request, item, form, act, done="Approved as edited")
    for row in for_others:
        _write_again(request, row)
    return response


def _write_again(request: SignedIn, preference: Preference) -> None:
    if decisions.request_rewrites(preference, by=request.user):
        with transactions.atomic():
            tasks.ring()


@role(*REVIEWERS)
@own_time
@change
def reject(request: SignedIn, pk: int) -> HttpResponse:
    item, form = _find(request, pk), forms.Reject(request.POST)
    return _decide(request, item, form, lambda: _each(request, item, form, decisions.reject),
                   done="Rejected")  # fmt: skip


@role(*REVIEWERS)
@own_time
@change
def rewrite(request: SignedIn, pk: int) -> HttpResponse:
    item, form = _find(request, pk), forms.Rewrite(request.POST)

    def act() -> None:
        decisions.request_rewrite(item, by=request.user, **form.cleaned_data)
        tasks.ring()

    return _decide(request, item, form, act, done="Sent back for a rewrite")


@role(*REVIEWERS)
@own_time
@change
def snooze(request: SignedIn, pk: int) -> HttpResponse:
    item, form = _find(request, pk), forms.Snooze(request.POST)

    def act() -> None:
        contact = item.draft.contact if item.draft else None
        zone = calendars.zone_of(contact.time_zone if contact else "", request.user.time_zone)
        until = buyer_time.until(form.cleaned_data.pop("preset"), clock.now(), zone)
        _each(request, item, form, decisions.snooze, until=until)

    return _decide(request, item, form, act, done="Snoozed")


@role(*REVIEWERS)
@own_time
@change
def reassign(request: SignedIn, pk: int) -> HttpResponse:
    item, form = _find(request, pk), forms.Reassign(request.POST, by=request.user)
    return _decide(request, item, form, lambda: _each(request, item, form, decisions.reassign),
                   done="Handed over")  # fmt: skip


@role(*REVIEWERS)
@own_time
@change
def resolve(request: SignedIn, pk: int) -> HttpResponse:
    item, form = _find(request, pk), forms.Resolve(request.POST)

    def act() -> None:
        decisions.resolve(item, by=request.user, **form.cleaned_data)
        tasks.ring()

    return _decide(request, item, form, act, done="Settled")


@role(*REVIEWERS)
@own_time
@change
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take the last decision back: the card returns, with every note that was approved with it."""
    item = _find(request, pk)
    together = bulk.standing(item)
    if together:
        return _undo_all(request, item, decisions.undo_many(together, by=request.user))
    try:
        with transactions.atomic():
            decision = decisions.undo(item, by=request.user)
            for one in queue.decided_with(decision):
                decisions.undo(one, by=request.user)
    except DecisionError as error:
        return _refused(request, item, error.words, error.status)
    if not request.htmx:
        messages.success(request, f"Undone, {item.account}. It waits for you again.")
        return to_desk(request)
    return _card(request, item)


def _undo_all(request: SignedIn, item: ReviewItem, results: list[bulk.Result]) -> HttpResponse:
    """What one press approved comes back together, apart from what has left."""
    back, stay = [[one for one in results if bool(one.refusal) is no] for no in (False, True)]
    if not back:
        return _refused(request, item, stay[0].refusal, 409)
    words = f"{len(back)} taken back." if not stay else f"{len(back)} of {len(results)} taken back."
    words = " ".join([words, *(f"{one.name}: {one.refusal}" for one in stay[:3])])
    if not request.htmx:
        messages.success(request, words)
        return to_desk(request)
    found = cards.build([one.pk for one in back], reader=request.user)
    context = {**for_cards(request), "cards": found, "sentence": words}
    return render(request, "desk/_undone.html", context)


@role(*REVIEWERS)
@own_time
@change
def diff(request: SignedIn, pk: int) -> HttpResponse:
    """The typed text against the agent's, word by word; a rewrite that nobody has edited against
    the draft before. Writes nothing."""
    item = _find(request, pk)
    if item.draft is None:
        raise Http404
    after = _typed(request, item)
    written, replaced = (item.draft.subject, item.draft.body), item.draft.supersedes
    is_rewrite = replaced is not None and after == written
    before = (replaced.subject, replaced.body) if replaced and is_rewrite else written
    context = {
        "is_rewrite": is_rewrite,
        "subject": worddiff.diff(before[0], after[0]) if before[0] != after[0] else [],
        "body": worddiff.diff(before[1], after[1]),
        "change": rewording.explain(rewording.judge("\n".join(before), "\n".join(after))),
    }
    return render(request, "desk/_diff.html", context)


@role(*REVIEWERS)
@own_time
@change
def preference(request: SignedIn, pk: int) -> HttpResponse:
    """The typed text as a wish for later drafts, to be corrected and named; writes nothing.

    Text from outside that an agent read is not proposed as a wish.
    """
    item = _find(request, pk)
    if item.draft is None:
        raise Http404
    draft, typed = item.draft, _typed(request, item)[1]
    text = "" if draft.is_tainted else suggestion.suggested(draft.body, typed)
    context = {
        "pk": pk, "draft": draft, "text": text[:300],
        "waiting": len(decisions.similar_to(item, by=request.user)),
    }  # fmt: skip
    return render(request, "desk/_preference.html", context)


def _typed(request: SignedIn, item: ReviewItem) -> tuple[str, str]:
    """Subject and body as they stand in the editor."""
    subject, body = decisions.text_of(item)
    body = request.POST.get("body", body).replace("\r\n", "\n")
    return request.POST.get("subject", subject), body


# --- what the verbs share -------------------------------------------------------------------------


def _find(request: SignedIn, pk: int) -> ReviewItem:
    rows = ReviewItem.objects.for_user(request.user)
    return get_object_or_404(rows.select_related("account", "draft__contact"), pk=pk)


def _decide(
    request: SignedIn, item: ReviewItem, form: forms.Seen, act: Verb, *, done: str
) -> HttpResponse:
    if not form.is_valid():
        return _refused(request, item, form.words(), 422)
    try:
        with transactions.atomic():
            act()
    except DecisionError as error:
        return _refused(request, item, error.words, error.status)
    told = practice.feedback(item, to=request.user)
    if told:
        return _practised(request, told)
    if request.htmx:
        return HttpResponse(status=204)
    leaves = _leaves(item) if done.startswith("Approved") else ""
    messages.success(request, f"{done}, {item.account}. {leaves}".strip())
    return to_desk(request)


def _practised(request: SignedIn, words: str) -> HttpResponse:
    """What they decided on was no mail that leaves: they are told at once."""
    if request.htmx:
        return render(request, "desk/_practised.html", {"sentence": words})
    messages.info(request, words)
    return to_desk(request)


def _leaves(item: ReviewItem) -> str:
    """When the mail that was approved leaves, where it has to wait."""
    drafts = [item.draft] if item.draft and item.is_outward else []
    holds = leaving.told(drafts, company=workspace.load(), now=clock.now())
    return next((hold.lifts for hold in holds.values()), "")


def _each(
    request: SignedIn, item: ReviewItem, form: forms.Seen, verb: Callable[..., Any], **more: Any
) -> None:
    """The verb on the item, and on the other notes of its card that the reader had before them."""
    seen = set(request.POST.getlist("with"))
    others = [one for one in queue.companions(item, request.user) if str(one.pk) in seen]
    given = {**_given(request, item, form), **more}
    verb(item, by=request.user, **given)
    given.pop("context_hash", None)
    for one in others:
        verb(one, by=request.user, **{**given, "revision": one.revision})


def _given(request: SignedIn, item: ReviewItem, form: forms.Seen) -> dict[str, Any]:
    """What was posted, with the time for which they can have looked."""
    given = dict(form.cleaned_data)
    if "served" in given:
        seen = {"served": given.pop("served"), "counted": given["dwell_ms"]}
        given["dwell_ms"] = dwell.known(item, by=request.user, **seen)
    return given


def _refused(request: SignedIn, item: ReviewItem, words: str, status: int) -> HttpResponse:
    if status == 404:
        raise Http404(words)
    card = next(iter(cards.build([item.pk], reader=request.user)), None)
    if card is None:
        raise Http404(words)
    card.notice = words
    if not request.htmx:
        typed = ((name, request.POST.get(name)) for name in ("subject", "body"))
        card.typed = {name: text for name, text in typed if text is not None}
        return show(request, card=card, status=status)
    context = {**for_cards(request), "card": card, "sentence": words}
    return render(request, "desk/_refused.html", context, status=status)


def _card(request: SignedIn, item: ReviewItem) -> HttpResponse:
    found = cards.build([item.pk], reader=request.user)
    return render(request, "desk/_ring.html", {**for_cards(request), "cards": found})
