"""A scripted model that knows the shortest correct answers."""

import pytest

from tests import scripts
from tests.fakes import ScriptedModel


@pytest.fixture
def model(scripted_model: ScriptedModel) -> ScriptedModel:
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    scripted_model.on("OutreachOutput", scripts.outreach)
    scripted_model.on("RouterOutput", scripts.router("outreach"))
    return scripted_model
