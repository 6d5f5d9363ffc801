"""The web server, the worker and the tick as `manage.py serve` starts them, to be killed.

Each leads a session of its own, takes orders (`hook`), and is started again after the supervisor's
first pause. The supervisor itself would double that pause with each further end within half a
minute: dozens of kills in a row are no news to it, but to these tests they are the whole point.
"""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from revenue.models import User
from review.management.commands import serve
from review.management.supervisor import FIRST_PAUSE
from tests import postgres
from tests.house import ROOT

ROLES = WEB, WORKER, TICK = "web", "worker", "tick"
HOST = "127.0.0.1"


@dataclass
class Child:
    process: subprocess.Popen[bytes] | None = None
    due: float = 0.0


@dataclass
class House:
    """The three of them on one database. `look` starts again whoever is due."""

    folder: Path
    environment: dict[str, str]
    port: int
    children: dict[str, Child] = field(default_factory=lambda: {name: Child() for name in ROLES})

    def look(self) -> None:
        for name, child in self.children.items():
            if child.process is None and time.monotonic() >= child.due:
                self._start(name, child)
            elif child.process and (code := child.process.poll()) is not None:
                assert code == -signal.SIGKILL, f"{name} ended with {code}:\n{self.said(name)}"
                child.process, child.due = None, time.monotonic() + FIRST_PAUSE

    def _start(self, name: str, child: Child) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            child.process = subprocess.Popen(
                serve.commands(HOST, self.port)[name],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=postgres.stop_with_parent,
            )

    def kill(self, name: str) -> None:
        """With everything that it started, and at once: also from another thread."""
        process = self.children[name].process
        if process:
            os.killpg(process.pid, signal.SIGKILL)

    def end(self) -> None:
        for name, child in self.children.items():
            if child.process and child.process.poll() is None:
                self.kill(name)
                child.process.wait()

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text()[-4000:]

    # --- orders -----------------------------------------------------------------------------------

    def order(
        self,
        name: str,
        station: str,
        whom: object,
        *,
        boundary: str = "",
        nth: int = 0,
        alone: bool = False,
    ) -> None:
        told = {"station": station, "whom": str(whom), "boundary": boundary, "nth": nth}
        self.expect(name)
        self._write(f"order-{name}", told | {"alone": alone})

    def expect(self, name: str) -> None:
        """From now on `done` tells of the next one."""
        self._done(name).unlink(missing_ok=True)

    def strike(self, name: str) -> None:
        """Kill it now: what somebody does who hears that the moment has come."""
        self._write(f"order-{name}-done", {"at": time.time(), "died": True, "met": {}})
        self.kill(name)

    def done(self, name: str) -> dict[str, Any] | None:
        """What the one who took the order told at last."""
        try:
            return json.loads(self._done(name).read_text())
        except FileNotFoundError:
            return None

    def show(self, name: str, *, only: int | None, without: list[int], imports: bool) -> None:
        """What this role finds to do: one account alone, or all but those in somebody's hand."""
        told = {"only": only, "without": without, "imports": imports}
        self._write(f"sight-{name}", told)

    def _done(self, name: str) -> Path:
        return self.folder / f"order-{name}-done"

    def _write(self, name: str, content: object) -> None:
        """At once or not at all: somebody may be reading."""
        partial = self.folder / f"{name}-new"
        partial.write_text(json.dumps(content))
        partial.rename(self.folder / name)


@contextmanager
def running(folder: Path, *, database_url: str, mail: int, model: str) -> Iterator[House]:
    """`mail` is the port of the mail server on this machine, `model` the address of the model."""
    with socket.create_server((HOST, 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **serve.child_environment(HOST, port),
        "DJANGO_SETTINGS_MODULE": "tests.kills.settings",
        "DATABASE_URL": database_url,
        "EMAIL_URL": f"smtp://{HOST}:{mail}",
        "OPENAI_BASE_URL": model,
        "OPENAI_API_KEY": "sk-test",
        "KILLS_FOLDER": str(folder),
        "STATIC_MANIFEST": "0",
        "WEB_CONCURRENCY": "1",
    }
    house = House(folder, environment, port)
    try:
        yield house
    finally:
        house.end()


class Browser:
    """A signed-in person at the desk, over real HTTP."""

    def __init__(self, house: House, user: User) -> None:
        session = Client()
        session.force_login(user)
        self.port, self.token = house.port, "k" * 32
        key = session.cookies["sessionid"].value
        self.headers = {
            "Cookie": f"sessionid={key}; csrftoken={self.token}",
            "X-CSRFToken": self.token,
            "HX-Request": "true",
            "Content-Type": MULTIPART_CONTENT,
        }

    def post(self, path: str, **form: Any) -> int | None:
        """The status of the answer; nothing when the web server is not there, or went away."""
        web = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            web.request("POST", path, encode_multipart(BOUNDARY, form), self.headers)
            answer = web.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            web.close()
        return answer.status
