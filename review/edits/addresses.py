"""E-mail addresses, links, phone numbers, and the products whose names the caller knows."""

import re
from collections.abc import Iterable

from review.edits.reading import Reading, Rule, flat, plain

TOP_LEVELS = "com|org|net|io|co|ai|app|dev|eu|de|fr|uk|ch|nl|se|dk|es|edu|gov|info|example|test"


def _email(match: re.Match[str]) -> Reading:
    return "email", match[0].casefold()


def _url(match: re.Match[str]) -> Reading:
    """Scheme and host in any case, the path as it is (RFC 3986, 6.2.2.1)."""
    scheme, mark, address = match[0].rpartition("//")
    host, slash, path = address.partition("/")
    return "url", (scheme + mark + host).casefold() + (slash + path).rstrip("/")


def _phone(match: re.Match[str]) -> Reading:
    digits = re.sub(r"\D", "", match[0])
    if len(digits) < 7:
        return None
    return "phone", re.sub(r"^00", "+", ("+" if match[0][0] == "+" else "") + digits)


RULES: list[Rule] = [
    (re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+"), _email),
    (re.compile(r"\b(?:data:[\w.+-]+/[\w.+-]+[;,]|(?:java|vb)script:)[^\s<>\"]+", re.I), _url),
    (re.compile(r"\b(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]']", re.IGNORECASE), _url),
    (re.compile(rf"(?<![\w.@-])(?:[\w-]{{1,63}}\.)+(?:{TOP_LEVELS})\b(?:/[\w/%.?=&#-]*\w)?"), _url),
]
PHONES: list[Rule] = [
    (re.compile(r"(?<![\w+.,])(?:\+|0|\()[\d ().\-/]{6,20}\d(?!\w)"), _phone),
    (re.compile(r"(?<![\w.,-])(?:\d{3}[-. ]\d{3}[-. ]\d{4}|\d{3}-\d{4})(?![\w-])"), _phone),
]


def product_rules(products: Iterable[str]) -> list[Rule]:
    """The longest name first: "GTX Plus Basic" is not "GTX Plus"."""
    names = {flat(plain(name)) for name in products} - {""}
    if not names:
        return []
    either = "|".join(
        re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name))
    )
    pattern = re.compile(rf"(?<!\w)(?:{either})(?!\w)", re.IGNORECASE)
    return [(pattern, lambda match: ("product", match[0].casefold()))]
