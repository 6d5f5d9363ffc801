"""A mail that says what no record does: it is seen before anybody approves, and mended at once."""

import pytest
from playwright.sync_api import expect

from tests.browser.eyes import scrolls_sideways, severe
from tests.browser.ring import Desk, Ring
from tests.factories import prospect
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db(transaction=True)

BODY = (
    "Hi Yara,\n\nYou ordered GTX Basic in March 2017. Pelham Logistics cut its costs by 47 percent "
    "with GTX Pro. It's at https://pelham.example.org/story.\n\nShould we talk next week?\n\nAda"
)


def a_doubtful_one(desk: Desk) -> Ring:
    account = prospect(owner=desk.rep, name="Brookfield")
    desk.items.append(put_on_desk(desk.rep, account=account, body=BODY))
    return desk.open(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_marked_and_said_for_every_eye(desk: Desk, scheme: str) -> None:
    desk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    ring = a_doubtful_one(desk)
    marks = ring.card().locator(".letter mark[data-tone=danger]")
    assert marks.all_text_contents() == [
        "Pelham Logistics (not on record)",
        "47 percent (not on record)",
        "https://pelham.example.org/story (not on record)",
    ]
    expect(ring.card().locator(".doubts li")).to_have_count(3)
    assert severe(ring.page) == []
    ring.page.set_viewport_size({"width": 360, "height": 740})
    assert not scrolls_sideways(ring.page)


def test_to_approve_it_is_refused_with_a_sentence_and_an_edit_lets_it_go(desk: Desk) -> None:
    ring = a_doubtful_one(desk)
    ring.press("a")
    ring.wait_for(lambda: "No record knows “Pelham Logistics”." in ring.notice())
    ring.forget_complaints()
    assert desk.decided() == []
    ring.awake()
    ring.card().get_by_role("button", name="Edit the mail").click()
    ring.editor().fill("Hi Yara,\n\nYou ordered GTX Basic. Is GTX Pro of use?\n\nAda")
    ring.press("Control+Enter")
    ring.wait_for(lambda: desk.decided() == [(1, "edit")])
