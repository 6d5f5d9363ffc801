"""The triggers that keep verdicts and the changes of lanes as they were written, on both databases.

What a class leaves by, rests on these rows, and a person of whom they tell nothing cannot be erased
from them: no column of one ever moves. A row goes only with what it counts for: when its lane
counts it no more, as after invented reviews were forgotten, or with an account of the demo.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

VERDICTS, CHANGES = "review_verdict", "review_lanechange"
SENTENCES = {VERDICTS: "a verdict never changes", CHANGES: "a change of a lane never changes"}
LANE = "FROM review_lane WHERE id = OLD.lane_id"
IS_DEMO = "COALESCE((SELECT is_demo FROM revenue_account WHERE id = OLD.account_id), FALSE)"
STANDS = {
    VERDICTS: f"(SELECT verdicts >= OLD.number {LANE}) AND NOT {IS_DEMO}",
    CHANGES: f"(SELECT verdicts > 0 OR epoch_id IS NOT NULL OR state <> 'review' {LANE})",
}
NAMES = {VERDICTS: "verdict", CHANGES: "lane_change"}


def _sqlite(table: str) -> list[str]:
    name, refuse = NAMES[table], f"BEGIN SELECT RAISE(ABORT, '{SENTENCES[table]}'); END"
    return [
        f"CREATE TRIGGER IF NOT EXISTS {name}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"""CREATE TRIGGER IF NOT EXISTS {name}_no_delete BEFORE DELETE ON {table}
        WHEN {STANDS[table]} {refuse}""",
    ]


def _postgres(table: str) -> list[str]:
    name = NAMES[table]
    refuse = f"RAISE EXCEPTION '{SENTENCES[table]}' USING ERRCODE = 'check_violation';"
    return [
        f"""CREATE OR REPLACE FUNCTION {name}_stays() RETURNS trigger AS $$
        BEGIN {refuse} END $$ LANGUAGE plpgsql""",
        f"""CREATE OR REPLACE FUNCTION {name}_stays_with_its_lane() RETURNS trigger AS $$
        BEGIN
            IF {STANDS[table]} THEN {refuse} END IF;
            RETURN OLD;
        END $$ LANGUAGE plpgsql""",
        f"""CREATE OR REPLACE TRIGGER {name}_no_update BEFORE UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {name}_stays()""",
        f"""CREATE OR REPLACE TRIGGER {name}_no_delete BEFORE DELETE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {name}_stays_with_its_lane()""",
        f"""CREATE OR REPLACE TRIGGER {name}_no_truncate BEFORE TRUNCATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION {name}_stays()""",
    ]


def install(connection: BaseDatabaseWrapper) -> None:
    statements = _postgres if connection.vendor == "postgresql" else _sqlite
    _run(connection, [one for table in NAMES for one in statements(table)])


def remove(connection: BaseDatabaseWrapper) -> None:
    """For emptying the whole database (`flush`), nothing else."""
    on, verbs = "", ["update", "delete"]
    for table, name in NAMES.items():
        if connection.vendor == "postgresql":
            on, verbs = f" ON {table}", ["update", "delete", "truncate"]
        _run(connection, [f"DROP TRIGGER IF EXISTS {name}_no_{verb}{on}" for verb in verbs])


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
