"""The web server as `serve` starts it, and a signed-in browser without the browser."""

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.utils.crypto import get_random_string

from revenue.models import User
from review.management.commands import serve
from tests.house import ROOT
from tests.postgres import stop_with_parent
from tests.test_setup.test_serve import free_port

PATIENCE = 60


@contextmanager
def serving() -> Iterator[tuple[int, float]]:
    """Its port, and after how many seconds the first page was there."""
    port = free_port()
    command = serve.commands("127.0.0.1", port)["web"]
    connection.close()
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, start_new_session=True, preexec_fn=stop_with_parent
    )
    try:
        wait_until_it_answers(port)
        yield port, time.perf_counter() - started
    finally:
        process.terminate()
        process.wait()


def wait_until_it_answers(port: int) -> None:
    deadline = time.monotonic() + PATIENCE
    while not first_page(port):
        if time.monotonic() > deadline:
            raise TimeoutError("The web server does not answer.")
        time.sleep(0.02)


def first_page(port: int) -> bool:
    web = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        web.request("GET", "/auth/login/")
        return web.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        web.close()


def client(user: User) -> Client:
    """A browser without the network, for what the product itself takes."""
    browser = Client(headers={"host": "localhost"})
    browser.force_login(user, settings.AUTHENTICATION_BACKENDS[0])
    return browser


class Browser:
    """One person's requests with their cookies; the server has hung up by the next one."""

    def __init__(self, port: int, user: User) -> None:
        self.port = port
        token = get_random_string(32)
        self.headers = {
            "Cookie": f"sessionid={session_of(user)}; csrftoken={token}",
            "X-CSRFToken": token,
            "HX-Request": "true",
        }

    def post(self, path: str, **fields: object) -> int:
        return self.answer(path, **fields)[0]

    def answer(self, path: str, **fields: object) -> tuple[int, str]:
        """The status and what the page says."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        web = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            web.request("POST", path, urlencode(fields), self.headers | form)
            response = web.getresponse()
            return response.status, response.read().decode()
        finally:
            web.close()


def session_of(user: User) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return store.session_key
