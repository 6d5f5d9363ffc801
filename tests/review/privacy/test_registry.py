"""A table that may name a person cannot be forgotten: each is in one of the two lists."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from review.privacy.registry import NOBODYS, TABLES, Table

ALL = {model._meta.label for model in apps.get_models(include_auto_created=True)}
# Columns of 64 characters that hold a hash of something else than a stored text, or a shared one.
OTHER_HASHES = {
    ("agents.AgentRun", "context_hash"), ("agents.AgentRun", "prompt"),
    ("agents.Draft", "context_hash"), ("agents.Draft", "told"),
    ("agents.RoutingDecision", "inputs"),
    ("review.Decision", "context_hash"), ("review.OutboxMessage", "approved"),
    ("revenue.ImportBatch", "digest"), ("revenue.Contact", "time_zone"),
    ("revenue.MailEvent", "key"),
}  # fmt: skip


def unlisted(labels: set[str]) -> set[str]:
    return labels - {table.label for table in TABLES} - NOBODYS.keys()


def test_every_table_is_in_one_of_the_lists() -> None:
    assert unlisted(ALL) == set()
    listed = [*NOBODYS, *(table.label for table in TABLES)]
    assert sorted(set(listed)) == sorted(listed)
    assert set(listed) <= ALL


def test_a_new_table_that_nobody_lists_is_seen() -> None:
    assert unlisted({*ALL, "revenue.Newsletter"}) == {"revenue.Newsletter"}


def hashes(table: Table) -> set[str]:
    columns = table.model._meta.concrete_fields
    return {one.name for one in columns if isinstance(one, models.CharField)
            and one.max_length == 64}  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.label)
def test_the_columns_that_are_named_are_there(table: Table) -> None:
    names = {one.name for one in table.model._meta.concrete_fields}
    assert set(table.free) | set(table.stored) <= names
    known: set[Any] = {(table.label, name) for name in table.stored} | OTHER_HASHES
    assert {name for name in hashes(table) if (table.label, name) not in known} == set()
