"""What nobody can do but who owns the database: a row changes that never does."""

from django.db import connection

from review import evidence_guard


def lift() -> None:
    """Until the end of the test's transaction the database refuses nothing."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
    else:
        evidence_guard.remove(connection)
