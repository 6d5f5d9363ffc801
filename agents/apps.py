from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string

from agents import version_guard


class AgentsConfig(AppConfig):
    name = "agents"
    verbose_name = "Agents"

    def ready(self) -> None:
        # Configs, prompts and rules are there after every `migrate` (and `flush`), and a rebuilt
        # SQLite table has its triggers again.
        post_migrate.connect(_prepare, sender=self)


def _prepare(*, using: str, **options: object) -> None:
    if import_string("agents.seeds.plant")():
        version_guard.install(connections[using])
