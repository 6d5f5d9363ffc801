"""Which parts of a mail are its body, as lines; the others are not read. For `message` alone."""

from dataclasses import dataclass, field
from email.message import Message

from revenue.inbound import charset, headers, lines, markup, mime
from revenue.inbound.lines import Line

TEXT_LIMIT = 200_000
HTML_LIMIT = 1_000_000
WHOLE_LIMIT = 3_000_000  # bytes of all its text parts together
ENCRYPTED = {"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"}
# Some mailers put this into the plain part and the words into the HTML one.
STUBS = ("html", "view this email in your browser", "enable html")


@dataclass
class Body:
    lines: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, other: "Body") -> None:
        self.lines += other.lines
        self.notes += other.notes

    @property
    def words(self) -> str:
        return " ".join(line.text for line in self.lines).strip()


def read(message: Message) -> Body:
    _attach_what_is_too_much(message)
    body = _read(message, is_root=True)
    if message.get_content_type() in ENCRYPTED:
        body.notes.append("encrypted, not readable here")
    return body


def _attach_what_is_too_much(message: Message) -> None:
    """Text parts beyond the limit of the whole are taken for attachments: not read."""
    size = 0
    for part in mime.leaves(message):
        if _is_shown(part, is_root=part is message):
            if size > WHOLE_LIMIT:
                del part["Content-Disposition"]
                part["Content-Disposition"] = "attachment"
            size += len(part.get_payload(decode=True) or b"")


def _read(part: Message, *, is_root: bool = False) -> Body:
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        children = [_read(child) for child in mime.children(part)]
        if part.get_content_subtype() == "alternative":
            return _chosen(children)
        if part.get_content_subtype() == "report":
            return _first_as_text(children)
        return _together(children)
    if _is_shown(part, is_root=is_root):
        return _text(part)
    return Body()


def _together(children: list[Body]) -> Body:
    body = Body()
    for child in children:
        body.add(child)
    return body


def _first_as_text(children: list[Body]) -> Body:
    """A report: the words for people come first, the rest is for machines (RFC 6522)."""
    later = [Body(notes=child.notes) for child in children[1:]]
    return _together([*children[:1], *later])


def _chosen(children: list[Body]) -> Body:
    """The first alternative with words (plain text comes first), unless it only points to HTML."""
    speaking = [child for child in children if child.words]
    real = [child for child in speaking if not _is_stub(child)] or speaking
    return real[0] if real else Body()


def _is_stub(body: Body) -> bool:
    return len(body.words) < 200 and any(stub in body.words.lower() for stub in STUBS)


def _is_shown(part: Message, *, is_root: bool) -> bool:
    if part.get_content_type() not in ("text/plain", "text/html") or part.is_multipart():
        return False
    disposition = headers.value(part, "Content-Disposition").split(";")[0].strip().lower()
    return is_root or (disposition != "attachment" and not headers.filename(part))


def _text(part: Message) -> Body:
    data = mime.content(part)
    text, note = charset.decoded(data, headers.parameter(part, "charset"))
    clean = charset.cleaned(text)
    is_html = part.get_content_subtype() == "html"
    limit = HTML_LIMIT if is_html else TEXT_LIMIT
    notes = [note] if note else []
    notes += ["control characters removed"] if charset.CONTROLS.search(text) else []
    notes += [f"text cut at {limit:,} characters"] if len(clean) > limit else []
    return Body(_lines(part, clean[:limit], is_html=is_html), notes=notes)


def _lines(part: Message, text: str, *, is_html: bool) -> list[Line]:
    if is_html:
        return markup.lines(text)
    flowed = headers.parameter(part, "format").lower() == "flowed"
    bare = headers.parameter(part, "delsp").lower() == "yes"
    return lines.from_plain(text, flowed=flowed, joined_bare=bare)
