"""How much of everything a run measures."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """`rounds` of ours and the floor's take turns; each has `loops` loops."""

    rounds: int
    loops: int
    samples: int
    signals: int
    decisions: int  # of each reviewer
    contested: int  # of all, two on each item
    decided: int
    history: int
    import_grows: int
    waiting: tuple[int, ...]


SIZES = {
    "quick": Size(1, 64, 20, 8, 5, 400, 10_000, 2_000, 0, (10_000,)),
    "usual": Size(4, 128, 60, 40, 12, 10_000, 100_000, 50_000, 4, (10_000, 100_000)),
    "full": Size(6, 256, 200, 100, 30, 10_000, 1_000_000, 500_000, 16, (10_000, 100_000)),
}
IN_FLIGHT = 64
LATENCY = 0.3
