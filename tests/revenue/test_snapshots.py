"""Big texts by the hash of their content: stored once, given back as they were."""

import pytest

from revenue import snapshots
from revenue.models import Snapshot

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["", "a", "ä🙂\x00\r\n", "x" * 1_000_000])
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert snapshots.get(snapshots.put(text)) == text


def test_the_same_text_is_stored_once() -> None:
    keys = snapshots.put_many(["a", "b", "a"])
    assert keys == [snapshots.put("a"), snapshots.put("b"), snapshots.digest("a")]
    assert Snapshot.objects.filter(pk__in=keys).count() == 2


def test_no_hash_is_no_text() -> None:
    assert snapshots.get("") == ""
    assert snapshots.get_many(["", snapshots.put("a")]) == {snapshots.digest("a"): "a"}


def test_one_value_has_one_spelling() -> None:
    assert snapshots.canonical({"b": [1], "a": "ä"}) == snapshots.canonical({"a": "ä", "b": (1,)})
