"""How many model calls one worker has in flight, and what memory that takes."""

from agents.orchestration import engine
from tests.bench import model, scene
from tests.bench.figures import peak_mb, report, timed
from tests.bench.sizes import Size

CALLS = 128
SLOW = 1.0


def run(size: Size) -> None:
    scene.company()
    accounts = scene.book(CALLS + 2, owner=scene.rep())
    with model.serving(SLOW) as endpoint:
        engine.step_many(accounts[CALLS:])
        endpoint.most_in_flight()
        took = timed(lambda: engine.step_many(accounts[:CALLS]))
        most = endpoint.most_in_flight()
    report("model calls in flight in one worker", most, "calls", n=CALLS, least=100, seconds=took)
    report("memory of a worker with these calls", peak_mb(), "MB", n=CALLS, most=200)
