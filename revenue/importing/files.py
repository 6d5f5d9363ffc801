"""A file before it is a table: is it text at all, in which encoding, and is it too big?

Nothing is ever unpacked, so an archive cannot swell.
"""

import codecs
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from .faults import FileFault

BROWSER_BYTES = 10 * 1024 * 1024
BROWSER_ROWS = 50_000
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".zip")
_CHUNK = 1 << 16
_PACKED = {
    b"PK\x03\x04": "This is an Excel file",
    b"PK\x05\x06": "This is an Excel file",
    b"\xd0\xcf\x11\xe0": "This is an Excel file",
    b"\x1f\x8b": "This is a compressed file",
    b"%PDF": "This is a PDF",
}
# UTF-32 before UTF-16, whose mark its own begins with.
_BOMS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
_FOREIGN = re.compile(r"(?!(.)\1\1)[^\x00-\x7f]{3}")
AGAIN = "save as UTF-8 and import it again"
SAVE_AS_UTF8 = f"The encoding is not known; {AGAIN}"
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with BOM", "utf-32": "UTF-32"}
ENCODINGS |= dict.fromkeys(("utf-16", "utf-16-le", "utf-16-be"), "UTF-16")
ENCODINGS |= {"cp1252": "Latin-1 (Windows-1252)"}


@dataclass(frozen=True)
class Source:
    """One file, on disk or in memory. It can be opened as often as it takes."""

    name: str
    path: Path | None = None
    data: bytes = b""

    def open(self) -> BinaryIO:
        return self.path.open("rb") if self.path else io.BytesIO(self.data)

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path else len(self.data)

    def chunks(self) -> Iterator[bytes]:
        with self.open() as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def digest(self) -> str:
        total = hashlib.sha256()
        for chunk in self.chunks():
            total.update(chunk)
        return total.hexdigest()


def sources(place: Path) -> list[Source]:
    """The file, or the files of the folder that may hold tables, by name."""
    if place.is_dir():
        found = [item for item in sorted(place.iterdir()) if _may_hold_a_table(item)]
        if not found:
            raise FileFault(f"There is no .csv file in {place}.")
        return [Source(item.name, item) for item in found]
    if not place.exists():
        raise FileFault(f"There is no file or folder {place}.")
    return [Source(place.name, place)]


def _may_hold_a_table(item: Path) -> bool:
    hidden = item.name.startswith((".", "~$"))
    return item.is_file() and not hidden and item.suffix.lower() in SUFFIXES


def too_big(source: Source, *, rows: int | None = None) -> str:
    """What the browser refuses, in words; "" when it fits. The command has no limit."""
    remedy = "import it with the command, which has no limit: manage.py import_crm FILE"
    if source.size > BROWSER_BYTES:
        return f"The file is larger than 10 MB; {remedy}"
    if rows is not None and rows > BROWSER_ROWS:
        return f"The file has more than {BROWSER_ROWS:,} rows; {remedy}"
    return ""


def encoding(source: Source) -> str:
    """The name of a codec that reads the whole file; FileFault says what to do when none does."""
    try:
        start = next(source.chunks(), b"")
    except OSError as error:
        raise FileFault(f"The file cannot be opened: {error.strerror}") from error
    for magic, sentence in _PACKED.items():
        if start.startswith(magic):
            raise FileFault(f"{sentence}; export as CSV and import that")
    for bom, name in _BOMS.items():
        if start.startswith(bom):
            return _checked(source, name)
    if _looks_like_utf16(start):
        return _checked(source, "utf-16-le" if start[1:2] == b"\0" else "utf-16-be")
    if _reads(source, "utf-8"):
        return "utf-8"
    line = _broken_line(source)
    if line:
        raise FileFault(f"row {line}: a letter is broken, the others are UTF-8; {AGAIN}")
    if _is_western(start) and _reads(source, "cp1252"):
        return "cp1252"
    raise FileFault(SAVE_AS_UTF8)


def _checked(source: Source, name: str) -> str:
    if not _reads(source, name):
        raise FileFault(SAVE_AS_UTF8)
    return name


def _reads(source: Source, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        for chunk in source.chunks():
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _broken_line(source: Source) -> int:
    """Where a file stops being the UTF-8 that most of its letters are; 0 when they are not.

    Read as Windows-1252 such a file would turn every "é" into "Ã©".
    """
    good = broken = first = 0
    with source.open() as raw, io.TextIOWrapper(raw, "utf-8", errors="replace") as text:
        for number, line in enumerate(text, start=1):
            found = line.count("\ufffd")
            first = first or (number if found else 0)
            broken += found
            good += len(line) - len(line.encode("ascii", "ignore")) - found
    return first if good > broken else 0


def _looks_like_utf16(start: bytes) -> bool:
    half = len(start) // 2
    return half > 1 and max(start[::2].count(0), start[1::2].count(0)) > half * 0.4


def _is_western(start: bytes) -> bool:
    """Any bytes can be read as Windows-1252, but Western words have no three such letters in a row.

    Text in Cyrillic, Greek, Japanese or Chinese code pages is full of them.
    """
    text = start.decode("cp1252", errors="replace")
    return len(_FOREIGN.findall(text)) * 100 <= len(text.split())
