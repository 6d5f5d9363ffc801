"""How many queries each stage of a loop makes, without history and with a long one."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from revenue import clock, events
from revenue.models import Account, Opportunity, Signal
from tests.bench import loops, scene
from tests.bench.figures import report
from tests.bench.sizes import Size
from tests.factories import ProductFactory

NOTES, DEALS, SIGNALS, EVENTS = 2_000, 500, 500, 500


def run(size: Size) -> None:
    scene.company()
    rep = scene.rep()
    warm, young, old = scene.book(3, owner=rep)
    loops.one_by_one(warm)  # rows that exist once for all, such as lanes and switches
    grow_old(old)
    fresh, long = counted(young), counted(old)
    for name, few in fresh.items():
        report(f"queries of one {name}, long history", long[name], "queries", n=2, most=few)
    whole = sum(fresh.values())
    report("queries of one loop, long history", sum(long.values()), "queries", n=2, most=whole)


def counted(account: int) -> dict[str, int]:
    found = {}
    for name, stage in loops.stages(account):
        with CaptureQueriesContext(connection) as queries:
            stage()
        found[name] = len(queries)
    return found


def grow_old(pk: int) -> None:
    """Rows of every kind that an account gathers, and none that changes what is to be done."""
    account, now = Account.objects.get(pk=pk), clock.now()
    scene.notes(pk, NOTES)
    Opportunity.objects.bulk_create(
        Opportunity(account=account, product=ProductFactory(), stage="won", is_closed=True,
                    is_won=True, amount=550, closed_on=(now - timedelta(days=day)).date())
        for day in range(DEALS)
    )  # fmt: skip
    Signal.objects.bulk_create(
        Signal(account=account, kind="page_visit", source="web", occurred_at=now, received_at=now,
               handled_at=now, dedupe_key=f"{pk}:{number}")
        for number in range(SIGNALS)
    )  # fmt: skip
    entries = [events.Entry("message.recorded", account) for _ in range(EVENTS)]
    events.append_many(entries, by="system", account=account)
