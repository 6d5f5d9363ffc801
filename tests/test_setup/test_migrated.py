"""The database that the workers of one run copy."""

import copy
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db.backends.sqlite3.base import DatabaseWrapper

from tests import migrated


def test_a_test_database_begins_as_a_copy_of_the_migrated_one(tmp_path: Path, monkeypatch) -> None:
    template, own = tmp_path / "migrated", tmp_path / "own"
    with sqlite3.connect(template) as made:
        made.execute("CREATE TABLE brought_along (id)")
    monkeypatch.setenv(migrated.VARIABLE, str(template))
    monkeypatch.setattr(settings, "DATABASES", copy.deepcopy(settings.DATABASES))
    database = settings.DATABASES["default"] | {"NAME": "desk", "TEST": {"NAME": str(own)}}
    connection = DatabaseWrapper(database | {"OPTIONS": {}})
    assert migrated._copied(connection.creation) == connection.settings_dict["NAME"] == str(own)
    with sqlite3.connect(own) as copied:
        assert copied.execute("SELECT * FROM brought_along").fetchall() == []
        copied.execute("DROP TABLE brought_along")
    assert sqlite3.connect(template).execute("SELECT * FROM brought_along").fetchall() == []
