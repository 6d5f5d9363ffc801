"""Where the writer's words end and the signature begins. When unsure, they are words.

Called by `quoting` alone.
"""

import re
from itertools import islice

from revenue.inbound import refusals, wording

CLOSINGS = re.compile(
    r"(?:with\s+)?(?:(?:best|kind|kindest|warm|many|my)\s+)*(?:regards|wishes|thanks)"
    r"|best|all\s+the\s+best|cheers|thanks(?:\s+(?:again|so\s+much|a\s+lot))?|thank\s+you"
    r"|sincerely(?:\s+yours)?|yours\s+(?:sincerely|truly|faithfully)|respectfully|br|rgds|kr"
    r"|mit\s+(?:freundlichen?|besten?|herzlichen?|lieben?)\s+gr(?:ü|ue)(?:ß|ss)en?"
    r"|(?:viele|beste|liebe|herzliche|sch(?:ö|oe)ne|freundliche)\s+gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg"
    r"|gr(?:u|ue|ü)(?:ß|ss)e?|hochachtungsvoll"
    r"|(?:bien\s+)?(?:à\s+vous|cordialement)|(?:sinc(?:è|e)res\s+|meilleures\s+)?salutations|cdlt"
    r"|bonne\s+(?:journée|journee|soirée|soiree|réception)|merci(?:\s+d['’]avance)?"
    r"|(?:un\s+)?(?:cordial\s+)?saludos?(?:\s+cordial(?:es)?)?|atentamente|(?:muchas\s+)?gracias"
    r"|cordialmente|(?:um\s+)?abra(?:ç|c)os?|atenciosamente|att|cumprimentos"
    r"|(?:melhores|com\s+os\s+melhores)\s+cumprimentos|(?:muito\s+)?obrigad[oa]",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"\s*(?:sent\s+(?:from|via|with)\s+(?:my|outlook|yahoo|mail|proton|samsung|gmail|a\s+mobile)"
    r"|get\s+outlook\s+for|sent\s+from\s+\w+\s+(?:phone|mobile|mail)"
    r"|gesendet\s+(?:von|mit)\s+(?:mein|der|mail|outlook|yahoo)|von\s+meine[mr](?:/meiner)?\s.{1,40}\sgesendet"
    r"|holen\s+sie\s+sich\s+outlook|outlook\s+f(?:ü|ue)r\s+(?:ios|android)"
    r"|envoy(?:é|e)\s+(?:de|depuis|à\s+partir\s+d)['’\s]*(?:mon|ma|outlook|yahoo|mail|un)"
    r"|t(?:é|e)l(?:é|e)charge[rz]\s+outlook|obtenez\s+outlook"
    r"|enviado\s+(?:desde|do|de|a\s+partir\s+do|pelo)\s+(?:mi|meu|outlook|yahoo|mail|o)"
    r"|obtener\s+outlook|(?:obter|baixe)\s+o?\s*outlook)\b.{0,100}",
    re.IGNORECASE,
)
DISCLAIMER = re.compile(
    r"\s*[*_]*(?:(?:disclaimer|confidentiality|caution|important|privileged|wichtiger\s+hinweis|aviso"
    r"|this\s+(?:e-?mail|message|communication)|the\s+information\s+(?:contained\s+)?in"
    r"|diese\s+(?:e-?mail|nachricht)|ce\s+(?:message|courriel|mail)|este\s+(?:mensaje|correo)"
    r"|esta\s+mensagem|este\s+e-?mail)\b.{0,400}"
    r"(?:confiden|vertraulich|privileg|intended|destinat|empf(?:ä|ae)nger)"
    r"|(?:if\s+you|wenn\s+sie|sollten\s+sie|si\s+vous|si\s+(?:usted|ha)|se\s+voc[eê])\b.{0,200}"
    r"(?:in\s+error|by\s+mistake|intended\s+recipient|irrt(?:ü|ue)mlich|versehentlich|par\s+erreur"
    r"|por\s+error|por\s+engano|destinat[aá]rio))",
    re.IGNORECASE | re.DOTALL,
)
# A line that asks or tells something is never part of a signature.
SPEAKS = re.compile(
    r"\?|^\s*p\.?\s?s\b|\b(?:please|bitte|veuillez|merci\s+de|por\s+favor|favor|i|we|ich|wir|je|nous"
    r"|you|sie|not|nicht|pas|no|n[aã]o|don't|can|will)\b",
    re.IGNORECASE,
)
POSTSCRIPT = re.compile(r"\s*p\.?\s?s\b", re.IGNORECASE)
ROWS_LIMIT = 14


def start(rows: list[str]) -> int:
    """The row where the signature at the end of these rows begins; their number when none does."""
    words_before = False
    for at, row in enumerate(rows):
        if words_before and _opens(rows, at):
            return at
        words_before = words_before or bool(row.strip())
    return len(rows)


def _opens(rows: list[str], at: int) -> bool:
    row = rows[at].strip()
    if rows[at] == "-- ":  # RFC 3676, 4.3
        return not any(POSTSCRIPT.match(later) for later in _rest(rows, at, 4 * ROWS_LIMIT))
    if re.fullmatch(r"--|__|—", row) or CLOSINGS.fullmatch(row.rstrip(" ,.!;")):
        rest = _rest(rows, at, ROWS_LIMIT + 1)
        return len(rest) <= ROWS_LIMIT and all(_contact(later) for later in rest)
    return False


def _rest(rows: list[str], at: int, limit: int) -> list[str]:
    later = (rows[i] for i in range(at + 1, len(rows)) if rows[i].strip())
    return list(islice(later, limit))


def _contact(row: str) -> bool:
    """A name, a title, a number, an address; or the disclaimer below them."""
    if DISCLAIMER.match(row) or is_device(row):
        return True
    is_short = len(row) <= 90 and len(row.split()) <= 10
    return is_short and not SPEAKS.search(row) and not _refuses(row)


def _refuses(row: str) -> bool:
    words = wording.folded(row)
    return refusals.is_known(words)


def is_device(row: str) -> bool:
    return len(row) <= 140 and bool(PHONE.fullmatch(row.strip()))


def is_disclaimer(paragraph: str) -> bool:
    return len(paragraph) >= 60 and bool(DISCLAIMER.match(paragraph[:800]))
