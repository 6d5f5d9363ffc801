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


SIZES = {
    "quick": Size(1, 64, 20, 8, 5, 400, 10_000, 2_000, 0),
    "usual": Size(4, 128, 60, 40, 12, 10_000, 100_000, 50_000, 4),
    "full": Size(6, 256, 200, 100, 30, 10_000, 1_000_000, 500_000, 16),
}
IN_FLIGHT = 64
LATENCY = 0.3
