"""The desk's queue with a team's drafts waiting: ten thousand, then a hundred thousand. And that
of a rep who has few of their own among them."""

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
OTHERS = ("today", "accounts", "history")


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
        for who in (rep, manager):
            _tell(who, _pages() | _deep(who, waiting), waiting, size)
        theirs = {f"{name}, of a few among many": page for name, page in _pages().items()}
        others = {f"{name} page, of a few among many": reverse(name) for name in OTHERS}
        _tell(few, theirs | others, waiting, size)
    uses_the_index(rep)


def _tell(who: User, addresses: dict[str, str], waiting: int, size: Size) -> None:
    browser = Pages(who)
    for name, address in addresses.items():
        bar = None if "search" in name else BAR  # a search reads all that waits
        browser.tell(name, address, size.samples, most=bar, who=who.username, pending=waiting)


def _pages() -> dict[str, str]:
    listed = reverse("queue")
    moment = urlencode({"as_of": clock.now().isoformat()})
    return {
        "queue page, first": reverse("desk"),
        "queue refill": f"{reverse('ring')}?{moment}",
        "queue pulse": f"{reverse('pulse')}?{moment}",
        "queue list, first page": listed,
        "queue list, filtered": f"{listed}?class=outreach.first_email&age=new&reason=untrusted",
        "queue page, a search that finds one": f"{reverse('desk')}?q=nobody",
    }


def _deep(who: User, waiting: int) -> dict[str, str]:
    rows = queue.in_order(queue.waiting(who)).values_list("pk", flat=True)
    place = rows[min(DEEP * SIZE, waiting - SIZE)]
    return {"queue list, thousandth page or last": f"{reverse('queue')}?after={place}"}


def uses_the_index(who: User) -> None:
    """Whether the order comes from the index and nothing is sorted, as the database explains it."""
    plan = queue.in_order(queue.waiting(who))[:SIZE].explain()
    sorts = "Sort" in plan or "TEMP B-TREE" in plan
    report("queue order read from its index", float("desk_order" in plan and not sorts),
           "yes or no", n=1, least=1)  # fmt: skip
