"""An address that somebody typed in leads to no private network, whatever it looks like."""

import asyncio
import socket
from typing import Any

import pytest

from revenue import posting
from revenue.posting import Answer, Letter, Unreachable

BAD = {
    "70 file": "file:///etc/passwd",
    "70 no scheme": "hooks.example/x",
    "70 plain http": "http://hooks.example/x",
    "70 user": "https://user@hooks.example/x",
    "70 password": "https://user:secret@hooks.example/x",
    "70 no host": "https:///x",
    "70 bracket": "https://[::1/x",
    "70 port": "https://hooks.example:99999/x",
    "70 port 0": "https://hooks.example:0/x",
    "70 space": "https://hooks.example/a b",
    "70 line": "https://hooks.example/a\r\nX: y",
    "70 not ASCII": "https://hööks.example/",
    "70 number": "https://2130706433/",
    "70 hex": "https://0x7f.1/",
    "70 octal": "https://0177.0.0.1/",
    "70 short": "https://127.1/",
    "70 gopher": "gopher://hooks.example/",
}


@pytest.mark.parametrize("url", BAD.values(), ids=BAD)
def test_70_an_address_that_is_not_allowed_is_refused(url: str) -> None:
    with pytest.raises(Unreachable, match="address not allowed"):
        posting.checked(url)
    assert posting.post_all([Letter(url, b"{}", {})])[0].status == 0


@pytest.mark.parametrize("url", ["https://hooks.example/x?y=z", "https://hooks.example:8443"])
def test_an_ordinary_address_is_allowed(url: str) -> None:
    assert posting.checked(url).hostname == "hooks.example"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "169.254.169.254", "[::ffff:10.0.0.1]", "localhost"]
)
def test_70_a_private_address_is_not_called_and_named(host: str) -> None:
    [answer] = posting.post_all([Letter(f"https://{host}/x", b"{}", {})])
    assert answer.status == 0
    assert "a private network" in answer.words


def test_70_a_name_with_one_private_address_is_not_called(monkeypatch: Any) -> None:
    """The resolver is the outside world: it plays a name with a public and a private address."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443))
             for one in ("93.184.215.14", "10.0.0.5")]  # fmt: skip

    async def resolve(*args: Any, **more: Any) -> Any:
        return found

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", resolve)
    [answer] = posting.post_all([Letter("https://hooks.example/x", b"{}", {})])
    assert answer == Answer(0, "address not allowed: hooks.example is 10.0.0.5, a private network")


def test_nothing_to_send_is_nothing_sent() -> None:
    assert posting.post_all([]) == []
