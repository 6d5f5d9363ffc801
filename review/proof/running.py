"""Paths on all processors. Each lot of paths has chance of its own, drawn from seed and name."""

import multiprocessing
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from random import Random
from types import TracebackType
from typing import Self, TypeVar

import django

T = TypeVar("T")
Path = Callable[[Random], T]
LOT = 250


class Runner:
    """In this process, or in `processes` others, which start from scratch and share nothing."""

    def __init__(self, *, seed: int, processes: int = 1) -> None:
        self.seed = seed
        self.pool = None
        if processes > 1:
            fresh = multiprocessing.get_context("spawn")
            self.pool = ProcessPoolExecutor(processes, mp_context=fresh, initializer=django.setup)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self.pool:
            self.pool.shutdown(cancel_futures=True)

    def paths(self, name: str, count: int, path: Path[T]) -> list[T]:
        """What `count` paths came to."""
        sizes = [min(LOT, count - start) for start in range(0, count, LOT)]
        seeds = [f"{self.seed}/{name}/{number}" for number in range(len(sizes))]
        walk = partial(_lot, path)
        if self.pool:
            lots = list(self.pool.map(walk, seeds, sizes))
        else:
            lots = [walk(*lot) for lot in zip(seeds, sizes, strict=True)]
        return [result for lot in lots for result in lot]


def _lot(path: Path[T], seed: str, size: int) -> list[T]:
    random = Random(seed)  # noqa: S311 - a simulation that can be repeated
    return [path(random) for _ in range(size)]
