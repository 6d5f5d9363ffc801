"""`flush` empties the whole database, the append-only log included."""

from typing import Any

from django.core.management.commands.flush import Command as DjangoFlush
from django.db import connections

from revenue import log_guard


class Command(DjangoFlush):
    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        log_guard.remove(connection)
        try:
            super().handle(**options)
        finally:
            log_guard.install(connection)
