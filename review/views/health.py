"""Is it alive, and may it get traffic? For supervisors and load balancers."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from review import tasks
from review.permissions import page, public


@public
@page
def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"ok": True})


@public
@page
def ready(request: HttpRequest) -> JsonResponse:
    """503 with the parts that are not ready; numbers in seconds."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        parts = {
            "database": True,
            "migrations": not pending,
            "worker_seconds": tasks.heartbeat_age(),
        }
    except DatabaseError:
        parts = {"database": False, "migrations": False, "worker_seconds": None}
    ok = parts["database"] and parts["migrations"]
    return JsonResponse({"ok": ok, **parts}, status=200 if ok else 503)
