"""The address rule for servers that are typed into a page (bad input 70)."""

import ipaddress
import socket
import ssl
from typing import Any

import pytest

from revenue import reaching

INNER = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1",
    "fec0::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::a00:1",
    "2002:a00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2",
]  # fmt: skip
OUTER = ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "2002:808:808::"]


@pytest.mark.parametrize("text", INNER)
def test_an_inner_address_is_not_public(text: str) -> None:
    assert not reaching.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", OUTER)
def test_a_public_address_is_however_it_is_written(text: str) -> None:
    assert reaching.is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "::ffff:127.0.0.1", "169.254.169.254"])
def test_70_a_number_that_is_not_public_is_refused(host: str) -> None:
    with pytest.raises(reaching.NotAllowed, match="not a public address"):
        reaching.refuse_number(host)


def answers(monkeypatch: pytest.MonkeyPatch, *turns: list[str]) -> list[str]:
    """A name service that says something else each time it is asked."""
    asked: list[str] = []

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        found = turns[min(len(asked), len(turns) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize("found", [["127.0.0.1"], ["203.0.113.9", "10.0.0.1"], ["0.0.0.0"]])
def test_70_a_name_is_refused_when_any_of_its_addresses_is_inner(
    monkeypatch: pytest.MonkeyPatch, found: list[str]
) -> None:
    answers(monkeypatch, found)
    with pytest.raises(reaching.NotAllowed, match=r"smtp\.seller\.example is"):
        reaching.connect("smtp.seller.example", 25, 1)


def test_70_a_name_that_answers_otherwise_the_second_time_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is looked up once, and what was checked is what is connected to."""
    with socket.create_server(("127.0.0.1", 0)) as inner:
        asked = answers(monkeypatch, ["198.51.100.7"], ["127.0.0.1"])
        monkeypatch.setattr(reaching, "is_public", lambda number: str(number) != "127.0.0.1")
        tried: list[Any] = []

        class Line(socket.socket):
            def connect(self, place: Any) -> None:
                tried.append(place)
                raise ConnectionRefusedError

        monkeypatch.setattr(socket, "socket", Line)
        with pytest.raises(ConnectionRefusedError):
            reaching.connect("rebind.example", inner.getsockname()[1], 1)
    assert asked == ["rebind.example"]
    assert [place[0] for place in tried] == ["198.51.100.7"]


def test_a_host_that_the_environment_names_may_be_inner(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(reaching.NotAllowed):
            reaching.connect("localhost", port, 1)
        settings.TRUSTED_HOSTS = ["localhost"]
        reaching.connect("localhost", port, 1).close()
        assert reaching.is_named("LocalHost")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (socket.gaierror(-2, "Name or service not known"), "name"),
        ("x".encode, "name"),
        (ConnectionRefusedError(), "refused"),
        (TimeoutError(), "late"),
        (ssl.SSLCertVerificationError(), "certificate"),
        (ssl.SSLError(), "tls"),
        (reaching.NotAllowed("no"), "address"),
        (OSError("no route"), "connection"),
        (EOFError(), "connection"),
    ],
)
def test_each_cause_has_its_sentence(error: Any, kind: str) -> None:
    if not isinstance(error, BaseException):
        error = UnicodeError("label too long")
    assert reaching.cause(error) == kind
    assert reaching.WORDS[kind]
