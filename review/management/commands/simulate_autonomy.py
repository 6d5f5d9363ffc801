"""Play the design's promises about autonomy again, and print them beside what comes out."""

import json
import os
import time
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from review import proof
from review.proof import Figure, promotion
from review.proof.figures import ERRORS

FEWEST = 100
ALLOWED = 0.05  # of lanes that are no better than their target may be promoted


class Command(BaseCommand):
    help = "Rerun the tables of earned autonomy through the product's own rules."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--paths", type=int, default=20_000, help="lanes behind each figure")
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--table", choices=proof.TABLES, help="only this one")
        parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
        parser.add_argument("--json", action="store_true", help="one JSON object instead")

    def handle(self, *args: Any, **options: Any) -> None:
        paths, seed = options["paths"], options["seed"]
        if paths < FEWEST:
            raise CommandError(f"--paths is {paths}; it has to be {FEWEST} or more.")
        if options["processes"] < 1:
            raise CommandError(f"--processes is {options['processes']}; it has to be 1 or more.")
        names = [options["table"]] if options["table"] else list(proof.TABLES)
        start = time.perf_counter()
        found = proof.run(names, paths=paths, seed=seed, processes=options["processes"])
        seconds = round(time.perf_counter() - start, 1)
        if options["json"]:
            told = {name: [_plain(figure) for figure in figures] for name, figures in found.items()}
            whole = {"paths": paths, "seed": seed, "seconds": seconds, "tables": told}
            self.stdout.write(json.dumps(whole, indent=1))
        else:
            for name, figures in found.items():
                self.stdout.write("\n".join(_lines(name, figures)))
            self.stdout.write(f"{paths:,} paths, seed {seed}, {seconds} s.")
        if "promotion" in found:
            _check(found["promotion"])


def _plain(figure: Figure) -> dict[str, Any]:
    return {
        "rule": figure.rule, "what": figure.what, "stated": figure.stated,
        "found": figure.found.value, "error": figure.found.error, "runs": figure.found.runs,
        "agrees": figure.agrees,
    }  # fmt: skip


def _lines(name: str, figures: list[Figure]) -> Iterator[str]:
    yield f"{name.capitalize()}. {proof.CONDITIONS[name]}"
    yield f"  {'rule':30} {'':32} {'stated':>8} {'found':>9} {'± error':>8}  agrees"
    for figure in figures:
        found, digits = figure.found, _digits(figure.step)
        yield (
            f"  {figure.rule:30} {figure.what:32} {figure.stated:8.{max(digits - 1, 0)}f}"
            f" {found.value:9.{digits}f} {found.error:8.{digits}f}  "
            f"{'yes' if figure.agrees else 'NO'}"
        )
    yield ""


def _digits(step: float) -> int:
    """One more than the design states."""
    return 1 + len(f"{step:g}".partition(".")[2])


def _check(figures: list[Figure]) -> None:
    found = promotion.false_promotions(figures)
    most = ALLOWED + ERRORS * found.error
    if found.value > most:
        raise CommandError(
            f"{found.value:.4f} of the lanes that are no better than their target were promoted;"
            f" at most {most:.4f} may be."
        )
