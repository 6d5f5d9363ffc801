"""One loop of ours as rows: what each of its stages inserted and changed, by table.

The floor plays it again for other accounts with plain SQL. Nothing here knows what the rows mean:
keys are moved to a range of their own, names that must be unique get a number.
"""

from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

from tests.house import ROOMS

FIRST = 1_000_000_000  # ids of the floor's rows; the product's own never come near
STRIDE = 10_000
Value = Any
Row = dict[str, Value]
Tables = dict[str, dict[Value, Row]]


@dataclass(frozen=True)
class Statement:
    """`patches`: which of the parameters is a key of which table, or a name ("") to number."""

    sql: str
    rows: list[list[Value]]
    patches: list[list[tuple[int, str]]]


@dataclass
class Stage:
    name: str
    inserted: dict[str, list[Row]] = field(default_factory=dict)
    changed: list[tuple[str, Value, Row]] = field(default_factory=list)


def owned_models() -> list[type[models.Model]]:
    found = [one for room in ROOMS for one in apps.get_app_config(room).get_models()]
    return sorted(found, key=lambda one: one._meta.db_table)


class Tape:
    """Begin it, do something, `mark` it as a stage; do the next."""

    def __init__(self) -> None:
        self.models = {one._meta.db_table: one for one in owned_models()}
        self.stages: list[Stage] = []
        self.before = self._all_rows()

    def mark(self, name: str) -> None:
        now, stage = self._all_rows(), Stage(name)
        for table, rows in now.items():
            known = self.before[table]
            new = [row for key, row in rows.items() if key not in known]
            if new:
                stage.inserted[table] = new
            for key, row in rows.items():
                different = {
                    name: value for name, value in row.items() if key in known
                    and known[key][name] != value
                }  # fmt: skip
                if different:
                    stage.changed.append((table, key, different))
        self.stages.append(stage)
        self.before = now

    def counts(self) -> dict[str, int]:
        """How many rows the whole loop inserted, by table."""
        total: dict[str, int] = {}
        for stage in self.stages:
            for table, rows in stage.inserted.items():
                total[table] = total.get(table, 0) + len(rows)
        return total

    def _all_rows(self) -> Tables:
        return {table: self._rows(table) for table in self.models}

    def _rows(self, table: str) -> dict[Value, Row]:
        key = self.models[table]._meta.pk.column
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            rows = [dict(zip(names, values, strict=True)) for values in cursor.fetchall()]
        return {row[key]: row for row in rows}


class Script:
    """A tape as statements for any account: `play` fills in one stage."""

    def __init__(self, tape: Tape, *, account: int, contact: int) -> None:
        self.models = tape.models
        self.marker = "%s" if connection.vendor == "postgresql" else "?"
        self.here = {"revenue_account": account, "revenue_contact": contact}
        self.keys: set[tuple[str, Value]] = set()
        self.names: dict[str, int] = {}
        for stage in tape.stages:
            for table, rows in stage.inserted.items():
                self._learn(table, rows)
        self.stages = {stage.name: self._statements(stage) for stage in tape.stages}

    def _learn(self, table: str, rows: list[Row]) -> None:
        model = self.models[table]
        key = model._meta.pk.column
        self.keys |= {(table, row[key]) for row in rows if isinstance(row[key], int)}
        for name in _unique_texts(model):
            longest = model._meta.get_field(name).max_length
            self.names |= {row[name]: longest for row in rows if row[name]}

    def _statements(self, stage: Stage) -> list[Statement]:
        ordered = _parents_first(stage.inserted, self.models)
        inserts = [self._insert(table, stage.inserted[table]) for table in ordered]
        return inserts + [self._update(*change) for change in sorted(stage.changed, key=_place)]

    def _insert(self, table: str, rows: list[Row]) -> Statement:
        columns = list(rows[0])
        marks = ", ".join([self.marker] * len(columns))
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
        values = [list(row.values()) for row in rows]
        return Statement(sql, values, [self._patches(table, row) for row in rows])

    def _update(self, table: str, key: Value, changed: Row) -> Statement:
        own = self.models[table]._meta.pk.column
        # Rows that all accounts share, such as a lane's counter, are written and stay as they are.
        is_shared = not self._is_ours(table, key)
        row = {own: key} if is_shared else {**changed, own: key}
        values = {name: name if is_shared else self.marker for name in changed}
        changes = ", ".join(f"{name} = {value}" for name, value in values.items())
        sql = f"UPDATE {table} SET {changes} WHERE {own} = {self.marker}"
        return Statement(sql, [list(row.values())], [self._patches(table, row)])

    def _patches(self, table: str, row: Row) -> list[tuple[int, str]]:
        points = _points_to(self.models[table])
        found = []
        for place, (column, value) in enumerate(row.items()):
            target = points.get(column, "")
            if target and value is not None and self._is_ours(target, value):
                found.append((place, target))
            elif not target and isinstance(value, str) and value in self.names:
                found.append((place, ""))
            elif (table, column) == ("review_verdict", "number"):
                found.append((place, table))
        return found

    def _is_ours(self, table: str, key: Value) -> bool:
        return (table, key) in self.keys or self.here.get(table) == key

    def play(self, stage: str, number: int, here: dict[str, int]) -> list[tuple[str, list]]:
        """The statements of a stage with their rows, for the `number`th account."""
        return [
            (one.sql, [self._filled(*pair, number, here)
                       for pair in zip(one.rows, one.patches, strict=True)])
            for one in self.stages[stage]
        ]  # fmt: skip

    def _filled(self, row: list, patches: list, number: int, here: dict[str, int]) -> list:
        filled = row.copy()
        for place, target in patches:
            value = filled[place]
            if target in here:
                filled[place] = here[target]
            elif target:
                filled[place] = FIRST + number * STRIDE + value
            else:
                filled[place] = f"{value[: self.names[value] - 9]}~{number:08d}"
        return filled


def _place(change: tuple[str, Value, Row]) -> tuple[str, str]:
    """One order for all, so that no two wait for each other."""
    return change[0], str(change[1])


def _points_to(model: type[models.Model]) -> dict[str, str]:
    """The table that each column with a key names; its own table for its own key."""
    own = model._meta.pk
    found = {own.column: model._meta.db_table} if own.get_internal_type() != "CharField" else {}
    keys = (field for field in model._meta.concrete_fields if field.is_relation)
    return found | {field.column: field.related_model._meta.db_table for field in keys}


def _unique_texts(model: type[models.Model]) -> list[str]:
    meta = model._meta
    together = {name for one in meta.constraints if isinstance(one, models.UniqueConstraint)
                for name in one.fields}  # fmt: skip
    texts = (field for field in meta.concrete_fields if field.get_internal_type() == "CharField")
    return [
        field.column
        for field in texts
        if not field.choices and (field.unique or field.name in together)
    ]


def _parents_first(tables: Any, known: dict[str, type[models.Model]]) -> list[str]:
    ordered: list[str] = []
    waiting = sorted(tables)
    while waiting:
        free = [one for one in waiting if not _parents(known[one]) & (set(waiting) - {one})]
        ordered += free or waiting
        waiting = [one for one in waiting if one not in ordered]
    return ordered


def _parents(model: type[models.Model]) -> set[str]:
    return {field.related_model._meta.db_table for field in model._meta.concrete_fields
            if field.is_relation}  # fmt: skip
