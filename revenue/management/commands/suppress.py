"""Never write to the addresses and domains of a list: a CSV or a text file, one in a line."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from revenue import clock, consent
from revenue.importing import FileFault, Source, files, values
from revenue.importing.faults import Unreadable
from revenue.models import Suppression

BY = "system:list"
Scope, Ground = Suppression.Scope, Suppression.Ground
GROUNDS = [one.value for one in Ground if one != Ground.ERASED]


class Command(BaseCommand):
    help = (
        "Never write to these addresses and domains: the first column of a CSV file counts. What "
        "is neither is listed by line, and the rest is done."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--reason", default="on a suppression list", help="shown beside each")
        parser.add_argument("--ground", default=Ground.ASKED.value, choices=GROUNDS)

    def handle(self, *args: Any, file: Path, reason: str, ground: str, **options: Any) -> None:
        new = known = 0
        faults = []
        for line, text in self._cells(file):
            target = _target(text)
            if target is None:
                faults.append(f"line {line}: “{text[:60]}” is neither an address nor a domain")
                continue
            (scope, value), started = target, clock.now()
            row = consent.suppress(value, scope=scope, reason=reason, by=BY, ground=ground)
            is_new = row.created_at >= started
            new, known = new + is_new, known + (not is_new)
        self.stdout.write(f"{new:,} may not be written to from now on, {known:,} were known.")
        for fault in faults:
            self.stderr.write(fault)

    def _cells(self, file: Path) -> Iterator[tuple[int, str]]:
        """The first cell of every line that has one; a header is none."""
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        source = Source(file.name, file)
        try:
            text = file.read_bytes().decode(files.encoding(source))
        except FileFault as fault:
            raise CommandError(f"{file}: {fault}.") from fault
        rows = csv.reader(io.StringIO(text.replace(";", ",").replace("\0", ""), newline=""))
        for row in rows:
            cell = next((cell.strip() for cell in row if cell.strip()), "")
            is_header = rows.line_num == 1 and "." not in cell
            if cell and not is_header:
                yield rows.line_num, cell


def _target(text: str) -> tuple[str, str] | None:
    """Scope and value. A domain may be written with the @ before it."""
    text = text.rstrip(".")
    name, _, host = text.rpartition("@")
    try:
        address = values.email(f"{name or 'somebody'}@{host}")
    except Unreadable:
        return None
    host = str(getattr(address, "value", address)).rpartition("@")[2]
    return (Scope.ADDRESS, text) if name else (Scope.DOMAIN, host)
