"""The floor is a fair measure: it leaves the same rows behind as a loop of ours."""

import pytest

from revenue.models import Event
from tests.bench import loops, model, scene
from tests.bench.floor import Floor
from tests.bench.tape import Tape


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_the_floor_writes_as_many_rows_into_the_same_tables_as_a_loop_of_ours() -> None:
    scene.company()
    first, recorded, theirs, other = scene.book(4, owner=scene.rep())
    with model.serving(0) as endpoint:
        loops.one_by_one(first)
        ours = loops.record(recorded)
        floor = Floor(ours, recorded, base_url=endpoint.url)
        played = Tape()
        floor.run([theirs, other])
        played.mark("loop")
    twice = {table: 2 * count for table, count in ours.counts().items()}
    assert played.counts() == twice
    assert Event.objects.filter(account=theirs).count() > 5
