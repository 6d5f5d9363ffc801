"""The desk, the day and an account's page with much behind them: thousands waiting, a long
history."""

from urllib.parse import urlencode

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from revenue import clock
from revenue.models import User
from tests.bench import scene, web
from tests.bench.figures import Costs, costs, report, report_p95
from tests.bench.sizes import Size

PENDING = 10_000
ACTIVITIES = 10_000
HAVE = 60  # cards that a page may hold


def run(size: Size) -> None:
    scene.company()
    rep, colleague = scene.rep(), scene.rep("colleague")
    few = scene.book(200, owner=colleague)
    scene.pending(few)
    many = scene.book(PENDING, owner=rep)
    items = scene.pending(many)
    scene.decided(many, size.decided, by=rep)
    scene.notes(many[0], ACTIVITIES)
    scene.settle_statistics()
    short = Pages(colleague).times(reverse("desk"), size.samples)
    browser, rows = Pages(rep), {"pending": PENDING, "decided": size.decided}
    have = ",".join(str(item.pk) for item in items[-HAVE:])  # the oldest, which stand in front
    asked = urlencode({"have": have, "as_of": clock.now().isoformat()})
    first = reverse("desk")
    for name, address in {
        "queue page, first": first,
        "queue page, 60 cards on": f"{reverse('ring')}?{asked}",
        "queue pulse": f"{reverse('pulse')}?{asked}",
        "today page": reverse("today"),
    }.items():
        browser.tell(name, address, size.samples, most=150, **rows)
    long = browser.times(first, size.samples)
    report("queue page, 10,000 waiting ÷ 200 waiting", long.dearer_than(short), "ratio",
           n=2 * size.samples, most=1.2)  # fmt: skip
    account = reverse("account", args=[many[0]])
    browser.tell("account page", account, size.samples, most=200, activities=ACTIVITIES)


class Pages:
    """One person's view, asked for in this process: no network, all of the product."""

    def __init__(self, user: User) -> None:
        self.client = web.client(user)

    def get(self, address: str) -> None:
        answer = self.client.get(address)
        assert answer.status_code == 200, f"{address}: {answer.status_code}"

    def times(self, address: str, samples: int) -> Costs:
        self.get(address)
        return costs([lambda: self.get(address)] * samples)

    def tell(self, name: str, address: str, samples: int, *, most: float, **more: object) -> None:
        found = self.times(address, samples)
        report_p95(
            name, found.seconds, most=most, cpu_ms=found.cpu_ms, queries=self.queries(address),
            profile=lambda: self.get(address), **more,
        )  # fmt: skip

    def queries(self, address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            self.get(address)
        return len(queries)
