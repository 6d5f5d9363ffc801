"""What a new installation starts with: prompts as version 1, and the shipped routing rules."""

from django.db import connection

from agents import configs
from agents.models import AgentState, RoutingRule
from agents.orchestration import shipped


def plant() -> bool:
    """What is missing; False where the tables are (a partial `migrate` may not have made them)."""
    tables = connection.introspection.table_names()
    if not {AgentState._meta.db_table, RoutingRule._meta.db_table} <= set(tables):
        return False
    configs.seed()
    shipped.seed()
    return True
