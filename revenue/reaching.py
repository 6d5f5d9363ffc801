"""A mail server that somebody typed into a page: which may be reached, and why one was not.

The address rule: no address of a private network, of this machine or of a cloud's own services,
unless TRUSTED_HOSTS names the host. The name is looked up once, every address that it has is
checked, and the connection goes to one of those (a name that answers otherwise the second time
gains nothing); a certificate is still checked against the name.
"""

import ipaddress
import socket
import ssl

from django.conf import settings

Number = ipaddress.IPv4Address | ipaddress.IPv6Address
# Ways to write an IPv4 address as an IPv6 one: NAT64 (RFC 6052) and 6to4 (RFC 3056).
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Not public, and not said to be private: NAT64 of one network alone (RFC 8215), old site-local.
INNER = (ipaddress.ip_network("64:ff9b:1::/48"), ipaddress.ip_network("fec0::/10"))

WORDS = {
    "address": "This address is not allowed: it belongs to a private network or to this machine. "
    "Write the public name of your mail server, or have an admin name it in TRUSTED_HOSTS.",
    "name": "The name of the mail server is not found. Check its spelling.",
    "refused": "No connection to the mail server: nothing answers at this port. Check its name, "
    "its port and the firewall.",
    "connection": "No connection to the mail server. Check its name, its port and the firewall.",
    "tls": "The encrypted connection failed. Check whether this port wants TLS or STARTTLS.",
    "certificate": "The certificate of the mail server does not fit its name, or nobody that we "
    "trust has signed it. Check the name of the server.",
    "login": "The mail server refused the login. Check the user name and the password.",
    "late": "The mail server did not answer in time. Check its name, its port, and whether it "
    "wants TLS. Should it have taken the mail after all, it is in your inbox.",
}


class NotAllowed(OSError):
    """The address rule forbids it; the words name the address."""


def is_public(number: Number) -> bool:
    """`ipaddress.is_private` misses shared, translated, site-local and multicast addresses."""
    inner = _inner(number)
    if inner is not None:
        return is_public(inner)
    odd = number.is_multicast or number.is_reserved or any(number in net for net in INNER)
    return number.is_global and not odd


def _inner(number: Number) -> Number | None:
    """The IPv4 address that an IPv6 one stands for. Teredo (RFC 4380) is not global anyway."""
    if not isinstance(number, ipaddress.IPv6Address):
        return None
    if number in NAT64:
        return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour


def as_number(host: str) -> Number | None:
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        return None


def is_named(host: str) -> bool:
    """Does the environment allow this host, wherever it is?"""
    return host.lower() in settings.TRUSTED_HOSTS


def refuse_number(host: str) -> None:
    """NotAllowed for an address that is written as a number and not a public one."""
    number = as_number(host)
    if number and not is_public(number) and not is_named(host):
        raise NotAllowed(f"{number} is not a public address.")


def connect(host: str, port: int, timeout: float) -> socket.socket:
    """A connection to an address that was checked; OSError says why there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    places = [(family, place) for family, _, _, _, place in found]
    for _, place in places:
        number = as_number(str(place[0]))
        if not is_named(host) and (number is None or not is_public(number)):
            raise NotAllowed(f"{host} is {place[0]}, which is not a public address.")
    fault: OSError = OSError(f"{host} has no address.")
    for family, place in places:
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.settimeout(timeout)
            line.connect(place)
        except OSError as error:
            line.close()
            fault = error
        else:
            return line
    raise fault


def encrypted(line: socket.socket, context: ssl.SSLContext, host: str) -> ssl.SSLSocket:
    """TLS over a connection, checked against the name; closed when that fails."""
    try:
        return context.wrap_socket(line, server_hostname=host)
    except BaseException:
        line.close()
        raise


def cause(error: BaseException) -> str:
    """Why a server could not be reached, as a key of WORDS."""
    if isinstance(error, NotAllowed):
        return "address"
    if isinstance(error, socket.gaierror | UnicodeError):
        return "name"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    if isinstance(error, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "late"
    return "refused" if isinstance(error, ConnectionRefusedError) else "connection"
