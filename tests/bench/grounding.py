"""How well the check of claims does on the labelled drafts, and what it costs.

`unseen` is the third that nobody looks at while the check is built: its totals are all that is
ever printed of it.
"""

from review.grounding import KINDS, check
from tests.bench.figures import report, report_p95, timed
from tests.bench.sizes import Size
from tests.review.grounding.labelled import Score, drafts, known, score

PARTS = ("seen", "unseen")


def run(size: Size) -> None:
    for part in PARTS:
        tell(part, score(drafts(part)))
    rows = [(row["subject"], row["body"], known(row)) for row in drafts("seen")]
    seconds = [timed(lambda row=row: check(*row)) for row in rows]
    report_p95("grounding of one mail", seconds)


def tell(part: str, found: Score) -> None:
    planted = sum(found.planted.values())
    report(f"grounding, {part}: recall", found.recall(), "share", n=planted, least=0.98,
           precision=found.precision())  # fmt: skip
    for kind in KINDS:
        report(f"grounding, {part}: recall of {kind}", found.recall(kind), "share",
               n=found.planted[kind], precision=found.precision(kind))  # fmt: skip
    report(f"grounding, {part}: clean drafts with an alarm", found.false_alarms, "share",
           n=found.clean, most=0.02)  # fmt: skip
