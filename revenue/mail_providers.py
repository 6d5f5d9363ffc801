"""The servers of well-known mail providers, found by the address, and what each asks of a login.

The names are those of the providers' own help pages. An address at a company's own domain says
nothing of who keeps its mail: then the person chooses.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Provider:
    """`hint` is told when the login is refused."""

    key: str
    name: str
    smtp: tuple[str, int, str]
    imap: tuple[str, int, str]
    domains: tuple[str, ...] = ()
    hint: str = ""


APP = "It takes an app password, not the one that you sign in with"
PROVIDERS = (
    Provider(
        "gmail", "Gmail or Google Workspace", ("smtp.gmail.com", 465, "tls"),
        ("imap.gmail.com", 993, "tls"), ("gmail.com", "googlemail.com"),
        f"{APP}: switch on 2-step verification, then make one under Google Account, "
        "Security, App passwords.",
    ),
    Provider(
        "microsoft", "Microsoft 365", ("smtp.office365.com", 587, "starttls"),
        ("outlook.office365.com", 993, "tls"),
        ("outlook.com", "hotmail.com", "live.com", "msn.com"),
        f"{APP}, and your organisation has to allow it: many accounts of Microsoft take no "
        "password for mail programs at all. Then ask your admin to send by the company's server.",
    ),
    Provider(
        "yahoo", "Yahoo", ("smtp.mail.yahoo.com", 465, "tls"),
        ("imap.mail.yahoo.com", 993, "tls"),
        ("yahoo.com", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.co.uk", "yahoo.com.br", "aol.com"),
        f"{APP}: make one under Account security, Generate app password.",
    ),
    Provider(
        "icloud", "iCloud", ("smtp.mail.me.com", 587, "starttls"),
        ("imap.mail.me.com", 993, "tls"), ("icloud.com", "me.com", "mac.com"),
        f"{APP}: make one at account.apple.com under Sign-In and Security.",
    ),
    Provider(
        "fastmail", "Fastmail", ("smtp.fastmail.com", 465, "tls"),
        ("imap.fastmail.com", 993, "tls"), ("fastmail.com", "fastmail.fm"),
        f"{APP}: make one under Settings, Privacy & Security.",
    ),
)  # fmt: skip
BY_KEY = {one.key: one for one in PROVIDERS}


def of_address(address: str) -> Provider | None:
    domain = address.rpartition("@")[2].lower()
    return next((one for one in PROVIDERS if domain in one.domains), None)


def of_host(host: str) -> Provider | None:
    """Whose server this is, to say what its login asks for."""
    return next((one for one in PROVIDERS if host.lower() in (one.smtp[0], one.imap[0])), None)
