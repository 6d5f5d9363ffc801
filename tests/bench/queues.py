"""The desk's queue with a team's drafts waiting: ten thousand, then a hundred thousand."""

from urllib.parse import urlencode

from django.urls import reverse

from revenue import clock
from revenue.models import User
from review import queue
from review.views.queue_list import SIZE
from tests import factories
from tests.bench import scene
from tests.bench.figures import report
from tests.bench.pages import Pages
from tests.bench.sizes import Size

FEW = 200
DEEP = 1000  # pages
BAR = 150


def run(size: Size) -> None:
    scene.company()
    rep, few = scene.rep(), scene.rep("colleague")
    manager = factories.UserFactory(username="manager", role="manager", team=rep.team)
    scene.pending(scene.book(FEW, owner=few))
    scene.decided(scene.book(FEW, owner=few), size.decided, by=few)
    planted = 0
    for waiting in size.waiting:
        scene.pending(scene.book(waiting - planted, owner=rep))
        planted = waiting
        scene.settle_statistics()
        for who in (rep, manager, few):
            _tell(who, waiting, size)
    uses_the_index(rep)


def _tell(who: User, waiting: int, size: Size) -> None:
    browser, listed = Pages(who), reverse("queue")
    moment = urlencode({"as_of": clock.now().isoformat()})
    addresses = {
        "queue page, first": reverse("desk"),
        "queue refill": f"{reverse('ring')}?{moment}",
        "queue pulse": f"{reverse('pulse')}?{moment}",
        "queue list, first page": listed,
        "queue list, filtered": f"{listed}?class=outreach.first_email&age=new&reason=untrusted",
        "queue page, a search that finds one": f"{reverse('desk')}?q=nobody",
    }
    place = _place(who, min(DEEP * SIZE, waiting - SIZE)) if who.username != "colleague" else 0
    if place:
        addresses["queue list, thousandth page or last"] = f"{listed}?after={place}"
    for name, address in addresses.items():
        bar = None if "search" in name else BAR  # a search reads all that waits
        browser.tell(name, address, size.samples, most=bar, who=who.username, pending=waiting)


def _place(who: User, number: int) -> int:
    rows = queue.in_order(queue.waiting(who)).values_list("pk", flat=True)
    return rows[number]


def uses_the_index(who: User) -> None:
    """Whether the order comes from the index and nothing is sorted, as the database explains it."""
    plan = queue.in_order(queue.waiting(who))[:SIZE].explain()
    sorts = "Sort" in plan or "TEMP B-TREE" in plan
    report("queue order read from its index", float("desk_order" in plan and not sorts),
           "yes or no", n=1, least=1)  # fmt: skip
