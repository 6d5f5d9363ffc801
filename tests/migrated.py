"""The databases of the workers are copies of one that was migrated once.

To migrate takes seven seconds of a core, and `make test` has three workers in each of its three
parts. Without MIGRATED_DATABASE, as where pytest is called by hand, each migrates its own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings
from django.db import connection

from tests import emptying

VARIABLE = "MIGRATED_DATABASE"
ON_A_SERVER = "countersign_migrated"
ROOT = Path(__file__).parent.parent


@contextmanager
def once(url: str) -> Iterator[dict[str, str]]:
    """A migrated database on the server at `url`, or a file. The environment of those who copy it;
    where it cannot be migrated they find out themselves."""
    with tempfile.TemporaryDirectory(prefix="countersign-migrated-") as folder:
        own = {"DATABASE_URL": url}
        named = own | {VARIABLE: ON_A_SERVER if url else str(Path(folder, "migrated.sqlite3"))}
        command = [sys.executable, "-m", "tests.migrated"]
        made = subprocess.run(command, cwd=ROOT, env=os.environ | named, stdout=subprocess.DEVNULL)
        try:
            yield own if made.returncode else named
        finally:
            if url:
                _drop(url)


def _drop(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {ON_A_SERVER}")


def use() -> None:
    """From now on a test database begins as a copy of the migrated one, if there is one."""
    if os.environ.get(VARIABLE):
        type(connection.creation).create_test_db = _copied


def _copied(self: Any, verbosity: int = 0, autoclobber: bool = True, **options: Any) -> str:
    """In the place of Django's `create_test_db`, which migrates."""
    migrated, database = os.environ[VARIABLE], self.connection.settings_dict
    database["TEST"]["TEMPLATE"] = migrated
    name = self._create_test_db(verbosity, autoclobber)
    if self.connection.vendor == "sqlite":
        shutil.copyfile(migrated, name)
    self.connection.close()
    settings.DATABASES[self.connection.alias]["NAME"] = database["NAME"] = name
    return name


def main() -> None:
    django.setup()
    emptying.quicken()
    connection.settings_dict["TEST"]["NAME"] = os.environ[VARIABLE]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    main()
