"""Twenty people decide, each at a quick reader's pace, over the web server as it is served."""

import random
import time
from concurrent.futures import ThreadPoolExecutor

from django.db import connection
from django.urls import reverse

from revenue.models import User
from review.models import ReviewItem
from tests.bench import scene, web
from tests.bench.figures import report_p95
from tests.bench.sizes import Size

REVIEWERS = 20
PAUSE = 2.0  # seconds between two decisions of one person, on average
BARS = {"sqlite": 80, "postgresql": 40}


def run(size: Size) -> None:
    scene.company()
    people = [scene.rep(f"rep{number}") for number in range(REVIEWERS)]
    desks = [desk(person, size.decisions + 1) for person in people]
    with web.serving() as (port, _):
        times = all_at_once(port, people, desks)
    spare = desk(people[0], 1)[0]
    report_p95(
        "decision POST, 20 reviewers", times, most=BARS[connection.vendor], seconds_between=PAUSE,
        profile=lambda: approve_here(people[0], spare),
    )  # fmt: skip


def desk(person: User, count: int) -> list[ReviewItem]:
    return [scene.on_the_desk(pk) for pk in scene.book(count, owner=person)]


def all_at_once(port: int, people: list[User], desks: list[list[ReviewItem]]) -> list[float]:
    with ThreadPoolExecutor(REVIEWERS) as everybody:
        times = everybody.map(decide, [port] * REVIEWERS, people, desks)
        return [seconds for own in times for seconds in own]


def decide(port: int, person: User, items: list[ReviewItem]) -> list[float]:
    """How long each decision but the first took; that one warms the server up."""
    browser = web.Browser(port, person)
    connection.close()  # this thread's own
    times = []
    for item in items:
        time.sleep(random.uniform(0, 2 * PAUSE))
        start = time.perf_counter()
        status = browser.post(address(item), **seen(item))
        times.append(time.perf_counter() - start)
        if status != 204:
            raise AssertionError(f"A decision was refused with {status}.")
    return times[1:]


def address(item: ReviewItem) -> str:
    return reverse("item_approve", args=[item.pk])


def seen(item: ReviewItem) -> dict[str, object]:
    return {"revision": 1, "context_hash": item.draft.context_hash, "dwell_ms": 4000}


def approve_here(person: User, item: ReviewItem) -> None:
    web.client(person).post(address(item), seen(item))
