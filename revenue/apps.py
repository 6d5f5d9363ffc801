from django.apps import AppConfig
from django.core.management import call_command
from django.db import connections
from django.db.models.signals import post_migrate

from revenue import log_guard


class RevenueConfig(AppConfig):
    name = "revenue"
    verbose_name = "Revenue"

    def ready(self) -> None:
        # After every `migrate` (and `flush`): a rebuilt SQLite table has lost its triggers.
        post_migrate.connect(_prepare, sender=self)


def _prepare(*, using: str, **options: object) -> None:
    log_guard.install(connections[using])
    call_command("createcachetable", database=using, verbosity=0)
