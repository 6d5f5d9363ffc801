"""How often the tick looks at every open item."""

import pytest

from review.management.commands.tick import pause


@pytest.mark.parametrize(("took", "seconds"), [(0.003, 1), (0.1, 1), (0.3, 3), (1, 10), (60, 10)])
def test_looking_takes_no_more_than_a_tenth_of_the_time(took: float, seconds: float) -> None:
    assert pause(took) == pytest.approx(seconds)
