"""The gate's decision: how long it takes, and whether the reviews behind it matter."""

from functools import partial

from agents.models import Draft
from review import autonomy
from tests.bench import scene
from tests.bench.figures import Costs, costs, report, report_p95
from tests.bench.sizes import Size

DRAFTS = 50


def run(size: Size) -> None:
    rep = scene.rep()
    accounts = scene.book(DRAFTS, owner=rep)
    drafts = [item.draft_id for item in scene.pending(accounts)]
    decide(drafts)
    before = decide(drafts)
    scene.decided(accounts, size.decided, by=rep)
    scene.settle_statistics()
    after = decide(drafts)
    report_p95("gate decision", after.seconds, most=2, cpu_ms=after.cpu_ms, reviews=size.decided,
               profile=lambda: decide(drafts))  # fmt: skip
    report("gate decision with many reviews ÷ with none", after.dearer_than(before), "ratio",
           n=2 * len(after.seconds), most=1.2, reviews=size.decided)  # fmt: skip


def decide(drafts: list[int]) -> Costs:
    """Every draft is read anew, so that nothing is remembered from the last time."""
    rows = [Draft.objects.get(pk=pk) for pk in drafts * 4]
    return costs(partial(autonomy.verdict, row) for row in rows)
