"""Encrypt every secret anew with the newest key of the vault."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from revenue import vault


class Command(BaseCommand):
    help = (
        "Encrypt all passwords and signing secrets with the newest key. Safe to stop and to "
        "repeat: it goes on with those that are left."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--make",
            action="store_true",
            help="print a new key for VAULT_KEYS, and do nothing else",
        )
        parser.add_argument(
            "--new-key", action="store_true",
            help="put a new key into the file in STATE_DIR first (not with VAULT_KEYS)",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        if options["make"]:
            self.stdout.write(vault.make_key())
            return
        if options["new_key"]:
            self._add_key()
        found = vault.rotate()
        self.stdout.write(
            f"{found.done} encrypted anew, {found.fresh} had the newest key already, "
            f"{len(found.unreadable)} cannot be read."
        )
        for name in found.unreadable:
            self.stderr.write(
                f"{name}: its key is gone. Enter the password again, or make a new secret."
            )
        if found.unreadable:
            raise CommandError("Bring the missing key back, or replace what was sealed with it.")

    def _add_key(self) -> None:
        if settings.VAULT_KEYS:
            raise CommandError(
                "The keys come from VAULT_KEYS: put a new one in front there, start Countersign "
                "again, then run this without --new-key."
            )
        self.stdout.write(f"The new key is {vault.add_key()}.")
