"""The triggers that keep an agent's versions as they were published, on both databases.

What a draft was written with is read from these rows years later. Only `is_active` ever moves.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "agents_agentconfig"
SENTENCE = "a published version never changes"
COLUMNS = (
    "agent, version, prompt, model, temperature, max_tokens, budget, left_out, note, change, "
    "restores, fingerprint, created_by, created_at"
)

SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS version_no_change BEFORE UPDATE OF {COLUMNS} ON {TABLE}
    BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END""",
]
POSTGRES = [
    f"""CREATE OR REPLACE FUNCTION version_stays() RETURNS trigger AS $$
    BEGIN RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'check_violation'; END
    $$ LANGUAGE plpgsql""",
    f"""CREATE OR REPLACE TRIGGER version_no_change BEFORE UPDATE OF {COLUMNS} ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION version_stays()""",
]


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in POSTGRES if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)
