"""Write down everything that names one person, for whoever asks for it (GDPR art. 15)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from review import privacy


class Command(BaseCommand):
    help = "Write everything that names one person into a .json file, or a .zip with their mails."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", metavar="ADDRESS")
        parser.add_argument("file", metavar="FILE.json|FILE.zip", type=Path)

    def handle(self, *args: Any, address: str, file: Path, **options: Any) -> None:
        if file.suffix not in (".json", ".zip"):
            raise CommandError(f"{file}: choose a name that ends in .json or .zip.")
        try:
            copy = privacy.export(address, by="system")
        except privacy.ErasureError as error:
            raise CommandError(str(error)) from error
        whole = copy.zipped() if file.suffix == ".zip" else copy.json().encode()
        try:
            file.touch(mode=0o600)
            file.write_bytes(whole)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{copy.rows:,} rows of {len(copy.tables)} tables are in {file}.")
        self.stdout.write(privacy.READ_FIRST)
