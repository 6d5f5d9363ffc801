"""What the ORM has no statement for: many rows written at once, rows counted beside others; and
keys in texts."""

from collections.abc import Iterable

from django.db import connection, models


class RowsIn(models.Subquery):
    """How many rows a (sliced) query has, as a number beside other columns."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = models.IntegerField()
    empty_result_set_value = 0  # known to be empty without a look


def key(text: str) -> int | None:
    """The key that a text from outside names: digits, and no more than a column holds."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def update_each(rows: Iterable[models.Model], *names: str) -> None:
    """Write these fields of rows of one model, each row its own values, sent in one go."""
    rows = list(rows)
    if not rows:
        return
    meta = rows[0]._meta
    by_name = {field.name: field for field in meta.concrete_fields}
    fields = [by_name[name] for name in names]
    changes = ", ".join(f"{field.column} = %s" for field in fields)
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields),
         row.pk]
        for row in rows
    ]  # fmt: skip
    sql = f"UPDATE {meta.db_table} SET {changes} WHERE {meta.pk.column} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, values)
