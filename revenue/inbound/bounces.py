"""Mail that came back: delivery reports (RFC 3464), and the same news as an ordinary mail.

A hard bounce says that the address is dead; a soft one that this mail did not get through.
Anybody can write such a report: whoever acts on one checks `original_message_id` against what was
really sent. Called by `message` and `complaints`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message

from revenue.inbound import headers, lexicon, mime, wording

TEXT_LIMIT = 20_000
RETURNED = {"message/rfc822", "message/global", "text/rfc822-headers"}

STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<![\d.:])([45]\d\d)(?=[\s-]|$)")
MESSAGE_ID = re.compile(r"^message-id:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
DAEMON = re.compile(
    r"daemon|postmaster|bounces?[-+@]|mail[\s._-]?(?:delivery|system|server|gateway|administrat)"
    r"|microsoftexchange|(?:^|[<\s\"])(?:mta|smtp|mx|mailer|delivery|undelivered)[@\s._-]"
    r"|system[\s-]?administrat|administrador d(?:o|el) (?:sistema|correo)|zustellsystem"
    r"|syst[eè]me de (?:messagerie|remise)|sistema de (?:correo|correio|e-?mail)"
)
SUBJECT = re.compile(
    r"undeliver|deliver|returned (?:mail|to sender)|failure notice|system error|could not"
    r"|rejected|delayed|bounce"
    r"|zustell|zugestellt|unzustellbar|remis|distribu|[ée]chec|non d[ée]livr"
    r"|entrega|entregu|devuelto|devolvid|devoluci|devolu[cç][aã]o|falha|fallo",
    re.IGNORECASE,
)
ARRIVED = re.compile(
    r"\b(?:success|erfolgreich|r[ée]ussie?|correctamente|com sucesso)", re.IGNORECASE
)
# What the reason says of the address, where the code says nothing or something else.
DEAD = re.compile(
    r"user unknown|unknown user|no such (?:user|recipient|address|mailbox|domain)|no mailbox here"
    r"|does(?: not|n't) exist|not exist|couldn't be found|not found|unrouteable|unroutable"
    r"|recipientnotfound|invalid (?:recipient|mailbox|address)|recipient address rejected: access"
    r"|account (?:has been |is )?(?:disabled|inactive|closed|deactivated)|mailbox unavailable"
    r"|address rejected|host or domain name not found|existiert nicht|unbekannt|nicht gefunden"
    r"|nicht bekannt|g[eé]l[öo]scht|deaktiviert|ung[üu]ltig|existiert nicht|closed|deactivated"
    r"|deleted"
    r"|no longer (?:on|active|available|in use|valid|accept|exist)|nxdomain|no mx|permanent"
    r"|d[ée]sactiv[ée]|supprim[ée]|ferm[ée]e?\b|n'est plus|invalide|desactivad|eliminad|ya no"
    r"|cerrad"
    r"|inv[áa]lid|desativad|encerrad|exclu[íi]d|apagad"
    r"|inconnu|n'existe pas|introuvable|no existe|desconocid|inexistente|n[aã]o existe"
    r"|n[aã]o encontrad",
    re.IGNORECASE,
)
ALIVE = re.compile(
    r"(?:mailbox|inbox|quota|storage)\b.{0,30}\b(?:full|exceeded|out of|limit)|over ?quota|quota"
    r"|full mailbox|out of storage|insufficient (?:system )?storage|too (?:large|big)|spam"
    r"|blocked|black ?list|policy|greylist|try again|tempor|deferred|delayed|not yet been"
    r"|will (?:keep|continue) (?:trying|to try)|still trying|timed? ?out|connection refused"
    r"|no action is required|busy|unreachable|unavailable right now|later|denied"
    r"|rejected by .{0,30}filter"
    r"|speicherplatz|nicht verf[üu]gbar|nicht erreichbar|abgelehnt|erneut"
    r"|refus[ée] la connexion|nouvel essai|indisponible|espace|espacio|espa[çc]o"
    r"|no (?:est[áa] )?disponible"
    r"|indispon[íi]vel"
    r"|postfach.{0,20}voll|sp[äa]ter|vor[üu]bergehend|verz[öo]ger|versuchen es weiter"
    r"|bo[iî]te.{0,40}pleine|satur[ée]|retard|diff[ée]r[ée]|tentatives|ult[ée]rieur|plus tard"
    r"|buz[oó]n.{0,40}lleno|cuota|reintent|m[aá]s tarde|volver[aá] a intentar"
    r"|caixa.{0,40}cheia|excedeu|atras|mais tarde|novamente|tentar[aá]",
    re.IGNORECASE,
)
SAYS = re.compile(f"{DEAD.pattern}|{ALIVE.pattern}|{REPLY_CODE.pattern}", re.IGNORECASE)
WORDS = lexicon.load("failures.txt")
# The first that a word speaks of decides: does the failure last?
LASTING = (
    ("given up", True), ("will try again", False), ("full", False), ("nobody there", True),
    ("for now", False),
)  # fmt: skip
CODE = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])|(?<![\d.:])[45]\d\d(?=[\s):.,-]|$)")
ANSWER = re.compile(r"\s*(?:re|aw|antw|sv|rv|res|r)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)
BEGINNING = 900
# RFC 3463: 1.x the address, 2.1 the mailbox is disabled, 4.1 and 4.4 as Exchange and DNS use them.
DEAD_STATUS = re.compile(r"5\.(?:0\.0|1\.(?!5$|7$|8$)\d+|2\.[01]|4\.[14]|5\.0|7\.13)")


@dataclass(frozen=True)
class Bounce:
    """`recipient` and `status` are empty where the report does not say."""

    recipient: str
    status: str
    hard: bool
    original_message_id: str = ""
    reason: str = ""


def report_type(message: Message) -> str:
    """`delivery-status`, `disposition-notification`, `feedback-report`, or nothing."""
    if message.get_content_type() != "multipart/report":
        return ""
    return headers.words(headers.parameter(message, "report-type"), 60).lower()


def found_in(message: Message, words: str, quoted: str) -> Bounce | None:
    """The bounce that this mail is, if it is one. `quoted` may hold our mail that came back."""
    if report_type(message) == "feedback-report":
        return None
    blocks = [block for block in _status_blocks(message) if _action(block)]
    if blocks:
        return _from_report(message, blocks)
    if report_type(message) == "delivery-status" or _is_from_daemon(message, words[:TEXT_LIMIT]):
        return _from_words(message, words[:TEXT_LIMIT], quoted[:TEXT_LIMIT])
    return None


def _status_blocks(message: Message) -> Iterator[Message]:
    for part in mime.leaves(message):
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            yield from mime.children(part)


def _action(block: Message) -> str:
    """What became of one recipient; where a report leaves it out, the class of its status."""
    said = headers.value(block, "Action").split("(")[0].strip().lower()
    by_class = {"5": "failed", "4": "delayed", "2": "delivered"}
    return said or by_class.get(headers.value(block, "Status")[:1], "")


def _from_report(message: Message, blocks: list[Message]) -> Bounce | None:
    """The first recipient that failed, else the first delayed; none when all were delivered."""
    for action in ("failed", "delayed"):
        for block in blocks:
            if _action(block) == action:
                return _from_block(message, block, failed=action == "failed")
    return None


def _from_block(message: Message, block: Message, *, failed: bool) -> Bounce:
    reason = headers.words(headers.value(block, "Diagnostic-Code"), 300)
    declared = STATUS.search(headers.value(block, "Status"))
    status = (declared or STATUS.search(reason) or [""])[0]
    return Bounce(
        recipient=_recipient(block),
        status=status,
        hard=failed and _is_hard(status, reason),
        original_message_id=original_id(message),
        reason=reason,
    )


def _recipient(block: Message) -> str:
    """The address that was written to, before any forwarding; "rfc822;" is cut off."""
    for name in ("Original-Recipient", "Final-Recipient"):
        found = headers.ADDRESS.search(headers.words(headers.value(block, name), 300))
        if found:
            return found[0].lower()
    return ""


def _is_hard(status: str, reason: str) -> bool:
    """What the system says of its next try counts more than what it says of the reason."""
    if status.startswith("4"):
        return False
    said = _said(reason)
    if said is not None:
        return said
    if status and DEAD_STATUS.fullmatch(status):
        return not (status in ("5.0.0", "5.5.0", "5.2.0") and ALIVE.search(reason))
    if status or ALIVE.search(reason):
        return bool(DEAD.search(reason)) and not ALIVE.search(reason)
    return not reason.lstrip().startswith("4")


def _said(reason: str) -> bool | None:
    """For good or for now, in so many words; nothing where no word tells."""
    words = wording.folded(reason)
    for section, lasting in LASTING:
        if WORDS[section].search(words):
            return lasting
    return None


def _is_from_daemon(message: Message, words: str) -> bool:
    """It names failed recipients, or a mail system sent it and its subject or a code says so."""
    if headers.value(message, "X-Failed-Recipients"):
        return True
    claimed = headers.words(headers.value(message, "From"), 300).lower()
    is_system = DAEMON.search(claimed) or headers.value(message, "Return-Path") == "<>"
    subject = headers.words(headers.value(message, "Subject"), 300)
    says_so = SUBJECT.search(subject) or STATUS.search(words)
    # In an answer of a mail system itself the words alone say so.
    says_so = says_so or (DAEMON.search(claimed) and SAYS.search(words))
    if ARRIVED.search(subject):
        return False
    return bool(is_system and says_so) or _reads_like_a_report(subject, words)


def _reads_like_a_report(subject: str, words: str) -> bool:
    """Under a person's name: it says that a mail to an address failed, with a code or in a mail
    system's words, and is neither an answer nor a question."""
    if ANSWER.match(subject) or "?" in words[:BEGINNING]:
        return False
    text = wording.folded(f"{subject}\n{words[:BEGINNING]}")
    is_failure = headers.ADDRESS.search(text) and WORDS["failed"].search(text)
    return bool(is_failure and (CODE.search(text) or WORDS["machinery"].search(text)))


def _from_words(message: Message, reason: str, quoted: str) -> Bounce:
    status = (STATUS.search(reason) or [""])[0]
    reply_code = (REPLY_CODE.search(reason) or [""])[0]
    lasting = not (status or reply_code).startswith("4")
    return Bounce(
        recipient=_recipient_in(message, f"{reason}\n{quoted}"),
        status=status,
        hard=lasting and _is_hard(status, reason),
        original_message_id=original_id(message, f"{reason}\n{quoted}"),
        reason=" ".join(reason.split())[:300],
    )


def _recipient_in(message: Message, text: str) -> str:
    """The first address named that is neither the daemon nor us."""
    named = headers.addresses(message, "X-Failed-Recipients")
    ours = {address for _, address in headers.addresses(message, "From", "To", "Delivered-To")}
    found = [one.lower().strip(".") for one in headers.ADDRESS.findall(text)]
    others = [address for _, address in named] + [one for one in found if one not in ours]
    return others[0] if others else ""


def original_id(message: Message, text: str = "") -> str:
    """The id of the mail that came back: from the returned copy, the threading, or the words."""
    copies = [part for part in mime.leaves(message) if part.get_content_type() in RETURNED]
    answered = (headers.value(message, name) for name in ("In-Reply-To", "References"))
    values = [*(headers.value(inner(part), "Message-ID") for part in copies), *answered]
    ids = [found[-1] for found in map(headers.message_ids, values) if found]
    return ids[0] if ids else (MESSAGE_ID.search(text) or ["", ""])[1]


def inner(part: Message) -> Message:
    """The mail or the fields inside a part; the returned mail's headers where only those came."""
    inside = mime.children(part)
    return inside[0] if inside else mime.headers_of(mime.content(part))
