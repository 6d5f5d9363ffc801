"""A rep at the keyboard: a script clears 200 drafts in a real Chromium, over the served product.

What it takes is the interface's ceiling; a person reads, and is slower.

A key counts as painted when the frame after it has been drawn. Keystrokes are counted as they are
pressed, against what was recorded.
"""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from revenue.models import User
from review.models import Decision, OutboxMessage
from tests import chromium
from tests.bench import scene, web
from tests.bench.figures import percentile, report
from tests.bench.sizes import Size

DRAFTS = 200
MINUTE = 60.0
PATIENCE = 90.0
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
VERBS = {"approve": ("a", 1), "reject": ("r1", 2), "snooze": ("s1", 2)}  # keys, and the bar
WATCH = """() => {
  window.seen = {paints: [], homeless: 0};
  addEventListener("keydown", (event) => requestAnimationFrame(() => {
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => {
      seen.paints.push(performance.now() - event.timeStamp);
      seen.homeless += document.activeElement === document.body;
    };
    drawn.port2.postMessage(0);
  }), true);
}"""
READY = "!!document.querySelector('#ring .card:not([hidden])') && !('asleep' in ring.dataset)"
EMPTY = "!document.getElementById('ring-empty').hidden"


def run(size: Size) -> None:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright has its loop in this thread
    scene.company()
    person, other = scene.rep(), scene.rep("other")
    for pk in scene.book(DRAFTS, owner=person):
        scene.on_the_desk(pk)
    for pk in scene.book(len(VERBS), owner=other):
        scene.on_the_desk(pk)
    with web.serving() as (port, _), chrome(port) as signed_in:
        clear(signed_in(person))
        keystrokes(signed_in(other), other)


@contextmanager
def chrome(port: int) -> Iterator[Callable[[User], Page]]:
    address = f"http://127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.ensure(), args=list(FLAGS))

        def signed_in(user: User) -> Page:
            context = browser.new_context(base_url=address, timezone_id="UTC")
            cookie = {"name": "sessionid", "value": web.session_of(user), "url": address}
            context.add_cookies([cookie])
            page = context.new_page()
            page.goto("/desk/")
            page.wait_for_load_state("networkidle")
            return page

        yield signed_in
        browser.close()


def clear(page: Page) -> None:
    page.evaluate(WATCH)
    start = time.perf_counter()
    pressed = 0
    while pressed < DRAFTS and time.perf_counter() - start < PATIENCE:
        wait_for(lambda: page.evaluate(READY), every=0.002)
        page.keyboard.press("a")
        pressed += 1
    wait_for(lambda: page.evaluate(EMPTY))
    took = time.perf_counter() - start
    wait_for(lambda: Decision.objects.count() >= pressed)
    once = Counter(Decision.objects.values_list("item", flat=True))
    recorded = sum(count == 1 for count in once.values())
    mails = OutboxMessage.objects.values("item").distinct().count()
    seen = page.evaluate("seen")
    p95, p99 = percentile(seen["paints"], 95), percentile(seen["paints"], 99)
    n = len(seen["paints"])
    report(
        "key to next card painted, p95", p95, "ms", n=n, most=50, p50=percentile(seen["paints"], 50)
    )
    report("key to next card painted, p99", p99, "ms", n=n, most=100)
    report("scripted clear of 200 drafts", took, "s", n=pressed, most=MINUTE,
           a_minute=round(recorded / took * 60))  # fmt: skip
    report("recorded once of 200", recorded, "drafts", n=pressed, least=DRAFTS, mails=mails)
    report("focus on the body after a decision", seen["homeless"], "times", n=n, most=0)


def keystrokes(page: Page, person: User) -> None:
    for verb, (keys, most) in VERBS.items():
        wait_for(lambda: page.evaluate(READY), every=0.002)
        page.wait_for_timeout(350)  # a panel of the card before has closed
        for key in keys:
            page.keyboard.press(key)
        rows = Decision.objects.filter(by=person, verb=verb)
        wait_for(rows.exists)
        report(f"keystrokes to {verb}", len(keys), "keys", n=rows.count(), most=most)


def wait_for(true: Callable[[], bool], *, every: float = 0.05) -> None:
    deadline = time.perf_counter() + PATIENCE
    while not true():
        if time.perf_counter() > deadline:
            raise TimeoutError("The desk in the browser stands still.")
        time.sleep(every)
