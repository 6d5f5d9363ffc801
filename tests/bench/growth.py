"""What one more event, draft and decision cost with little history and with much."""

from collections.abc import Callable
from functools import partial

from revenue import events
from revenue.models import Account
from tests.bench import loops, scene
from tests.bench.figures import Costs, costs, report
from tests.bench.sizes import Size

EACH = 40
PER_CHAIN = 20


def run(size: Size) -> None:
    scene.company()
    rep = scene.rep()
    ids = scene.book(3 * EACH, owner=rep)
    all_costs(ids[:EACH])
    before = all_costs(ids[EACH : 2 * EACH])
    crowd = scene.book(size.history // PER_CHAIN, owner=rep)
    scene.decided(crowd, size.history, by=rep)
    plant_events(crowd)
    scene.settle_statistics()
    after = all_costs(ids[2 * EACH :])
    for name, few in before.items():
        many = after[name]
        report(f"one more {name} with much history ÷ with little", many.dearer_than(few),
               "ratio", n=len(many.seconds), most=1.2, history=size.history,
               little_cpu_ms=few.cpu_ms, much_cpu_ms=many.cpu_ms)  # fmt: skip


def all_costs(ids: list[int]) -> dict[str, Costs]:
    items = {}

    def write(pk: int) -> None:
        items[pk] = scene.on_the_desk(pk)

    work: dict[str, Callable[[int], object]] = {
        "event": lambda pk: events.append("bench.noted", by="system", account=Account(pk=pk)),
        "draft": write,
        "decision": lambda pk: loops.approve(items[pk]),
    }
    return {name: costs(partial(one, pk) for pk in ids) for name, one in work.items()}


def plant_events(ids: list[int]) -> None:
    for pk in ids:
        entries = [events.Entry("message.recorded") for _ in range(PER_CHAIN)]
        events.append_many(entries, by="system", account=Account(pk=pk))
