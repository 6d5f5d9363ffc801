"""An import in words for the command, and its full list as a sheet."""

from collections.abc import Iterable, Iterator

from revenue import sheets
from revenue.models import ImportBatch

from . import columns
from .faults import KEPT, MAPPED, SKIPPED, Issue
from .planning import Part, Plan
from .spool import Group

ACTIONS: dict[str, str] = {MAPPED: "mapped", KEPT: "kept", SKIPPED: "not imported"}
HEADER = ("file", "row", "field", "found", "problem", "what was done")
_KIND_WORDS = {columns.PEOPLE: "sales people and managers"}


def sheet(issues: Iterable[Issue]) -> Iterator[str]:
    """The full list as CSV, in portions."""
    rows = (
        (one.file, one.row, one.field, one.found, one.problem, ACTIONS[one.action])
        for one in issues
    )
    return sheets.lines(HEADER, rows)


def read_lines(plan: Plan) -> Iterator[str]:
    """How each file was understood."""
    for part in plan.parts:
        yield f"{part.table.name}: {part.rows:,} rows of {part.mapping.kind} ({part.table.format})"
        yield from (f"  {line}" for line in _understood(part))
    for issue in plan.refused:
        yield f"{issue.file}: not imported. {issue.problem}."
    if plan.shift_to and plan.newest:
        yield (
            f"Dates: all moved by {plan.shift.days:,} days, so that the newest, {plan.newest}, "
            f"falls on {plan.shift_to}."
        )
    elif plan.shift_to:
        yield "Dates: there is none to move."


def _understood(part: Part) -> Iterator[str]:
    for column, said in part.dates.items():
        yield f"{column}: dates as {said}"
    for column, name in part.mapping.fields.items():
        if name == "annual_revenue_millions":
            yield f"{column}: read as millions of US dollars"
    for column in part.ignored:
        yield f"ignored: {column}"


def issue_lines(plan: Plan, *, limit: int = 40) -> Iterator[str]:
    groups = plan.spool.groups(limit + 1)
    file = ""
    for group in groups[:limit]:
        if group.file != file:
            yield f"{group.file}"
        file = group.file
        yield f"  {_group_line(group)}"
    if len(groups) > limit:
        yield "  and more kinds, which the full list holds"


def _group_line(group: Group) -> str:
    field = f"{group.field}: " if group.field else ""
    example = "" if group.alike or group.total == 1 else "for example "
    more = ", …" if group.total > len(group.rows) else ""
    rows = ", ".join(map(str, group.rows))
    noun = "row" if group.total == 1 else f"{group.total:,} rows:"
    return f"{ACTIONS[group.action]}, {noun} {rows}{more}. {field}{example}{group.problem}"


def count_lines(batch: ImportBatch) -> Iterator[str]:
    for kind in columns.KINDS:
        tally = batch.counts.get(kind, {})
        words = {"new": "new", "changed": "changed", "same": "as they were"}
        parts = [f"{tally[name]:,} {word}" for name, word in words.items() if tally.get(name)]
        if parts:
            yield f"  {_KIND_WORDS.get(kind, kind)}: {', '.join(parts)}"
    suppressed = batch.counts.get(columns.CONTACTS, {}).get("suppressed")
    if suppressed:
        yield f"  marked do-not-contact, so nobody can write to them: {suppressed:,}"
