"""The checked rows of an import on their way to the database, on disk and not in memory.

A private SQLite file that vanishes with its connection: it finds repeats over any number of rows
and hands the rows back by account, whatever their order in the files.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from .faults import Issue

_SCHEMA = """
CREATE TABLE rows (
    seq INTEGER PRIMARY KEY, kind TEXT, key TEXT, file TEXT, line INTEGER, account TEXT, data TEXT,
    UNIQUE (kind, key)
);
CREATE TABLE issues (file, row INTEGER, field, found, problem, action, code);
CREATE TABLE accounts (key TEXT PRIMARY KEY, pk INTEGER);
"""
_ISSUE = ", ".join(item.name for item in fields(Issue))
# A mapped value is a kind of its own; other faults of one kind share their sentence.
_GROUP = "file, field, action, CASE action WHEN 'mapped' THEN problem ELSE code END"
ROW = "rows.key, rows.file, rows.line, rows.account, rows.data"


@dataclass(frozen=True)
class Stored:
    """A good row. `account` is the folded name of its account, "" for none."""

    key: str
    file: str
    line: int
    account: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Group:
    """Issues of one kind; `rows` are the first few."""

    file: str
    field: str
    action: str
    problem: str
    total: int
    alike: bool
    rows: list[int]


class Spool:
    def __init__(self) -> None:
        self._db = sqlite3.connect("", check_same_thread=False)
        self._db.executescript(_SCHEMA)

    def add(self, kind: str, row: Stored) -> Stored | None:
        """Keep the row; the earlier one instead, when its key was there already."""
        values = (kind, row.key, row.file, row.line, row.account, json.dumps(row.data))
        cursor = self._db.execute(
            "INSERT OR IGNORE INTO rows (kind, key, file, line, account, data)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            values,
        )
        if cursor.rowcount:
            return None
        query = f"SELECT {ROW} FROM rows WHERE kind = ? AND key = ?"  # noqa: S608
        return _stored(self._db.execute(query, (kind, row.key)).fetchone())

    def tell(self, issues: Iterable[Issue]) -> None:
        rows = [tuple(getattr(issue, item.name) for item in fields(Issue)) for issue in issues]
        self._db.executemany("INSERT INTO issues VALUES (?, ?, ?, ?, ?, ?, ?)", rows)

    def rows(self, kind: str) -> Iterator[Stored]:
        query = f"SELECT {ROW} FROM rows WHERE kind = ? ORDER BY seq"  # noqa: S608
        return map(_stored, self._db.execute(query, (kind,)))

    def total(self, kind: str) -> int:
        return self._db.execute("SELECT COUNT(*) FROM rows WHERE kind = ?", (kind,)).fetchone()[0]

    def have(self, kind: str, keys: Iterable[str]) -> set[str]:
        """Those of `keys` (a few hundred at most) that the files bring."""
        wanted = list(keys)
        marks = ", ".join("?" * len(wanted))
        query = f"SELECT key FROM rows WHERE kind = ? AND key IN ({marks})"  # noqa: S608
        return {key for (key,) in self._db.execute(query, (kind, *wanted))}

    def issues(self) -> Iterator[Issue]:
        query = f"SELECT {_ISSUE} FROM issues ORDER BY file, row, rowid"  # noqa: S608
        return (Issue(*row) for row in self._db.execute(query))

    def rows_told(self) -> int:
        """How many rows have at least one issue."""
        query = "SELECT COUNT(*) FROM (SELECT DISTINCT file, row FROM issues)"
        return self._db.execute(query).fetchone()[0]

    def groups(self, limit: int = 40) -> list[Group]:
        query = (
            f"SELECT file, field, action, MIN(problem), COUNT(*), COUNT(DISTINCT problem), code"  # noqa: S608
            f" FROM issues GROUP BY {_GROUP} ORDER BY file, MIN(rowid) LIMIT ?"
        )
        return [self._group(*row) for row in self._db.execute(query, (limit,)).fetchall()]

    def _group(
        self, file: str, field: str, action: str, problem: str, total: int, kinds: int, code: str
    ) -> Group:
        query = "SELECT row FROM issues WHERE file = ? AND field = ? AND action = ? AND code = ?"
        values: tuple[Any, ...] = (file, field, action, code)
        if kinds == 1:
            query, values = query + " AND problem = ?", (*values, problem)
        rows = [row for (row,) in self._db.execute(query + " ORDER BY rowid LIMIT 6", values)]
        return Group(file, field, action, problem, total, kinds == 1, rows)

    # --- the way out, by account -----------------------------------------------------------------

    def index(self) -> None:
        """Called once, when all rows are there."""
        self._db.execute("CREATE INDEX IF NOT EXISTS by_account ON rows (account, kind, seq)")

    def accounts_without_id(self) -> Iterator[list[str]]:
        """The accounts that rows name and whose id is not known yet, in portions."""
        query = (
            "SELECT DISTINCT account FROM rows WHERE account != ''"
            " AND account NOT IN (SELECT key FROM accounts)"
        )
        cursor = self._db.execute(query)
        while portion := cursor.fetchmany(500):
            yield [key for (key,) in portion]

    def place(self, ids: dict[str, int]) -> None:
        self._db.executemany("INSERT OR REPLACE INTO accounts VALUES (?, ?)", ids.items())

    def by_account(self, *, after: int = 0) -> Iterator[tuple[int, str, Stored | None]]:
        """Id, kind and row, by ascending id; an account without rows comes once, with nothing."""
        query = (
            f"SELECT accounts.pk, rows.kind, {ROW} FROM accounts"  # noqa: S608
            " LEFT JOIN rows ON rows.account = accounts.key AND rows.kind != 'accounts'"
            " WHERE accounts.pk > ? ORDER BY accounts.pk, rows.kind, rows.seq"
        )
        for pk, kind, *row in self._db.execute(query, (after,)):
            yield pk, kind or "", _stored(row) if kind else None

    def without_account(self, kind: str, *, after: str = "") -> Iterator[Stored]:
        """By key."""
        query = (
            f"SELECT {ROW} FROM rows WHERE account = '' AND kind = ? AND key > ?"  # noqa: S608
            " ORDER BY key"
        )
        return map(_stored, self._db.execute(query, (kind, after)))

    def account_rows(self, pks: list[int]) -> dict[int, Stored]:
        """The rows of the accounts themselves."""
        marks = ", ".join("?" * len(pks))
        query = (
            f"SELECT accounts.pk, {ROW} FROM accounts"  # noqa: S608
            f" JOIN rows ON rows.key = accounts.key AND rows.kind = 'accounts'"
            f" WHERE accounts.pk IN ({marks})"
        )
        return {pk: _stored(row) for pk, *row in self._db.execute(query, pks)}

    def ids(self, keys: list[str]) -> dict[str, int]:
        marks = ", ".join("?" * len(keys))
        query = f"SELECT key, pk FROM accounts WHERE key IN ({marks})"  # noqa: S608
        return dict(self._db.execute(query, keys))


def _stored(row: Any) -> Stored:
    key, file, line, account, data = row
    return Stored(key, file, line, account, json.loads(data))
