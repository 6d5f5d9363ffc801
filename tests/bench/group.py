"""One group of figures in this process, on the database that DATABASE_URL names."""

import importlib
import sys

import django

from tests.bench import sizes


def main(group: str, size: str) -> None:
    django.setup()
    importlib.import_module(f"tests.bench.{group}").run(sizes.SIZES[size])


if __name__ == "__main__":
    main(*sys.argv[1:])
