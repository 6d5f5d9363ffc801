"""Import in the browser: upload, check, commit, how far it is, and what became of every row.

For admins: a file names accounts, people and prices of every team, and the preview says what stands
there now. A preview belongs to the admin who uploaded it. The import itself is done in the
background (`review.setup.jobs`); its page asks how far it is.
"""

from datetime import timedelta
from itertools import islice
from typing import Any

from django.contrib import messages
from django.db.models import Count, Min, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from revenue import clock, importing, transactions, workspace
from revenue.importing import Plan
from revenue.models import Basis, ImportBatch, User
from review import tasks
from review.permissions import SignedIn, change, page, role
from review.setup import owners, uploads
from review.setup.uploads import UploadError
from review.views import import_columns
from review.views.zone import own_time

EARLIER = 30
KINDS_SHOWN = 60
MERGES_SHOWN = 12
PATIENCE = timedelta(seconds=20)
CHANGED = "You changed how the files are read, so they were checked again. Nothing is imported yet."
KIND_WORDS = {
    "people": "Sales people", "products": "Products", "accounts": "Accounts",
    "contacts": "People", "opportunities": "Deals",
}  # fmt: skip
State = ImportBatch.State


def visible(user: User) -> QuerySet[ImportBatch]:
    """Previews are one's own, finished imports everybody's."""
    return ImportBatch.objects.filter(by=user) | ImportBatch.objects.filter(state=State.DONE)


def _find(request: SignedIn, pk: int, *states: str) -> ImportBatch:
    rows = visible(request.user).select_related("by")
    batch = rows.filter(pk=pk, state__in=states).first() if pk < 2**63 else None
    if batch is None:
        raise Http404
    return batch


@role("admin")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _index(request)


def _index(request: SignedIn, *, error: str = "", status: int = 200) -> HttpResponse:
    rows = list(visible(request.user).select_related("by")[: EARLIER + 1])
    return render(request, "imports/page.html", {
        "batches": [(batch, _counts(batch)) for batch in rows if batch.state == State.DONE],
        "previews": [batch for batch in rows if batch.state == State.PREVIEW],
        "under_way": [batch for batch in rows if batch.state == State.QUEUED],
        "error": error, "section": "setup",
    }, status=status)  # fmt: skip


def _counts(batch: ImportBatch) -> list[tuple[str, int]]:
    """What the import holds, in words and numbers."""
    found = []
    for kind, words in (KIND_WORDS | {"people": "Sales staff"}).items():
        tally = batch.counts.get(kind, {})
        total = sum(tally.get(name, 0) for name in ("new", "changed", "same"))
        if total:
            found.append((words, total))
    return found


@role("admin")
@own_time
@change
def upload(request: SignedIn) -> HttpResponse:
    try:
        batch = uploads.keep(request.FILES.getlist("files"), by=request.user)
    except UploadError as error:
        return _index(request, error=str(error), status=error.status)
    return redirect("import_check", batch.pk)


@role("admin")
@own_time
@page
def check(request: SignedIn, pk: int) -> HttpResponse:
    """The preview; from the click on until the end, how far the import is."""
    batch = _find(request, pk, State.PREVIEW, State.QUEUED, State.DONE)
    if batch.state == State.DONE:
        return redirect("import", pk)
    if batch.state == State.QUEUED:
        return render(request, "imports/running.html", _progress(batch))
    return _check(request, batch)


@role("admin")
@page
def progress(request: SignedIn, pk: int) -> HttpResponse:
    """A part of the page of an import under way; when that is over, the way to its result."""
    batch = _find(request, pk, State.PREVIEW, State.QUEUED, State.DONE)
    answer = render(request, "imports/_progress.html", _progress(batch))
    if batch.state != State.QUEUED:
        name = "import" if batch.state == State.DONE else "import_check"
        answer["HX-Redirect"] = reverse(name, args=[pk])
    return answer


def _progress(batch: ImportBatch) -> dict[str, Any]:
    waited = clock.now() - batch.started_at
    idle = not batch.claim and not batch.rows_done and waited > PATIENCE
    return {"batch": batch, "nobody_took_it": idle, "section": "setup"}


def _check(
    request: SignedIn, batch: ImportBatch, *, error: str = "", status: int = 200
) -> HttpResponse:
    try:
        tables, refused = uploads.tables(batch)
    except UploadError as gone:
        return _index(request, error=str(gone), status=gone.status)
    made = uploads.plan(batch, tables, refused)
    parts = import_columns.parts(made, tables)
    return render(request, "imports/check.html", {
        "batch": batch, "plan": made, "parts": parts,
        "shown": import_columns.as_shown(parts, shift=bool(made.shift_to)),
        "no_tables": refused,
        "totals": _totals(made), "groups": made.spool.groups(KINDS_SHOWN),
        "left_out": made.rows - made.good, "told": made.spool.rows_told(),
        "known": importing.existing(made.spool), "merges": _merges(made),
        "bases": Basis.choices, "basis": workspace.load().import_basis,
        "people": made.spool.total("contacts"),
        "before": importing.earlier(made), "error": error or batch.trouble, "section": "setup",
    }, status=status)  # fmt: skip


def _totals(made: Plan) -> list[tuple[str, int]]:
    return [(words, total) for kind, words in KIND_WORDS.items()
            if (total := made.spool.total(kind))]  # fmt: skip


def _merges(made: Plan) -> list[dict[str, Any]]:
    """The first few changes to accounts that are there already."""
    return [
        {"account": one.account, "words": import_columns.label(one.field), "before": one.before,
         "after": one.after}
        for one in islice(importing.merges(made.spool), MERGES_SHOWN)
    ]  # fmt: skip


@role("admin")
@own_time
@change
def columns(request: SignedIn, pk: int) -> HttpResponse:
    batch = _find(request, pk, State.PREVIEW)
    _keep_basis(request)
    return _choose(request, batch)


def _keep_basis(request: SignedIn) -> None:
    """Why one may write to the people of the files; said once, it is proposed the next time."""
    said = request.POST.get("basis", "")
    if said in Basis.values and said != workspace.load().import_basis:
        workspace.change(by=request.user, import_basis=said)


def _choose(request: SignedIn, batch: ImportBatch) -> HttpResponse:
    try:
        tables, _ = uploads.tables(batch)
        chosen = import_columns.chosen(request.POST, tables, uploads.mappings(batch))
        uploads.choose(batch, chosen, shift="shift" in request.POST)
    except UploadError as error:
        return _check(request, batch, error=str(error), status=error.status)
    return redirect("import_check", batch.pk)


@role("admin")
@own_time
@change
def commit(request: SignedIn, pk: int) -> HttpResponse:
    """What was checked is imported. Columns that were changed since have not been checked yet."""
    batch = _find(request, pk, State.PREVIEW, State.QUEUED)
    _keep_basis(request)
    if batch.state == State.PREVIEW and import_columns.is_changed(request.POST):
        messages.info(request, CHANGED)
        return _choose(request, batch)
    try:
        with transactions.atomic():
            uploads.commit(batch)
            tasks.ring()
    except UploadError as error:
        return _index(request, error=str(error), status=error.status)
    return redirect("import_check", pk)


@role("admin")
@own_time
@change
def discard(request: SignedIn, pk: int) -> HttpResponse:
    batch = _find(request, pk, State.PREVIEW)
    uploads.discard(batch)
    messages.info(request, "The preview is gone. Nothing was imported.")
    return redirect("imports")


@role("admin")
@own_time
@page
def result(request: SignedIn, pk: int) -> HttpResponse:
    batch = _find(request, pk, State.DONE)
    groups = batch.issues.values("file", "field", "problem", "action").annotate(
        total=Count("pk"), first=Min("row"), example=Min("found")
    )
    shown = list(groups.order_by("file", "-total", "first")[:KINDS_SHOWN])
    cut = len(shown) == KINDS_SHOWN
    # A file that is no table is told in row 1, where no data stands.
    skipped = batch.issues.filter(action="skipped", row__gt=1)
    left_out = skipped.values("file", "row").distinct().count()
    return render(request, "imports/done.html", {
        "batch": batch, "counts": _counts(batch), "left_out": left_out,
        "groups": shown,
        "told": batch.issues.count() if cut else sum(group["total"] for group in shown),
        "seconds": _seconds(batch), "section": "setup",
        "is_new": any(told.get("new") or told.get("changed") for told in batch.counts.values()),
        "next": _next_step(request.user),
    })  # fmt: skip


def _next_step(user: User) -> tuple[str, str]:
    """An address and words: owners first, then the people who decide."""
    lacking = owners.ownerless(user).filter(is_demo=False)[:1000].count()
    if lacking:
        noun = "account" if lacking == 1 else "accounts"
        return reverse("owners"), f"Choose owners for {lacking:,} {noun}"
    silent = User.objects.filter(is_active=True, is_demo=False, email="").count()
    if silent:
        noun = "person" if silent == 1 else "people"
        where = f"{reverse('people')}?show=silent"
        return where, f"Invite the {silent:,} {noun} who cannot sign in yet"
    return reverse("setup"), "Go on with the checklist"


def _seconds(batch: ImportBatch) -> float:
    took = batch.finished_at - batch.started_at if batch.finished_at else None
    return max(took.total_seconds(), 0.1) if took else 0


@role("admin")
@page
def sheet(request: SignedIn, pk: int) -> HttpResponse:
    """Every row that was told, as CSV; no cell of it is run as a formula."""
    batch = _find(request, pk, State.DONE, State.PREVIEW)
    try:
        issues = _issues(batch)
    except UploadError as error:
        raise Http404 from error
    answer = HttpResponse(importing.sheet(issues), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{batch.pk}-rows.csv"'
    return answer


def _issues(batch: ImportBatch) -> Any:
    if batch.state == State.DONE:
        return batch.issues.iterator(chunk_size=2000)
    tables, refused = uploads.tables(batch)
    made = uploads.plan(batch, tables, refused)
    return made.issues()
