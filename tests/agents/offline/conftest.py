"""In this folder the offline writer answers, whatever the environment says."""

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def _offline(settings: Any) -> None:
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
