"""What the tests of these screens stand on."""

import pytest

from revenue import workspace


@pytest.fixture
def local_outbox(settings: object) -> None:
    """No mail server is set up."""
    settings.EMAIL_BACKEND = workspace.LOCAL_OUTBOX
