"""No test can reach another machine, and none can hide that it tried."""

import socket

import pytest

from tests import network


@pytest.fixture
def attempts():
    """What this test tried on purpose; taken back, so that it does not fail for it."""
    before = len(network.refused)
    yield network.refused
    del network.refused[before:]


def test_a_connection_to_another_machine_is_refused_and_remembered(attempts) -> None:
    with pytest.raises(network.Refused), socket.socket() as line:
        line.connect(("192.0.2.1", 443))
    assert attempts[-1] == "socket.connect ('192.0.2.1', 443)"


def test_the_name_of_another_machine_is_not_looked_up(attempts) -> None:
    with pytest.raises(network.Refused):
        socket.create_connection(("api.openai.com", 443))
    assert "api.openai.com" in attempts[-1]


def test_a_datagram_to_another_machine_is_refused(attempts) -> None:
    with pytest.raises(network.Refused), socket.socket(type=socket.SOCK_DGRAM) as line:
        line.sendto(b"?", ("192.0.2.1", 53))
    assert len(attempts) == 1


def test_a_server_on_this_machine_may_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        (("127.0.0.1", 80), True),
        (("::1", 80, 0, 0), True),
        (("localhost", 80), True),
        ("/tmp/.s.PGSQL.5432", True),
        (("10.0.0.1", 80), False),
        (("169.254.169.254", 80), False),
        (("2001:db8::1", 80, 0, 0), False),
        (("mail.example", 25), False),
        (("127.0.0.1.example", 80), False),
    ],
)
def test_an_address_is_allowed_when_it_stays_here(address, allowed) -> None:
    assert network.may_connect(address) is allowed
