"""CSV and CRM import: preview → map → commit, errors by row. For the command and the browser.

`sources` and `read` turn files into tables, `recognise` and `mapping` say what they are, `plan`
checks every row and writes nothing, `commit` writes what is good in a plan. `queue`, `take` and
`resume` do the same for an import that waits for a free process.

Order inside the room, imports run to the left: faults, known, values, files, tables, dates,
columns, spool, rows, references, planning, batches, claims, parties, accounts, units, contacts,
deals, lifecycle, owners, committing, report.
"""

from .accounts import existing, merges
from .batches import BY, earlier
from .claims import Claim, Lost, queue, take, waiting
from .columns import KINDS, Mapping, mapping, recognise
from .committing import Run, commit, resume
from .faults import FileFault, Issue
from .files import Source, sources
from .planning import Plan, plan, read_all
from .report import sheet
from .tables import Table, limits, read

__all__ = [
    "BY",
    "KINDS",
    "Claim",
    "FileFault",
    "Issue",
    "Lost",
    "Mapping",
    "Plan",
    "Run",
    "Source",
    "Table",
    "commit",
    "earlier",
    "existing",
    "limits",
    "mapping",
    "merges",
    "plan",
    "queue",
    "read",
    "read_all",
    "recognise",
    "resume",
    "sheet",
    "sources",
    "take",
    "waiting",
]
