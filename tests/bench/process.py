"""One module of the bench in a process of its own, once Django is set up: its `run` is called."""

import importlib
import sys

import django

from tests.bench.sizes import SIZES


def main(module: str, argument: str) -> None:
    django.setup()
    importlib.import_module(f"tests.bench.{module}").run(SIZES.get(argument, argument))


if __name__ == "__main__":
    main(*sys.argv[1:])
