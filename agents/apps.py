from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import import_string


class AgentsConfig(AppConfig):
    name = "agents"
    verbose_name = "Agents"

    def ready(self) -> None:
        # Configs, prompts and rules are there after every `migrate` (and `flush`).
        post_migrate.connect(_seed, sender=self)


def _seed(**options: object) -> None:
    import_string("agents.seeds.plant")()
