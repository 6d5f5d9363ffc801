"""A figure: one line of JSON, with its bar and, when it misses, where the time goes."""

import cProfile
import json
import os
import pstats
import resource
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tests.house import ROOMS, ROOT

Work = Callable[[], Any]
Clock = Callable[[], float]
OWN = tuple(f"{ROOT / room}{os.sep}" for room in ROOMS)
TICKS = os.sysconf("SC_CLK_TCK")


def report(
    name: str,
    value: float,
    unit: str,
    *,
    n: int,
    most: float | None = None,
    least: float | None = None,
    profile: Work | None = None,
    profile_by: Clock = time.perf_counter,
    **more: Any,
) -> None:
    """`most` or `least` is the bar; `profile` is run under the profiler when it is missed."""
    ok = (most is None or value <= most) and (least is None or value >= least)
    bar = f"<= {most:g}" if most is not None else f">= {least:g}" if least is not None else None
    line = {
        "name": name, "value": rounded(value), "unit": unit, "bar": bar, "ok": ok if bar else None,
        "n": n, "database": connection.vendor, **{key: rounded(one) for key, one in more.items()},
    }  # fmt: skip
    if not ok and profile:
        line["profile"] = profiled(profile, profile_by)
    print(json.dumps(line), flush=True)


def report_p95(
    name: str, seconds: Sequence[float], *, most: float | None = None, **more: Any
) -> None:
    """Times as milliseconds; what counts is the 95th of a hundred."""
    times = [second * 1000 for second in seconds]
    p95 = percentile(times, 95)
    report(name, p95, "ms", n=len(times), most=most, p50=percentile(times, 50), p95=p95, **more)


def percentile(values: Sequence[float], of_hundred: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) * of_hundred // 100, len(ordered) - 1)]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def rounded(value: Any) -> Any:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def timed(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@dataclass(frozen=True)
class Costs:
    """Of the same work done `len(seconds)` times. CPU, because a busy machine changes it little."""

    seconds: list[float]
    cpu: float

    def dearer_than(self, before: "Costs") -> float:
        """How many times as much one costs by now."""
        return self.cpu / len(self.seconds) / (before.cpu / len(before.seconds))

    @property
    def cpu_ms(self) -> float:
        return self.cpu / len(self.seconds) * 1000


def costs(work: Iterable[Work]) -> Costs:
    used = _cpu_here()
    seconds = [timed(one) for one in work]
    return Costs(seconds, _cpu_here() - used)


def _cpu_here() -> float:
    """Seconds of this process and of its own connection's part of the server."""
    if connection.vendor != "postgresql":
        return time.process_time()
    return time.process_time() + _used(_backend()) / TICKS


def profiled(work: Work, clock: Clock) -> list[str]:
    """The first three lines of the profile, cumulative, of our own code."""
    profiler = cProfile.Profile(clock)
    profiler.runcall(work)
    stats = pstats.Stats(profiler).stats
    own = [
        (
            took,
            f"{path.removeprefix(f'{ROOT}/')}:{line} {function}: {took * 1000:.0f} ms, {calls} ×",
        )
        for (path, line, function), (_, calls, _, took, _) in stats.items()
        if path.startswith(OWN)
    ]
    return [words for _, words in sorted(own, reverse=True)[:3]]


# --- what a process and a server used -------------------------------------------------------------


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cpu() -> float:
    """Seconds of this process and, where it can be read, of the PostgreSQL beside it."""
    return time.process_time() + _server_cpu()


def _server_cpu() -> float:
    if connection.vendor != "postgresql":
        return 0.0
    try:
        head = int(_stat(_backend())[1])
        with open(f"/proc/{head}/task/{head}/children") as listed:
            children = listed.read().split()
        # What has ended is counted with the head that waited for it.
        ended = sum(map(int, _stat(head)[11:15]))
        return (ended + sum(_used(child) for child in children)) / TICKS
    except OSError:  # another machine, another kernel
        return 0.0


def _backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def _used(pid: str | int) -> int:
    try:
        return sum(map(int, _stat(pid)[11:13]))
    except OSError:  # it has just ended
        return 0


def _stat(pid: int | str) -> list[str]:
    """The fields behind the name: state, parent …, user and system time from the eleventh."""
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()


def stored_bytes() -> int:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return cursor.fetchone()[0]
        sizes = []
        for name in ("page_count", "freelist_count", "page_size"):
            cursor.execute(f"PRAGMA {name}")
            sizes.append(cursor.fetchone()[0])
    return (sizes[0] - sizes[1]) * sizes[2]
