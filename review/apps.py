from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string

from review import evidence_guard, planted_guard


class ReviewConfig(AppConfig):
    name = "review"
    verbose_name = "Review"

    def ready(self) -> None:
        # After every `migrate`: a rebuilt SQLite table has lost its triggers, and what a release
        # published (`agents.apps`, before this) ends the evidence about what it replaced.
        post_migrate.connect(_prepare, sender=self)


def _prepare(*, using: str, **options: object) -> None:
    connection = connections[using]
    if planted_guard.TABLE in connection.introspection.table_names():
        planted_guard.install(connection)
        evidence_guard.install(connection)
        import_string("review.setup.agents.renewed")()
