"""When a mail has to wait, the bar says so with the decision, and the outbox afterwards."""

import pytest
from playwright.sync_api import expect

from revenue.models import Workspace
from review import tasks
from tests.review.guards import office

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_rep_reads_when_a_mail_leaves_before_and_after_approving_it(
    desk, page, smtp, clock, workspace: Workspace
) -> None:
    office.opens()
    clock.at(office.SATURDAY)
    ring = desk.open(2)
    expect(ring.card().get_by_text("Leaves Mon 09:00 in Chicago")).to_be_visible()
    ring.press("a")
    expect(page.locator("#last")).to_contain_text("Leaves Mon 09:00 in Chicago.")
    ring.wait_for(lambda: len(desk.decided()) == 1)
    clock.travel(seconds=11)
    tasks.tick()
    page.goto("/outbox/?show=stopped")
    row = page.locator(".message").first
    expect(row).to_contain_text("Hours and limits.")
    expect(row).to_contain_text("It is Saturday in Chicago. Leaves Mon 09:00 in Chicago.")
    assert smtp.mails == []
