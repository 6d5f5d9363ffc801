"""The triggers that refuse an outbox row for a planted draft, on both databases.

What is planted as practice is wrong on purpose. That it cannot leave is no rule of a screen.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE, DRAFTS = "review_outboxmessage", "agents_draft"
SENTENCE = "a planted draft cannot leave"
IS_PLANTED = f"(SELECT is_planted FROM {DRAFTS} WHERE id = NEW.draft_id)"  # noqa: S608

SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS planted_no_{verb} BEFORE {when} ON {TABLE} WHEN {IS_PLANTED}
    BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"""
    for verb, when in (("insert", "INSERT"), ("update", "UPDATE OF draft_id"))
]
POSTGRES = [
    f"""CREATE OR REPLACE FUNCTION planted_stays() RETURNS trigger AS $$
    BEGIN
        IF {IS_PLANTED} THEN
            RAISE EXCEPTION '{SENTENCE}' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$ LANGUAGE plpgsql""",
    f"""CREATE OR REPLACE TRIGGER planted_no_message BEFORE INSERT OR UPDATE OF draft_id ON {TABLE}
    FOR EACH ROW EXECUTE FUNCTION planted_stays()""",
]


def install(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for statement in POSTGRES if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)
