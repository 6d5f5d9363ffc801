"""What the tests of the guards stand on."""

import pytest

from tests.races import verbs


@pytest.fixture
def here(workspace: object) -> verbs.Scene:
    """A mail that was approved and is about to leave."""
    return verbs.queued()
