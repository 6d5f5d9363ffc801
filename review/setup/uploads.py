"""The files of an import in the browser, between upload and commit.

They wait in the database beside their preview, so that any web process can go on with it, and go
when the import is done or discarded. A commit is claimed first: a second click finds it running.
"""

import secrets
from dataclasses import asdict
from datetime import date, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q

from revenue import clock, importing, snapshots, transactions
from revenue.importing import FileFault, Issue, Mapping, Plan, Source, Table, columns
from revenue.models import ImportBatch, Snapshot, User

MOST_FILES = 12
MOST_BYTES = 10 * 1024 * 1024
ABANDONED = timedelta(seconds=40)  # without a sign of life; two at once would only take turns
TOO_BIG = (
    "The file is larger than 10 MB; import it with the command, which has no limit: "
    "manage.py import_crm FILE."
)


class UploadError(ValueError):
    """Why these files cannot be taken, and what to do. `status` is the HTTP status for it."""

    def __init__(self, words: str, *, status: int = 422) -> None:
        super().__init__(words)
        self.status = status


def keep(files: list[UploadedFile], *, by: User) -> ImportBatch:
    """Store the files as a preview of this person."""
    if not files:
        raise UploadError("Choose one or more files.")
    if len(files) > MOST_FILES:
        raise UploadError(f"These are {len(files)} files; up to {MOST_FILES} go together.")
    for file in files:
        _refuse_too_big(file)
    kept = [[name, _store(file)] for name, file in _named(files)]
    return ImportBatch.objects.create(
        name=", ".join(name for name, _ in kept)[:300],
        state=ImportBatch.State.PREVIEW,
        by=by,
        started_at=clock.now(),
        options={"files": kept, "mappings": {}, "shift_to": ""},
    )


def _refuse_too_big(file: UploadedFile) -> None:
    if (file.size or 0) > MOST_BYTES:
        words = importing.limits(
            Source(str(file.name), data=b"\0" * (MOST_BYTES + 1)), browser=True
        )
        raise UploadError(f"{file.name}: {words}.")
    source = Source(str(file.name), data=file.read())
    file.seek(0)
    try:
        words = importing.limits(source, browser=True)
    except FileFault:  # told in the preview, with the other files beside it
        return
    if words:
        raise UploadError(f"{file.name}: {words}.")


def _named(files: list[UploadedFile]) -> list[tuple[str, UploadedFile]]:
    """Each file under its own name; a second contacts.csv becomes “contacts.csv (2)”."""
    found: dict[str, UploadedFile] = {}
    for file in files:
        name, number = str(file.name)[:120], 2
        while name in found:
            name, number = f"{str(file.name)[:120]} ({number})", number + 1
        found[name] = file
    return list(found.items())


def _store(file: UploadedFile) -> str:
    """Under a key of its own, so that it can be deleted without anybody missing it."""
    return snapshots.put(f"upload {secrets.token_hex(8)}\n{file.read().decode('latin-1')}")


def _bytes(text: str) -> bytes:
    return text.partition("\n")[2].encode("latin-1")


def tables(batch: ImportBatch) -> tuple[list[Table], list[Issue]]:
    """The tables among the files, and why the other files are none."""
    files = batch.options["files"]
    texts = snapshots.get_many([key for _, key in files])
    if any(key not in texts for _, key in files):
        raise UploadError("The files of this preview are gone. Upload them again.", status=409)
    return importing.read_all(Source(name, data=_bytes(texts[key])) for name, key in files)


def plan(batch: ImportBatch, found: list[Table], refused: list[Issue]) -> Plan:
    """Every row checked, as the person wants the columns to be understood."""
    made = importing.plan(found, mappings=mappings(batch), shift_to=shift_to(batch))
    made.refused[:0] = refused
    return made


def mappings(batch: ImportBatch) -> dict[str, Mapping]:
    return {name: Mapping(**chosen) for name, chosen in batch.options["mappings"].items()}


def shift_to(batch: ImportBatch) -> date | None:
    text = batch.options.get("shift_to", "")
    return date.fromisoformat(text) if text else None


def choose(batch: ImportBatch, chosen: dict[str, Mapping], *, shift: bool) -> None:
    """Keep how a person wants the files to be understood."""
    batch.options["mappings"] = {name: asdict(one) for name, one in chosen.items()}
    batch.options["shift_to"] = clock.now().date().isoformat() if shift else ""
    waiting = ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.PREVIEW)
    if not waiting.update(options=batch.options):
        raise UploadError("This import is running or done already.", status=409)


def understood(table: Table, kind: str, fields: dict[str, str] | None = None) -> Mapping:
    """A mapping of this kind: the given columns or those that we recognise, dates as detected."""
    found = Mapping(kind, columns.matched(table, kind) if fields is None else fields)
    seen = columns.date_columns(table, found)
    found.dates = {column: values.order for column, values in seen.items()}
    return found


def commit(batch: ImportBatch, *, by: User) -> ImportBatch:
    """Write what is good in the preview; the preview goes. Returns the import."""
    _claim(batch)
    try:
        made = plan(batch, *tables(batch))
        if not made.good:
            raise UploadError("No row of these files can be imported.")
        _renew(batch)
        done = importing.commit(made, by=by, progress=lambda rows: _renew(batch))
    except BaseException:
        ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.PREVIEW)
        raise
    discard(batch)
    return done


def _claim(batch: ImportBatch) -> None:
    """One click wins. A claim whose process died is free again after a while."""
    now = clock.now()
    waits = Q(state=ImportBatch.State.PREVIEW)
    dead = Q(state=ImportBatch.State.RUNNING, started_at__lt=now - ABANDONED)
    claimed = ImportBatch.objects.filter(waits | dead, pk=batch.pk)
    if not claimed.update(state=ImportBatch.State.RUNNING, started_at=now):
        raise UploadError("This import is running already.", status=409)


def _renew(batch: ImportBatch) -> None:
    """The process that commits is alive."""
    running = ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.RUNNING)
    running.update(started_at=clock.now())


@transactions.atomic
def discard(batch: ImportBatch) -> None:
    """The preview goes, and its files with it."""
    keys = [key for _, key in batch.options.get("files", [])]
    ImportBatch.objects.filter(pk=batch.pk).delete()
    Snapshot.objects.filter(hash__in=keys).delete()
