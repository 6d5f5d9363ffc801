"""Where in the story a process is killed: the stations, the boundaries of each, and the choice.

How many statements and commits a station has is not written down here: an undisturbed passage of
it tells. The two moments that no statement marks are heard from outside: the model is being asked,
and the mail server has taken the bytes and not answered yet.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tests.kills.hook import COMMIT, COMMITTED, STATEMENT
from tests.kills.house import TICK, WEB, WORKER

CALL = "call"


@dataclass(frozen=True)
class Place:
    """A station, with the account in `stage` before it, and the process that passes it."""

    role: str
    station: str
    stage: str
    boundary: str = ""
    nth: int = 0
    alone: bool = False  # the one process that works, without its group

    def __str__(self) -> str:
        who = f"{self.role} alone" if self.alone else self.role
        return f"{who}: {self.station} ({self.stage}), {self.boundary} {self.nth or ''}".strip()

    @property
    def kind(self) -> "Place":
        """The same station and stage, whoever passes it: what is counted once."""
        return Place("", self.station, self.stage)


STEPS = [Place(role, "step", stage)
         for stage in ("handed_over", "imported", "sent") for role in (WORKER, TICK)]  # fmt: skip
JOBS = [Place(role, "job", "files") for role in (WORKER, TICK)]
ROUTES = [Place(role, "route", "drafted") for role in (TICK, WORKER)]
SENDS = [Place(TICK, "send", "routed")]
REQUESTS = [Place(WEB, "import", "files"), Place(WEB, "approve", "routed"),
            Place(WEB, "answer", "sent")]  # fmt: skip
EVERYWHERE = [*STEPS, *JOBS, *ROUTES, *SENDS, *REQUESTS]

Counts = dict[Place, dict[str, int]]


def every(counts: Counts, *, seed: int) -> list[Place]:
    """Every boundary of every station by every process, and one statement of each, by chance."""
    found = [place for one in EVERYWHERE for place in _boundaries(one, counts, seed)]
    return _mixed(found)


def some(counts: Counts, *, seed: int) -> list[Place]:
    """Every boundary of every station once: by which process, and in which stage, by the seed."""
    shared = [place for one in (STEPS, JOBS, ROUTES) for place in _in_turn(one, counts, seed)]
    rest = [place for one in (*SENDS, *REQUESTS) for place in _boundaries(one, counts, seed)]
    return _mixed([*shared, *rest])


def _in_turn(places: list[Place], counts: Counts, seed: int) -> list[Place]:
    """The boundaries of one station, dealt to the places where it is passed."""
    dealt = itertools.cycle(places[seed % len(places) :] + places[: seed % len(places)])
    boundaries = [(one.boundary, one.nth) for one in _boundaries(places[0], counts, seed)]
    return [replace(next(dealt), boundary=boundary, nth=nth) for boundary, nth in boundaries]


def _boundaries(place: Place, counts: Counts, seed: int) -> Iterator[Place]:
    met = counts[place.kind]
    for nth in range(1, met[COMMIT] + 1):
        yield replace(place, boundary=COMMIT, nth=nth)
        yield replace(place, boundary=COMMITTED, nth=nth)
    if place.station in ("step", "send"):
        yield replace(place, boundary=CALL)
    chance = random.Random(f"{seed} {place}")
    alone = place.role != TICK and chance.random() < 0.5
    yield replace(place, boundary=STATEMENT, nth=chance.randint(1, met[STATEMENT]), alone=alone)


def _mixed(places: list[Place]) -> list[Place]:
    """What heals last comes first, and in turn one of each process: while one starts again, the
    next is killed."""
    runs = [place for place in places if place.station in ("job", "step")]
    return [*_alternating(runs), *_alternating([one for one in places if one not in runs])]


def _alternating(places: list[Place]) -> list[Place]:
    by_role = [[one for one in places if one.role == role] for role in (WORKER, WEB, TICK)]
    rows = itertools.zip_longest(*by_role)
    return [one for row in rows for one in row if one is not None]
