"""The triggers that refuse UPDATE, DELETE and TRUNCATE on the event log, on both databases."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "revenue_event"
SENTENCE = "the event log is append-only"

SQLITE_ON = [
    f"""CREATE TRIGGER IF NOT EXISTS event_no_{verb.lower()} BEFORE {verb} ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"""
    for verb in ("UPDATE", "DELETE")
]
SQLITE_OFF = [f"DROP TRIGGER IF EXISTS event_no_{verb}" for verb in ("update", "delete")]
POSTGRES_ON = [
    f"""CREATE OR REPLACE FUNCTION event_is_append_only() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$ LANGUAGE plpgsql""",
    f"DROP TRIGGER IF EXISTS event_no_change ON {TABLE}",
    f"""CREATE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION event_is_append_only()""",
    f"DROP TRIGGER IF EXISTS event_no_truncate ON {TABLE}",
    f"""CREATE TRIGGER event_no_truncate BEFORE TRUNCATE ON {TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION event_is_append_only()""",
]
POSTGRES_OFF = [
    f"DROP TRIGGER IF EXISTS event_no_{what} ON {TABLE}" for what in ("change", "truncate")
]


def install(connection: BaseDatabaseWrapper) -> None:
    _run(connection, POSTGRES_ON if connection.vendor == "postgresql" else SQLITE_ON)


def remove(connection: BaseDatabaseWrapper) -> None:
    """For emptying the whole database (`flush`) and for undoing the migration, nothing else."""
    _run(connection, POSTGRES_OFF if connection.vendor == "postgresql" else SQLITE_OFF)


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
