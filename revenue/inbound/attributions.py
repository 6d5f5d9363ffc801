"""Where an earlier mail begins: attribution lines, header blocks and separators.

Own rules for the five languages of this product, because mail-parser-reply knows no Portuguese,
misses Spanish and headings that a mailer wrapped; that library for the languages beyond.
Called by `quoting` alone.
"""

import re

from mailparser_reply import EmailReplyParser

FOREIGN = ["it", "nl", "pl", "sv", "da", "cs", "ja", "ko", "zh"]
FOREIGN_LIMIT = 20_000
LINE_LIMIT = 600
ROWS_LIMIT = 4

OPENS = re.compile(
    r"[>\s]*(?:on|am|le|el|em|il|den|\d{1,4}[-./]\d|.{1,40}\d|.{1,80}[<(@])", re.IGNORECASE
)
WROTE = re.compile(
    r"[>\s]*(?:on\b.{6,500}\b(?:wrote|sent)"
    r"|am\b.{6,500}\b(?:schrieb\b.{0,200}|geschrieben)"
    r"|le\b.{6,500}\ba\s+(?:e|é|e\u0301)crit"
    r"|el\b.{6,500}\bescribi(?:o|ó|o\u0301)"
    r"|em\b.{6,500}\bescreveu"
    r"|.{1,80}[<(]?[^\s@]+@[^\s@]+[>)]?,?\s+(?:wrote|schrieb|a\s+écrit|escribió|escreveu)\b.{0,120}"
    r"|\d{4}-\d\d-\d\d\s.{3,60}<[^\s@]+@[^\s@]+>"
    # In any language: a date, a time, an address, a colon.
    r"|(?=.{0,200}(?:\b20\d\d\b|\d[./-]\d))(?=.{0,200}\d[:.h]\d\d)"
    r".{0,200}<[^\s@<>]+@[^\s@<>]+>.{0,80})\s*:\s*",
    re.IGNORECASE,
)
SEPARATOR = re.compile(
    r"[>\s]*[-_=*]{2,}\s*(?:original\s+message|forwarded\s+message|reply\s+message"
    r"|on\s.{6,200}\swrote"
    r"|urspr(?:ü|ue)ngliche\s+(?:nachricht|mail)|originalnachricht|weitergeleitete\s+nachricht"
    r"|message\s+d['’]origine|message\s+original|message\s+transf[ée]r[ée]"
    r"|mensaje\s+original|mensaje\s+reenviado|forwarded\s+by\s.{1,80}"
    r"|mensagem\s+original|mensagem\s+(?:re)?encaminhada)\s*[-_=*]{2,}\s*"
    r"|(?:begin\s+forwarded\s+message|anfang\s+der\s+weitergeleiteten\s+(?:nachricht|e-mail)"
    r"|d[ée]but\s+du\s+message\s+(?:r[ée]exp[ée]di[ée]|transf[ée]r[ée])"
    r"|inicio\s+del\s+mensaje\s+reenviado"
    r"|in[íi]cio\s+da\s+mensagem\s+(?:re)?encaminhada)\s*:\s*",
    re.IGNORECASE,
)
FROM = re.compile(r"[>\s*]*(?:from|von|de|da|expéditeur|remetente)\s?:[\s*]*\S", re.IGNORECASE)
FIELD = re.compile(
    r"[>\s*]*(?:(?P<when>sent|date|gesendet|datum|envoyé|enviado(?:\s+el|\s+em)?|fecha"
    r"|enviada(?:\s+em)?|data)|(?P<about>subject|betreff|objet|asunto|assunto)"
    r"|(?P<to>to|an|à|para|a|cc|kopie|copie))\s?:",
    re.IGNORECASE,
)
RULE = re.compile(r"\s*[-_=*]{5,}\s*")


def heading(rows: list[str], at: int) -> int:
    """The row after the heading of an earlier mail that begins at `at`; `at` when none does."""
    row = rows[at]
    if len(row) > LINE_LIMIT or not row.strip():
        return at
    if SEPARATOR.fullmatch(row):
        following = _next(rows, at + 1)
        return max(at + 1, _block(rows, following))
    return _wrote(rows, at) or _block(rows, at)


def _wrote(rows: list[str], at: int) -> int:
    """ "On … wrote:", over as many as four rows; without a date or an address it is a sentence."""
    if not OPENS.match(rows[at]):
        return 0
    for end in range(at + 1, min(at + ROWS_LIMIT, len(rows)) + 1):
        if not rows[end - 1].strip():
            return 0
        joined = " ".join(row.strip() for row in rows[at:end])
        if len(joined) > LINE_LIMIT:
            return 0
        if joined.rstrip().endswith(":") and WROTE.fullmatch(joined):
            return end if re.search(r"[\d@]", joined) else 0
    return 0


def _block(rows: list[str], at: int) -> int:
    """A block of From, Sent, To, Subject as Outlook writes it: From and two of the other kinds."""
    if at >= len(rows) or not (FROM.match(rows[at]) or FIELD.match(rows[at])):
        return at
    kinds, end, has_from = set(), at, False
    for number in range(at, min(at + 14, len(rows))):
        row = rows[number][:LINE_LIMIT]
        field = FIELD.match(row)
        has_from = has_from or bool(FROM.match(row))
        if field:
            kinds.add(field.lastgroup)
        if field or FROM.match(row):
            end = number + 1
        elif not row.strip() and len(kinds) >= 2:
            break
    return end if has_from and len(kinds) >= 2 and kinds & {"when", "about"} else at


def _next(rows: list[str], at: int) -> int:
    return next((i for i in range(at, len(rows)) if rows[i].strip()), len(rows))


def foreign(rows: list[str]) -> int:
    """The row where a heading in another language begins; the number of rows when none does."""
    text = "\n".join(row.strip() for row in rows)
    if len(text) > FOREIGN_LIMIT or any(len(row) > LINE_LIMIT for row in rows):
        return len(rows)
    replies = EmailReplyParser(languages=list(FOREIGN)).read(text).replies
    headers = [reply.headers for reply in replies if _is_heading(reply.headers)]
    first = headers[0].split("\n")[0].strip() if headers else None
    return next((i for i, row in enumerate(rows) if row.strip() == first), len(rows))


def _is_heading(header: str) -> bool:
    """A date or an address in one sentence, or three fields: less may be the writer's own words."""
    fields = re.findall(r"^[^\s:][^:\n]{0,20}:\s", header, re.MULTILINE)
    is_sentence = header.rstrip().endswith((":", "：")) and header.count("\n") < ROWS_LIMIT
    return len(fields) >= 3 or (is_sentence and bool(re.search(r"[\d@]", header)))
