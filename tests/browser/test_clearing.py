"""A rep clears the desk in a real Chromium: the whole way, and every decision once."""

import re
import time

import pytest
from playwright.sync_api import expect

from review import tasks
from review.models import OutboxMessage

pytestmark = pytest.mark.django_db(transaction=True)
OWN_WORDS = "Hi Yara, is GTX Pro of use to you? Ada"


def test_a_rep_clears_the_desk_by_keyboard_and_the_mails_arrive_as_approved(
    desk, page, smtp, clock
) -> None:
    desk.arrive(3)
    page.goto("/desk/")
    page.get_by_label(re.compile("username|e-?mail", re.IGNORECASE)).first.fill("rep")
    page.get_by_label("Password", exact=False).first.fill("countersign")
    page.keyboard.press("Enter")
    page.wait_for_selector("#ring .card:not([hidden])")
    page.wait_for_load_state()  # keys are there once the scripts are
    page.keyboard.press("e")
    page.keyboard.press("Control+A")
    page.keyboard.type(OWN_WORDS)
    page.keyboard.press("Control+Enter")
    page.keyboard.press("a")
    page.keyboard.press("r")
    page.keyboard.press("3")
    expect(page.locator("#ring-empty")).to_be_visible()
    end = time.monotonic() + 10
    while len(desk.decided()) < 3 and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert sorted(desk.decided()) == [(1, "edit"), (2, "approve"), (3, "reject")]

    clock.travel(seconds=11)
    tasks.tick()
    tasks.tick()
    bodies = {mail["To"]: mail.get_content().replace("\r\n", "\n") for mail in smtp.mails}
    assert len(smtp.mails) == 2
    edited, approved, _ = desk.items
    assert OWN_WORDS in bodies[_to(edited)]
    assert approved.draft.body in bodies[_to(approved)]
    for message in OutboxMessage.objects.all():
        assert (message.state, message.payload) == ("sent", message.decision.payload)


def _to(item) -> str:
    contact = item.draft.contact
    return f"{contact.name} <{contact.email}>"


def test_two_hundred_decisions_are_each_recorded_once(desk) -> None:
    """A key every 20 ms for as long as a card is there; the ring is refilled under way."""
    ring = desk.open(200)
    ring.page.evaluate(
        """() => {
          const press = () => document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {key: "a", bubbles: true, cancelable: true}));
          setInterval(() => document.querySelector("#ring .card:not([hidden])") && press(), 20);
        }"""
    )
    ring.wait_for(lambda: len(desk.decided()) >= 200, seconds=120)
    assert sorted(desk.decided()) == [(number, "approve") for number in range(1, 201)]
    expect(ring.page.locator("#ring-empty")).to_be_visible()
    assert ring.left() == 0
    assert ring.column() == []


def test_a_double_click_approves_one_card(desk) -> None:
    ring = desk.open(3)
    ring.card().get_by_role("button", name="Approve").first.dblclick()
    ring.wait_for(lambda: len(desk.decided()) >= 1)
    ring.page.wait_for_timeout(300)
    assert desk.decided() == [(1, "approve")]


def test_decisions_survive_leaving_the_page_at_once(desk) -> None:
    """More of them than a browser has connections, so that some have not begun their way."""
    ring = desk.open(12)
    ring.approve(1, 2)
    ring.wait_for(lambda: ring.in_page() == [*range(3, 11)])
    ring.page.evaluate(
        """() => {
          for (let number = 0; number < 8; number++) {
            const key = new KeyboardEvent("keydown", {key: "a", bubbles: true});
            document.activeElement.dispatchEvent(key);
          }
          location.href = "about:blank";
        }"""
    )
    ring.page.wait_for_url("about:blank")
    ring.wait_for(lambda: len(desk.decided()) == 10)
    assert sorted(desk.decided()) == [(number, "approve") for number in range(1, 11)]


def test_an_answer_that_is_lost_does_not_decide_twice(desk) -> None:
    """The server has recorded it; the browser cannot know and shows the card again."""
    ring = desk.open(2)

    def swallow(route) -> None:
        route.fetch()
        route.abort()

    ring.page.route(re.compile(r"/approve/$"), swallow, times=1)
    ring.press("a")
    ring.wait_for(lambda: ring.shown() == 1)
    assert desk.decided() == [(1, "approve")]
    ring.awake()
    ring.press("a")
    ring.wait_for(lambda: ring.notice().startswith("Ada Rep approved this at"))
    assert desk.decided() == [(1, "approve")]
    assert OutboxMessage.objects.count() == 1
    ring.forget_complaints()


def test_the_same_card_in_two_windows_is_decided_once(desk, elsewhere) -> None:
    ring = desk.open(2)
    other = elsewhere(ring.page)
    other.goto("/desk/")
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    other.keyboard.press("a")
    expect(other.locator(".card:not([hidden]) .notice[role=alert]").first).to_contain_text(
        "Ada Rep approved this at"
    )
    assert desk.decided() == [(1, "approve")]


def test_a_decision_works_without_script(desk, page, elsewhere) -> None:
    desk.arrive(2)
    desk.sign_in()
    plain = elsewhere(page, java_script_enabled=False)
    plain.goto("/desk/")
    plain.get_by_role("button", name="Approve").first.click()
    assert desk.decided() == [(1, "approve")]
    assert "Approved, Account 1." in plain.locator("#messages").inner_text()
    assert plain.locator("#ring .card:not([hidden])").get_attribute("data-title") == (
        "Account 2, Yara Zhou"
    )


def test_notes_on_one_account_are_accepted_and_taken_back_together(desk) -> None:
    desk.note(2)
    ring = desk.open(1)
    ring.press("j")  # a mail stands before notes
    assert ring.card().locator(".outputs > li").count() == 2
    ring.press("a")
    assert ring.announced().startswith("Accepted, Account 1.")
    ring.wait_for(lambda: desk.reload(1).state == "approved")
    ring.press("z")
    ring.wait_for(lambda: ring.shown() == 1)
    assert ring.card().locator(".outputs > li").count() == 2
    assert desk.reload(1).state == "pending"


def test_a_question_is_settled_by_two_keys(desk) -> None:
    desk.ask()
    ring = desk.open(1)
    assert ring.shown() == 1
    ring.press("a", "1")
    assert ring.shown() == 2
    ring.wait_for(lambda: desk.decided() == [(1, "resolve")])
    assert desk.last().escalation_verdict == "not_needed"
