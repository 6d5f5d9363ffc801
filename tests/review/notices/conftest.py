"""It is early on a Tuesday, and a rep reads mail."""

import pytest

from revenue.models import User, Workspace
from tests.conftest import Clock
from tests.review.accounts import cast
from tests.review.notices import scene


@pytest.fixture
def early(clock: Clock) -> Clock:
    clock.at(scene.MORNING)
    return clock


@pytest.fixture
def rep(workspace: Workspace, early: Clock) -> User:
    return scene.reader(cast.rep())
