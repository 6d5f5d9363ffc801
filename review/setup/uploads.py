"""The files of an import in the browser, from upload to the end.

They wait in the database beside their preview, so that any process can go on with it, and go when
the import is done or discarded.
"""

import secrets
from dataclasses import asdict
from datetime import date

from django.core.files.uploadedfile import UploadedFile

from revenue import clock, importing, snapshots, transactions
from revenue.importing import FileFault, Issue, Mapping, Plan, Source, Table, columns
from revenue.models import ImportBatch, Snapshot, User

MOST_FILES = 12
# Of one file and of all files of an upload together: what a page checks in a few seconds.
MOST_BYTES, MOST_ROWS = 10 * 1024 * 1024, 50_000
TOGETHER = (
    "Together these files {have}. Import them one after the other, accounts before deals, or all "
    "at once with the command, which has no limit: manage.py import_crm FOLDER."
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
    _refuse_too_much(files)
    kept = [[name, _store(file)] for name, file in _named(files)]
    return ImportBatch.objects.create(
        name=", ".join(name for name, _ in kept)[:300],
        state=ImportBatch.State.PREVIEW,
        by=by,
        started_at=clock.now(),
        options={"files": kept, "mappings": {}, "shift_to": ""},
    )


def _refuse_too_much(files: list[UploadedFile]) -> None:
    if sum(file.size or 0 for file in files) > MOST_BYTES:
        raise UploadError(TOGETHER.format(have="are larger than 10 MB"))
    sources = [Source(str(file.name), data=file.read()) for file in files]
    for file in files:
        file.seek(0)
    tables, _ = importing.read_all(sources)
    rows = sum(table.rows_total for table in tables)
    if rows > MOST_ROWS:
        raise UploadError(TOGETHER.format(have=f"have {rows:,} rows; {MOST_ROWS:,} are possible"))


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


def commit(batch: ImportBatch) -> None:
    """Have what is good in the preview imported by whoever is free. One click wins."""
    if not importing.queue(batch):
        raise UploadError("This import is running already.", status=409)


def forget(batch: ImportBatch) -> None:
    """The files of an import that is done."""
    keys = [key for _, key in batch.options.pop("files", [])]
    ImportBatch.objects.filter(pk=batch.pk).update(options=batch.options)
    Snapshot.objects.filter(hash__in=keys).delete()


@transactions.atomic
def discard(batch: ImportBatch) -> None:
    """The preview goes, and its files with it."""
    keys = [key for _, key in batch.options.get("files", [])]
    ImportBatch.objects.filter(pk=batch.pk).delete()
    Snapshot.objects.filter(hash__in=keys).delete()
