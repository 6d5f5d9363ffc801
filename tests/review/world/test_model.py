"""The scripted model gets a planted share of facts wrong, each in a way that a reader can see."""

from random import Random

import pytest

from review.world import model
from review.world.model import Flaw

PACKET = {"products": [{"name": "Atlas 200"}, {"name": "Relay Pro"}, {"name": "Vault S"}]}
BODY = "Hi Grace,\n\nYou ordered Atlas 200 in March 2026. Is there more to do?\n\nRegards,\nNora"


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        (model._other_product, "product"),
        (model._other_month, "date"),
        (model._other_name, "name"),
    ],
)
def test_one_fact_is_swapped_and_what_was_right_is_kept(way, kind: str) -> None:
    flaw = way(BODY, PACKET, Random(1))
    assert (flaw.kind, flaw.corrected) == (kind, BODY)
    assert flaw.wrong in flaw.body
    assert flaw.wrong not in BODY
    assert flaw.body != BODY


def test_what_holds_no_fact_cannot_be_got_wrong() -> None:
    assert model.spoilt("Are you there?", PACKET, Random(1)) is None


def test_every_way_is_taken_in_time() -> None:
    flaws = [model.spoilt(BODY, PACKET, Random(seed)) for seed in range(40)]
    assert {flaw.kind for flaw in flaws if isinstance(flaw, Flaw)} == {"product", "date", "name"}
