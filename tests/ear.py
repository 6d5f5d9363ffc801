"""A program that listens: a real HTTP server on loopback, which the settings trust."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest


@dataclass
class Ear:
    """What it heard, and what it answers: the statuses in turn, the last one for ever."""

    url: str = ""
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=lambda: [200])
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"


class _Handler(BaseHTTPRequestHandler):
    ear: Ear

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        ear = self.ear
        ear.heard.append(({key.lower(): value for key, value in self.headers.items()}, body))
        status = ear.statuses.pop(0) if len(ear.statuses) > 1 else ear.statuses[0]
        self.send_response(status)
        for name, value in {"Content-Length": str(len(ear.body)), **ear.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(ear.body)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def ear(settings: Any) -> Iterator[Ear]:
    ear = Ear()
    handler = type("Handler", (_Handler,), {"ear": ear})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ear.url = f"http://127.0.0.1:{server.server_port}/told?from=desk"
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    yield ear
    server.shutdown()
    server.server_close()
