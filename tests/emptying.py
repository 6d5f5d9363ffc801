"""How the database is emptied after a test whose transactions were real.

Django does it well and slowly: TRUNCATE makes a new file for each table and index of PostgreSQL,
and after it the names of all models and permissions are written anew, which nobody here reads. A
test leaves few rows behind. `flush` as a person calls it, which also resets the sequences, stays
as it is.
"""

from typing import Any

from django.contrib.auth.management import create_permissions
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection
from django.db.models.signals import post_migrate

# Within the transaction that empties: the order of the tables does not matter.
UNCHECKED = "SET LOCAL session_replication_role = replica"


def quicken() -> None:
    post_migrate.disconnect(dispatch_uid=f"{create_permissions.__module__}.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    if connection.vendor == "postgresql":
        operations = type(connection.ops)
        operations.sql_flush = _deleting(operations.sql_flush)


def _deleting(truncating: Any) -> Any:
    def sql_flush(
        self: Any, style: Any, tables: list[str], *, reset_sequences: bool = False, **options: Any
    ) -> list[str]:
        if reset_sequences or not _is_superuser():
            return truncating(self, style, tables, reset_sequences=reset_sequences, **options)
        return [UNCHECKED, *(f"DELETE FROM {self.quote_name(table)}" for table in tables)]

    return sql_flush


def _is_superuser() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        return cursor.fetchone()[0] == "on"
