"""The client for addresses that somebody typed into a browser: it reaches no private network.

The name is resolved once, every address that it has must be public, and the connection goes to the
very address that was looked at, so that a name cannot point elsewhere a moment later. Redirects
are not followed. A host that the environment trusts may be private.
"""

import asyncio
import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

import httpx2

from revenue import reaching

SECONDS = 10.0
PORTS = {"http": 80, "https": 443}


class Unreachable(ValueError):
    """This address is not called. The words say why, and which IP it leads to."""


@dataclass(frozen=True)
class Answer:
    """`status` 0: nothing came back. `words` say what was wrong; "" when the status is 2xx."""

    status: int
    words: str = ""


@dataclass(frozen=True)
class Letter:
    """One POST."""

    url: str
    body: bytes
    headers: dict[str, str]


def checked(url: str) -> SplitResult:
    """The parts of an address that may be asked for; its name has not been resolved yet."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Unreachable("address not allowed: it cannot be read") from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise Unreachable("address not allowed: it has to begin with https://")
    if parts.username is not None or parts.password is not None:
        raise Unreachable("address not allowed: it holds a user name or a password")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise Unreachable("address not allowed: it holds characters that no address has")
    if _is_odd_number(parts.hostname):
        raise Unreachable("address not allowed: write the name of the host")
    if parts.scheme == "http" and not reaching.is_named(parts.hostname):
        raise Unreachable("address not allowed: it has to begin with https://")
    if port == 0:
        raise Unreachable("address not allowed: there is no port 0")
    return parts


def _is_odd_number(host: str) -> bool:
    """An IPv4 address in a spelling that only some readers understand: 2130706433, 0x7f.1."""
    if ":" in host or not host.rpartition(".")[2][:1].isdigit():
        return False
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return True
    return False


def post_all(letters: list[Letter]) -> list[Answer]:
    """All at once, an answer for each; none of them raises."""
    return asyncio.run(_post_all(letters)) if letters else []


async def _post_all(letters: list[Letter]) -> list[Answer]:
    async with httpx2.AsyncClient(
        timeout=SECONDS, follow_redirects=False, trust_env=False
    ) as client:
        return list(await asyncio.gather(*(_post(client, one) for one in letters)))


async def _post(client: httpx2.AsyncClient, letter: Letter) -> Answer:
    try:
        async with asyncio.timeout(SECONDS):
            return await _posted(client, letter)
    except Unreachable as fault:
        return Answer(0, str(fault))
    except TimeoutError:
        return Answer(0, f"no answer within {SECONDS:.0f} s")
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, UnicodeError) as fault:
        return Answer(0, str(fault)[:200] or type(fault).__name__)


async def _posted(client: httpx2.AsyncClient, letter: Letter) -> Answer:
    checked(letter.url)
    request = client.build_request("POST", letter.url, content=letter.body, headers=letter.headers)
    await pin(request)
    response = await client.send(request, stream=True)
    try:
        status = response.status_code
    finally:
        await response.aclose()
    if response.is_success:
        return Answer(status)
    words = "it sent us elsewhere, which is not followed" if response.is_redirect else "refused"
    return Answer(status, f"{status}: {words}")


async def pin(request: httpx2.Request) -> None:
    """Let the request go to the very address that was looked at, under the name that was asked
    for: Host and certificate stay those of the name. Unreachable when it may not be called."""
    parts = checked(str(request.url))
    host = parts.hostname or ""
    address = await _resolved(host, parts.port or PORTS[parts.scheme])
    request.extensions = {**request.extensions, "sni_hostname": host}
    request.url = request.url.copy_with(host=address)


async def _resolved(host: str, port: int) -> str:
    """The first address of a name, all of whose addresses may be called."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        raise Unreachable(f"the name {host} is not found") from None
    addresses = [str(entry[4][0]) for entry in found]
    if not reaching.is_named(host):
        for address in addresses:
            number = reaching.as_number(address)
            if number is None or not reaching.is_public(number):
                raise Unreachable(f"address not allowed: {host} is {address}, a private network")
    return addresses[0]
