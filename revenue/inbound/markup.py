"""An HTML body as lines, with what mail programs mark as quoted or as a signature.

Nothing is rendered and nothing is fetched. Called by `bodies` alone.
"""

import re
from collections import Counter
from html.parser import HTMLParser

from revenue.inbound.lines import QUOTE, Line

# The standard parser is quadratic on tags that never close and raises on odd declarations, so it
# is given only tags that do close; every other "<" is text.
TOKEN = re.compile(r"<!--.*?(?:-->|\Z)|<[!?][^<>]*>|<(?=/?[a-zA-Z])[^<>]{1,4000}>|<", re.DOTALL)

TAG = re.compile(r"(</?[a-zA-Z][\w:-]*).*", re.DOTALL)

BLOCKS = frozenset(
    {"address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset"}
    | {"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav"}
    | {"ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "tr", "ul"}
)
CELLS = frozenset({"td", "th"})
CONTAINERS = frozenset({"blockquote", "div", "pre", "section", "span", "table"})
UNSEEN = frozenset({"script", "style", "title", "template"})

QUOTED = re.compile(
    r"yahoo_quoted|protonmail_quote|zmail_extra|mail-editor-reference-message-container|yqt\d"
)
ATTRIBUTION = re.compile(r"gmail_attr|moz-cite-prefix")
SIGNATURE = re.compile(
    r"gmail_signature|moz-signature|applemailsignature|protonmail_signature"
    r"|ms-outlook-mobile-signature|(?:^|\s)signature(?:\s|$)"
)
CUT = re.compile(r"divrplyfwdmsg|appendonsend|outlookmessageheader|zwchr")
INDENT = re.compile(
    r"border(?:-left)?:\s*(?:none|0)|margin:\s*0(?:px)?\s+0(?:px)?\s+0(?:px)?\s+40px"
)


def lines(html: str) -> list[Line]:
    reader = _Reader()
    reader.feed(TOKEN.sub(_closed, html))
    reader.close()
    return reader.finished()


def _closed(found: re.Match[str]) -> str:
    tag = found[0]
    if len(tag) == 1:
        return "&lt;"
    if tag[1] in "!?":
        return ""
    quotes_pair = tag.count('"') % 2 == 0 and (tag.count("'") % 2 == 0 or '"' in tag)
    return tag if quotes_pair else TAG.sub(r"\1>", tag)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[Line] = []
        self.row: list[str] = []
        self.open: list[tuple[str, str]] = []  # (tag, mark that holds inside it)
        self.count: Counter[str] = Counter()
        self.unseen = 0
        self.verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._break()
        if tag in BLOCKS:
            self._end_row()
        if tag in CELLS:
            self.row.append(" ")
        self.unseen += tag in UNSEEN
        self.verbatim += tag == "pre"
        mark = _mark(tag, {name: (value or "").lower() for name, value in attrs})
        if mark == "cut":
            self.rows.append(Line("", "cut"))
        elif tag in CONTAINERS:
            self.open.append((tag, self._mark_here() or mark))
            self.count[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._end_row()
        self.unseen -= tag in UNSEEN and self.unseen > 0
        self.verbatim -= tag == "pre" and self.verbatim > 0
        if tag == "p":
            self.rows.append(Line("", self._mark_here()))
        while self.count[tag]:
            closed, _ = self.open.pop()
            self.count[closed] -= 1
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        if not self.verbatim:
            self.row.append(re.sub(r"[ \t\n\r\f]+", " ", data))
            return
        first, *rest = data.split("\n")
        self.row.append(first)
        for row in rest:
            self._end_row()
            self.row.append(row)

    def finished(self) -> list[Line]:
        self._end_row()
        return self.rows

    def _break(self) -> None:
        """The end of a row, or an empty one where nothing stands before it."""
        before = len(self.rows)
        self._end_row()
        if len(self.rows) == before:
            self.rows.append(Line("", self._mark_here()))

    def _end_row(self) -> None:
        text = "".join(self.row).replace("\xa0", " ").rstrip()
        text = text if self.verbatim else text.lstrip()
        self.row = []
        quoted = "quoted" if QUOTE.match(text) else ""
        if text:
            self.rows.append(Line(text, self._mark_here() or quoted))

    def _mark_here(self) -> str:
        return self.open[-1][1] if self.open else ""


def _mark(tag: str, attributes: dict[str, str]) -> str:
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    if CUT.search(names):
        return "cut"
    if ATTRIBUTION.search(names):
        return "attribution"
    if SIGNATURE.search(names):
        return "signature"
    if QUOTED.search(names) or (tag == "blockquote" and not _indented(attributes)):
        return "quoted"
    return ""


def _indented(attributes: dict[str, str]) -> bool:
    """Mail programs write the indent button as a blockquote too: without a bar and not cited."""
    cited = attributes.get("type") == "cite" or "quote" in attributes.get("class", "")
    return not cited and bool(INDENT.search(attributes.get("style", "")))
