"""Ours and the floor in turns: CPU and throughput of a whole loop, and the bytes that it leaves.

A loop: an agent's step, the gate, a rep's approval from another connection, the dispatch, the
effect. Ours runs as it does in earnest, the parts beside each other: one worker whose calls are
in flight together, somebody who approves, somebody who sends.
"""

import threading
import time
from collections.abc import Callable

from django.db import connection

from agents.orchestration import engine
from review import decisions, dispatch, intake, tasks
from review.channels import mail
from review.models import OutboxMessage, ReviewItem
from tests.bench import model, scene
from tests.bench.figures import cpu, median, percentile, report, stored_bytes, timed
from tests.bench.floor import Floor
from tests.bench.sizes import IN_FLIGHT, LATENCY, Size
from tests.bench.tape import Tape

PATIENCE = 600
WARM_UP = 8
PROFILED = 16
LOOK_EVERY = 0.25  # as the tick does when there was nothing


def run(size: Size) -> None:
    scene.company()
    rep = scene.rep()
    with model.serving(LATENCY) as endpoint:
        first, recorded = scene.book(2, owner=rep)
        one_by_one(first)
        floor = Floor(record(recorded), recorded, base_url=endpoint.url)
        ours(scene.book(WARM_UP, owner=rep))
        floor.run(scene.book(WARM_UP, owner=rep))
        rounds = [
            (measured(ours, scene.book(size.loops, owner=rep)),
             measured(floor.run, scene.book(size.loops, owner=rep)))
            for _ in range(size.rounds)
        ]  # fmt: skip
        tell(rounds, size, lambda: in_turn(scene.book(PROFILED, owner=rep)))


# --- one loop after another -----------------------------------------------------------------------


def one_by_one(account: int) -> None:
    for _, stage in stages(account):
        stage()


def stages(account: int) -> list[tuple[str, Callable[[], object]]]:
    """The loop's arrows; each ends with a commit."""
    claims: list[dispatch.Claim] = []

    def item() -> ReviewItem:
        return ReviewItem.objects.select_related("draft").get(account=account)

    def claim() -> None:
        claims.append(dispatch._claim(OutboxMessage.objects.get(account=account).pk))

    def record_effect() -> None:
        dispatch._record(claims[0], mail.Outcome(mail.ACCEPTED, "accepted"))

    return [
        ("step", lambda: engine.step_many([account])),
        ("gate", intake.route_due),
        ("approval", lambda: approve(item())),
        ("dispatch", claim),
        ("effect", record_effect),
    ]


def record(account: int) -> Tape:
    tape = Tape()
    for name, stage in stages(account):
        stage()
        tape.mark(name)
    return tape


def approve(item: ReviewItem) -> None:
    decisions.approve(item, by=item.account.owner, revision=1, context_hash=item.draft.context_hash)


# --- many at once ---------------------------------------------------------------------------------


def ours(accounts: list[int]) -> None:
    """All of these to their end, the parts of the house beside each other."""
    over = threading.Event()
    parts = [threading.Thread(target=again_and_again, args=(job, over), daemon=True)
             for job in (approve_what_waits, tasks.send_due)]  # fmt: skip
    for part in parts:
        part.start()
    try:
        for place in range(0, len(accounts), IN_FLIGHT):
            engine.step_many(accounts[place : place + IN_FLIGHT])
            while intake.route_due():
                pass
        wait_until_sent(accounts, parts)
    finally:
        over.set()
        for part in parts:
            part.join()


def again_and_again(job: Callable[[], int], over: threading.Event) -> None:
    try:
        while not over.is_set():
            if not job():
                over.wait(LOOK_EVERY)
    finally:
        connection.close()


def approve_what_waits() -> int:
    items = list(ReviewItem.objects.pending().select_related("account__owner", "draft")[:20])
    for item in items:
        approve(item)
    return len(items)


def wait_until_sent(accounts: list[int], parts: list[threading.Thread]) -> None:
    deadline = time.monotonic() + PATIENCE
    sent = OutboxMessage.objects.filter(account__in=accounts, state="sent")
    while sent.count() < len(accounts):
        if time.monotonic() > deadline or not all(part.is_alive() for part in parts):
            raise TimeoutError(f"{sent.count()} of {len(accounts)} loops came to their end.")
        time.sleep(0.1)


def in_turn(accounts: list[int]) -> None:
    """The same work in one thread, for the profile."""
    engine.step_many(accounts)
    for work in (intake.route_due, approve_what_waits, tasks.send_due):
        while work():
            pass


# --- what comes of it -----------------------------------------------------------------------------


def measured(work: Callable[[list[int]], None], accounts: list[int]) -> tuple[float, float, float]:
    """CPU, time and bytes of one loop."""
    used, stored = cpu(), stored_bytes()
    took = timed(lambda: work(accounts))
    count = len(accounts)
    return (cpu() - used) / count, took / count, (stored_bytes() - stored) / count


def tell(rounds: list, size: Size, profile: Callable[[], None]) -> None:
    n = size.rounds * size.loops
    for name, place, unit, scale in (("cpu", 0, "ms", 1000), ("throughput", 1, "loops/s", 1)):
        pairs = [(mine[place] * scale, theirs[place] * scale) for mine, theirs in rounds]
        if name == "throughput":
            pairs = [(1 / mine, 1 / theirs) for mine, theirs in pairs]
        ratios = [mine / theirs for mine, theirs in pairs]
        bar = {"most": 2.0} if name == "cpu" else {"least": 0.6}
        report(
            f"{name} per loop ÷ floor" if name == "cpu" else f"{name} ÷ floor",
            median(ratios), "ratio", n=n, p50=median(ratios),
            profile=profile, profile_by=time.process_time,
            p95=percentile(ratios, 95), ours=median([mine for mine, _ in pairs]),
            floor=median([theirs for _, theirs in pairs]), of=unit, **bar,
        )  # fmt: skip
    stored = [mine[2] / 1000 for mine, _ in rounds]
    report("bytes stored per loop", median(stored), "kB", n=n, most=12,
           floor=median([theirs[2] / 1000 for _, theirs in rounds]))  # fmt: skip
