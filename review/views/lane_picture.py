"""The proven score of a lane against what it has to beat, over time: an SVG without a script.

Coordinates are whole numbers in a box of `WIDTH` × `HEIGHT`, stretched to whatever room there is;
what is written stands beside it as text, so that it is read at any size.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.utils import timezone

from revenue import clock
from review import autonomy
from review.models import EvidenceUnit, Lane, LaneChange

WIDTH, HEIGHT = 600, 200
LOWEST = 0.5  # what lies below is drawn at the edge
DAYS = timedelta(days=120)
MOST, LISTED = 4000, 40
LINES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5)
MARKED = {
    LaneChange.Kind.PROMOTED: "ok", LaneChange.Kind.DEMOTED: "danger",
    LaneChange.Kind.TIGHTENED: "warn", LaneChange.Kind.RESTARTED: "info",
}  # fmt: skip


@dataclass(frozen=True)
class Point:
    """What an epoch showed at the end of a day."""

    epoch: int
    number: int
    at: datetime
    proven: float
    target: float

    @property
    def proven_words(self) -> str:
        return autonomy.percent(self.proven)

    @property
    def target_words(self) -> str:
        return autonomy.percent(self.target)


@dataclass(frozen=True)
class Mark:
    """A change of the lane, where it happened."""

    x: int
    words: str
    tone: str
    at: datetime


@dataclass(frozen=True)
class Picture:
    """`proven` and `target` are lines, one for each epoch; `rows` say the same, newest first."""

    since: datetime
    until: datetime
    proven: list[str] = field(default_factory=list)
    target: list[str] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    rows: list[Point] = field(default_factory=list)

    width, height = WIDTH, HEIGHT

    @property
    def grid(self) -> list[tuple[str, int]]:
        """From the top; what lies below the lowest line is drawn on it, and its label says so."""
        lines = [(f"{share:.0%}", _y(share)) for share in LINES]
        return [*lines[:-1], (f"≤ {LOWEST:.0%}", HEIGHT)]


def of(lane: Lane) -> Picture:
    until = clock.now()
    points = _points(lane, until - DAYS)
    since = points[0].at if points else until - DAYS
    since = min(since, until - timedelta(days=7))
    scale = _Scale(since, until)
    now = [replace(points[-1], at=until)] if points and points[-1].epoch == lane.epoch_id else []
    names = dict.fromkeys(one.epoch for one in points)
    epochs = [[one for one in [*points, *now] if one.epoch == name] for name in names]
    return Picture(
        since,
        until,
        [_line(((one.at, one.proven) for one in epoch), scale) for epoch in epochs],
        [_line(((one.at, one.target) for one in epoch), scale) for epoch in epochs],
        _marks(lane, scale),
        points[::-1][:LISTED],
    )


def _points(lane: Lane, since: datetime) -> list[Point]:
    """The last unit of each day, by its epoch."""
    rows: Any = EvidenceUnit.objects.filter(epoch__lane=lane.pk, closed_at__gte=since)
    rows = rows.order_by("-closed_at", "-epoch", "-number")
    found: dict[tuple[int, object], Point] = {}
    for row in rows.values_list("epoch", "number", "closed_at", "proven", "target")[:MOST]:
        point = Point(*row)
        found.setdefault((point.epoch, timezone.localdate(point.at)), point)
    return list(found.values())[::-1]


class _Scale:
    def __init__(self, since: datetime, until: datetime) -> None:
        self.since, self.length = since, until - since

    def __call__(self, at: datetime) -> int:
        return round(WIDTH * ((at - self.since) / self.length))


def _y(share: float) -> int:
    return round(HEIGHT * (1 - (max(share, LOWEST) - LOWEST) / (1 - LOWEST)))


def _line(values: Iterable[tuple[datetime, float]], scale: _Scale) -> str:
    """Points of a line that stays where it is until the next one; a single one is a short dash."""
    placed = [(scale(at), _y(share)) for at, share in values]
    steps = [placed[0]]
    for (_, was), (x, y) in pairwise(placed):
        steps += [(x, was), (x, y)]
    if len(placed) == 1:
        x, y = placed[0]
        steps = [(x - 6, y), (x, y)]
    return " ".join(f"{x},{y}" for x, y in steps)


def _marks(lane: Lane, scale: _Scale) -> list[Mark]:
    rows = LaneChange.objects.filter(lane=lane.pk, kind__in=MARKED, at__gte=scale.since)
    return [
        Mark(scale(row.at), row.get_kind_display(), MARKED[LaneChange.Kind(row.kind)], row.at)
        for row in rows.order_by("at", "pk")
    ]
