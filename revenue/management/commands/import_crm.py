"""Import accounts, contacts, deals, people and prices from CSV files. It can be run again."""

from argparse import ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from revenue import importing, workspace
from revenue.importing import FileFault, Plan, report
from revenue.models import Basis, ImportBatch


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a date. Use YYYY-MM-DD.") from error


class Command(BaseCommand):
    help = "Import CRM data from CSV files: what is good is imported, the rest is listed by row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("place", metavar="FOLDER_OR_FILE", type=Path)
        parser.add_argument(
            "--shift-to", type=day, metavar="DATE",
            help="move all dates so that the newest falls on this day (YYYY-MM-DD)",
        )  # fmt: skip
        parser.add_argument(
            "--basis", choices=Basis.values,
            help="why the people may be written to; kept with each new one, and for the next time",
        )  # fmt: skip
        parser.add_argument(
            "--strict", action="store_true", help="write nothing when any row has a fault"
        )
        parser.add_argument(
            "--report", type=Path, metavar="FILE.csv", help="write the list of all faults here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["report"]:
            self._check_writable(options["report"])
        made = self._plan(options["place"], options["shift_to"])
        self._say(report.read_lines(made))
        if options["strict"] and made.has_faults():
            self._tell_faults(made, options["report"])
            raise CommandError("Nothing was written: with --strict every row has to be good.")
        if options["basis"]:
            workspace.change(by=importing.BY, import_basis=options["basis"])
        before = importing.earlier(made)
        batch = importing.commit(made, progress=self._progress)
        self._tell_result(batch, before)
        self._tell_faults(made, options["report"])

    def _check_writable(self, sheet: Path) -> None:
        """Before anything is imported."""
        try:
            sheet.open("a").close()
        except OSError as error:
            raise CommandError(f"{sheet} cannot be written: {error.strerror}.") from error

    def _plan(self, place: Path, shift_to: date | None) -> Plan:
        try:
            tables, refused = importing.read_all(importing.sources(place))
        except FileFault as fault:
            raise CommandError(str(fault)) from fault
        made = importing.plan(tables, shift_to=shift_to)
        made.refused[:0] = refused
        if not made.parts:
            raise CommandError("\n".join(report.read_lines(made)))
        return made

    def _tell_result(self, batch: ImportBatch, before: ImportBatch | None) -> None:
        if before:
            when = f"{before.finished_at:%Y-%m-%d %H:%M} UTC"
            self.stdout.write(f"These files were already imported on {when}.")
        new = any(total.get("new") or total.get("changed") for total in batch.counts.values())
        self.stdout.write("Imported:" if new else "Nothing changed:")
        self._say(report.count_lines(batch))

    def _tell_faults(self, made: Plan, sheet: Path | None) -> None:
        total = made.spool.rows_told()
        if total:
            self.stdout.write(f"{total:,} of {made.rows:,} rows have something to tell:")
            self._say(report.issue_lines(made))
        if sheet:
            with sheet.open("w", encoding="utf-8", newline="") as file:
                file.writelines(importing.sheet(made.issues()))
            self.stdout.write(f"The full list is in {sheet}.")
        elif total:
            self.stdout.write("For the full list, row by row, add --report FILE.csv.")

    def _say(self, lines: Any) -> None:
        for line in lines:
            self.stdout.write(line)

    def _progress(self, rows: int) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"\r{rows:,} rows", ending="")
