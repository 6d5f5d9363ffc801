"""No call leaves the test suite: a connection is loopback, a Unix socket, or refused.

The hook sits below every Python client, so a model call cannot get around it. What was refused is
also kept: a test whose code swallows the error fails all the same.
"""

import ipaddress
import socket
import sys

CONNECTING = ("socket.connect", "socket.sendto", "socket.sendmsg")
RESOLVING = "socket.getaddrinfo"

refused: list[str] = []


class Refused(RuntimeError):
    """A test reached for the network. Not an OSError: no client may take it for a bad line."""


def forbid() -> None:
    """From now on, for as long as this process lives."""
    sys.addaudithook(_watch)


def may_connect(address: object) -> bool:
    """Internet addresses are tuples that begin with a string; all other kinds are local."""
    if not isinstance(address, tuple) or not isinstance(address[0], str):
        return True
    number = as_number(address[0])
    return number.is_loopback if number else may_resolve(address[0])


def may_resolve(name: object) -> bool:
    """Turning a number into itself asks nobody; a name of another machine asks a server."""
    name = name.decode() if isinstance(name, bytes) else name
    if not isinstance(name, str) or name in ("", "localhost", socket.gethostname()):
        return True
    return name.endswith(".localhost") or as_number(name) is not None


def as_number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event in CONNECTING and not may_connect(arguments[1]):
        _refuse(f"{event} {arguments[1]!r}")
    if event == RESOLVING and not may_resolve(arguments[0]):
        _refuse(f"{event} {arguments[0]!r}")


def _refuse(what: str) -> None:
    refused.append(what)
    raise Refused(f"The test suite has no network: {what}.")
