"""A simulated world of 30 days and 200 accounts: how long it takes, and what it holds in memory."""

from dataclasses import replace

from review import demo
from review.world import Plan
from tests.bench.figures import cpu, peak_mb, report
from tests.bench.sizes import Size

SMALL = Plan(days=6, accounts=40)
USUAL = Plan(days=30, accounts=200)


def run(size: Size) -> None:
    """The quick size is a first look: its seconds are brought up to the usual one's."""
    plan = SMALL if size.decided < 100_000 else USUAL
    used = cpu()
    told = demo.simulate(replace(plan, seed=1))
    seconds = told.seconds * (1 if plan is USUAL else 25)
    report(
        "simulate 30 days × 200 accounts", seconds, "s", n=told.drafts, most=60,
        cpu_s=cpu() - used, ticks=told.ticks, events=told.events, peak_mb=peak_mb(),
        broken=len(told.broken),
    )  # fmt: skip
