"""A migrated database for every group: copied from one that was migrated once."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg

BASE = "bench_base"


class Place(Protocol):
    name: str

    def prepare(self) -> None: ...

    def fresh(self, group: str) -> "contextmanager[str]": ...


def migrate(url: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "DATABASE_URL": url}
    )


class Files:
    name = "sqlite"

    def __init__(self, folder: str) -> None:
        self.folder = Path(folder)

    def prepare(self) -> None:
        migrate(f"sqlite:///{self.folder / BASE}")

    @contextmanager
    def fresh(self, group: str) -> Iterator[str]:
        copy = shutil.copy(self.folder / BASE, self.folder / f"{group}.sqlite3")
        yield f"sqlite:///{copy}"
        for left in self.folder.glob(f"{group}.sqlite3*"):
            left.unlink()


class Server:
    name = "postgresql"

    def __init__(self, url: str) -> None:
        self.url = url

    def prepare(self) -> None:
        self._say(f"DROP DATABASE IF EXISTS {BASE}", f"CREATE DATABASE {BASE}")
        migrate(self._named(BASE))

    @contextmanager
    def fresh(self, group: str) -> Iterator[str]:
        name = f"bench_{group}"
        drop = f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"
        self._say(drop, f"CREATE DATABASE {name} TEMPLATE {BASE}")
        yield self._named(name)
        self._say(drop)

    def _named(self, name: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{name}"))

    def _say(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)
