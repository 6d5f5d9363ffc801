"""CSV and CRM import: preview → map → commit, errors by row. For the command and the browser.

`sources` and `read` turn files into tables, `recognise` and `mapping` say what they are, `plan`
checks every row and writes nothing, `commit` writes what is good in a plan.

Order inside the room, imports run to the left: faults, known, values, files, tables, dates,
columns, spool, rows, references, planning, batches, parties, accounts, units, contacts, deals,
lifecycle, owners, committing, report.
"""

from .accounts import existing, merges
from .batches import earlier
from .columns import KINDS, Mapping, mapping, recognise
from .committing import commit
from .faults import FileFault, Issue
from .files import Source, sources
from .planning import Plan, plan, read_all
from .report import escaped, write_sheet
from .tables import Table, limits, read

__all__ = [
    "KINDS",
    "FileFault",
    "Issue",
    "Mapping",
    "Plan",
    "Source",
    "Table",
    "commit",
    "earlier",
    "escaped",
    "existing",
    "limits",
    "mapping",
    "merges",
    "plan",
    "read",
    "read_all",
    "recognise",
    "sources",
    "write_sheet",
]
