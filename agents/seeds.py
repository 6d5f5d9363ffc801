"""What a new installation starts with: prompts as version 1, and the shipped routing rules."""

from django.db import connection

from agents import configs
from agents.models import AgentConfig, RoutingRule
from agents.orchestration import shipped


def plant() -> None:
    """Where the tables exist (a partial `migrate` may not have made them), what is missing."""
    tables = connection.introspection.table_names()
    if AgentConfig._meta.db_table in tables and RoutingRule._meta.db_table in tables:
        configs.seed()
        shipped.seed()
