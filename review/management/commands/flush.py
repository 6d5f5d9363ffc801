"""`flush` empties the whole database, what is append-only included."""

from typing import Any

from django.core.management.commands.flush import Command as DjangoFlush
from django.db import connections

from revenue import log_guard
from review import evidence_guard

GUARDS = (log_guard, evidence_guard)


class Command(DjangoFlush):
    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        for guard in GUARDS:
            guard.remove(connection)
        try:
            super().handle(**options)
        finally:
            for guard in GUARDS:
                guard.install(connection)
