"""Live through a simulated world on an empty database, and say what it came to."""

import json
from argparse import ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from review import demo, world


class Command(BaseCommand):
    help = (
        "Days of buyers, reviewers and a model that errs, through the real product. Same seed, "
        "same history. Only on a database that holds nothing real."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--days", type=whole("--days", 3650), default=30)
        parser.add_argument("--accounts", type=whole("--accounts", 20_000), default=200)
        parser.add_argument("--start", type=day, default=world.Plan.start, metavar="YYYY-MM-DD")
        parser.add_argument("--json", action="store_true", help="print one JSON document instead")

    def handle(self, **options: Any) -> None:
        plan = world.Plan(**{name: options[name] for name in ("seed", "days", "accounts", "start")})
        try:
            told = demo.simulate(plan)
        except world.NoRoom as refused:
            raise CommandError(str(refused)) from None
        lines = [json.dumps(told.as_json())] if options["json"] else told.lines
        self.stdout.write("\n".join(lines))
        if told.broken:
            raise CommandError(f"{len(told.broken)} invariants do not hold: {told.broken[0]}")


def whole(name: str, most: int) -> Any:
    def read(text: str) -> int:
        number = int(text) if text.isdecimal() else 0
        if not 1 <= number <= most:
            raise ArgumentTypeError(f"“{text}”: use a whole number from 1 to {most:,}.")
        return number

    return read


def day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise ArgumentTypeError(f"“{text}” is no day; use YYYY-MM-DD.") from None
