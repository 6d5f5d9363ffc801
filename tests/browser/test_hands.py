"""What a rep or a manager does outside the desk's cards: by keyboard alone, and on a phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from agents import preferences
from revenue import clock, ingest
from revenue.models import Account, Activity, Contact, Delegation, Meeting, Opportunity, Task, User
from review import decay
from review.models import NoticeChoice, OutboxMessage, ReviewItem
from tests.browser.entry import sign_in
from tests.browser.hands import Finger, Hand, Keyboard
from tests.factories import prospect
from tests.review.accounts import cast
from tests.review.desk.conftest import put_on_desk

pytestmark = pytest.mark.django_db(transaction=True)
As = Callable[[User], Hand]


@pytest.fixture
def account(workspace: object) -> Account:
    return prospect(owner=cast.rep(), name="Condax")


@pytest.fixture(params=[Keyboard, Finger])
def as_(request: pytest.FixtureRequest, page: Page, live_server, workspace: object) -> As:
    def opened(user: User) -> Hand:
        sign_in(page, live_server.url, user)
        return request.param(page)

    return opened


@pytest.fixture
def hand(as_: As, account: Account) -> Hand:
    """The rep, on the account's page."""
    rep = as_(cast.rep())
    rep.page.goto(f"/accounts/{account.pk}/")
    return rep


def link(hand: Hand, name: str) -> None:
    hand.press(hand.page.get_by_role("link", name=name, exact=True))


def button(hand: Hand, name: str) -> None:
    hand.press(hand.page.get_by_role("button", name=name, exact=True))


def says(hand: Hand, words: str) -> None:
    expect(hand.page.get_by_text(words).first).to_be_visible()


def write(hand: Hand, label: str, text: str) -> None:
    hand.write(hand.page.get_by_label(label, exact=True), text)


def choose(hand: Hand, label: str, option: str) -> None:
    hand.choose(hand.page.get_by_label(label, exact=True), option)


# --- on an account --------------------------------------------------------------------------------


def test_an_account_is_taken_over_and_handed_back(hand: Hand) -> None:
    button(hand, "Take over")
    says(hand, "You have held this account since")
    write(hand, "What happened", "Yara wants a quote in May.")
    write(hand, "What should happen next", "Send the quote on 4 May.")
    button(hand, "Hand back")
    says(hand, "You handed Condax back.")


def test_a_mail_is_written_and_taken_back(hand: Hand) -> None:
    link(hand, "Write")
    write(hand, "Subject", "Your order")
    write(hand, "Message", "Hi Yara, still?")
    button(hand, "Show what leaves")
    says(hand, "Exactly what leaves")
    button(hand, "Send")
    says(hand, "Your mail to Yara Zhou is on its way.")
    button(hand, "Take it back")
    says(hand, "Undone, Condax")
    assert OutboxMessage.objects.get().state == "cancelled"


def test_a_call_is_logged_with_what_follows_from_it(hand: Hand) -> None:
    link(hand, "Log")
    write(hand, "What was said", "They want two.")
    write(hand, "Next step", "Send the quote")
    hand.set(hand.page.get_by_label("Due on"), clock.now().date() + timedelta(days=3))
    button(hand, "Log it")
    says(hand, "The call is logged.")
    assert Activity.objects.get(kind="call").body == "They want two."
    assert Task.objects.get().subject == "Send the quote"


def test_a_meeting_is_booked_moved_and_called_off(hand: Hand) -> None:
    link(hand, "Meeting")
    write(hand, "What it is about", "Demo")
    day = clock.now().replace(hour=14, minute=30, second=0, microsecond=0) + timedelta(days=2)
    hand.set(hand.page.get_by_label("When"), day)
    hand.tick(hand.page.get_by_label("Yara Zhou"))
    button(hand, "Put it on record")
    says(hand, "The meeting “Demo” is on record.")
    assert Meeting.objects.get().starts_at == day
    link(hand, "Demo")
    hand.set(hand.page.get_by_label("When"), day + timedelta(days=1))
    button(hand, "Move it")
    says(hand, "The meeting has its new time.")
    assert Meeting.objects.get().starts_at == day + timedelta(days=1)
    link(hand, "Demo")
    button(hand, "Call it off")
    says(hand, "The meeting is called off.")


def test_a_meeting_that_nobody_came_to_is_said_to_be_missed(hand: Hand, account: Account) -> None:
    now = clock.now()
    ingest.record_meeting(
        account=account, uid="one", starts_at=now - timedelta(hours=3), subject="Demo",
        ends_at=now - timedelta(hours=2), attendees=list(account.contacts.all()),
    )  # fmt: skip
    hand.page.reload()
    link(hand, "Demo")
    hand.pick(hand.page.get_by_label("They did not come"))
    write(hand, "Notes", "Nobody picked up.")
    button(hand, "Save")
    says(hand, "Noted: they did not come.")
    assert Meeting.objects.get().status == "missed"


def test_a_deal_is_opened_moved_and_won(hand: Hand) -> None:
    link(hand, "Deal")
    write(hand, "What the deal is about", "Second line")
    write(hand, "Amount in dollars", "9600")
    button(hand, "Open it")
    says(hand, "The deal is open.")
    link(hand, "Second line")
    choose(hand, "New stage", "Engaging")
    button(hand, "Move it")
    says(hand, "Second line is in stage Engaging now.")
    link(hand, "Second line")
    button(hand, "It is won")
    says(hand, "Second line is won.")
    assert Opportunity.objects.get(name="Second line").is_won


def test_a_deal_is_lost_with_its_reason(hand: Hand, account: Account) -> None:
    deal = account.opportunities.get(is_closed=False)
    hand.page.goto(f"/deals/{deal.pk}/")
    choose(hand, "Why", "Price")
    write(hand, "In your words", "Too dear for them.")
    button(hand, "It is lost")
    says(hand, "is lost.")
    deal.refresh_from_db()
    assert deal.stage == "lost"


def test_a_person_is_added_and_corrected(hand: Hand) -> None:
    link(hand, "Add a person")
    write(hand, "Name", "Elena Ruiz")
    write(hand, "E-mail address", "elena@brookfield.example")
    button(hand, "Add them")
    says(hand, "Elena Ruiz is on the list of people.")
    link(hand, "Elena Ruiz")
    write(hand, "Title", "Buyer")
    hand.press(hand.page.locator("#main form", has_text="Title").get_by_role("button", name="Save"))
    says(hand, "Saved for Elena Ruiz.")
    assert Contact.objects.get(first_name="Elena").title == "Buyer"


def test_a_task_is_written_down_put_off_ticked_off_and_taken_back(hand: Hand) -> None:
    hand.press(hand.page.locator("summary", has_text="Add a task"))
    write(hand, "What is to be done", "Send the plan")
    button(hand, "Add it")
    box = hand.page.get_by_role("checkbox", name="Send the plan")
    hand.press(hand.page.get_by_role("button", name="put off Send the plan").last)
    expect(box).to_be_focused()
    assert Task.objects.get().due_on > clock.now().date() + timedelta(days=1)
    hand.tick(box)
    expect(box).to_be_checked()
    hand.tick(box)
    expect(box).not_to_be_checked()
    assert Task.objects.get().done_at is None


def test_a_second_press_while_the_first_is_under_way_is_none(hand: Hand) -> None:
    hand.press(hand.page.locator("summary", has_text="Add a task"))
    write(hand, "What is to be done", "Send the plan")
    button(hand, "Add it")
    box = hand.page.get_by_role("checkbox", name="Send the plan")
    box.wait_for()
    waiting: list[Route] = []
    ticks: list[Route] = []
    hand.page.route("**/postpone/", lambda route: waiting.append(route))
    hand.page.route("**/done/", lambda route: ticks.append(route))
    hand.press(hand.page.get_by_role("button", name="put off Send the plan").last)
    while not waiting:
        hand.page.wait_for_timeout(20)
    hand.tick(box)
    before = hand.page.locator(".task").text_content() or ""
    waiting[0].continue_()
    expect(hand.page.locator(".task")).not_to_have_text(before)
    assert not ticks


# --- one's own ------------------------------------------------------------------------------------


def test_a_preference_is_turned_off_on_and_removed(as_: As) -> None:
    rep = cast.rep()
    row = preferences.save(
        name="Shorter", text="Be brief.", output_class="outreach.first_email", by=rep
    )
    hand = as_(rep)
    hand.page.goto("/preferences/")
    for press in ("Turn off Shorter", "Turn on Shorter", "Remove Shorter"):
        button(hand, press)
        expect(hand.page.get_by_role("button", name=press, exact=True)).to_have_count(0)
    assert not type(row).objects.filter(pk=row.pk, removed_at=None).exists()


def test_somebody_goes_away_and_is_back(as_: As) -> None:
    rep, other = cast.rep(), cast.colleague()
    hand = as_(rep)
    hand.page.goto(f"/away/{rep.pk}/")
    hand.set(hand.page.get_by_label("Back at"), clock.now() + timedelta(days=7))
    choose(hand, "Who decides meanwhile", str(other))
    button(hand, "Save")
    says(hand, "You are away until")
    assert Delegation.objects.get().delegate == other
    button(hand, "I am back")
    says(hand, "You are not away any more.")


def test_a_digest_is_chosen(as_: As) -> None:
    hand = as_(cast.rep())
    hand.page.goto("/notices/")
    choose(hand, "A digest", "Each working morning")
    button(hand, "Save")
    says(hand, "The next one is due on")
    assert NoticeChoice.objects.get().schedule == "morning"


def test_a_key_of_ones_own_is_chosen_and_given_back(as_: As) -> None:
    rep = cast.rep()
    hand = as_(rep)
    hand.page.goto("/me/keys/")
    write(hand, "Approve", "q")
    button(hand, "Save")
    says(hand, "Back to the shipped keys")
    rep.refresh_from_db()
    assert rep.keys == {"approve": "q"}
    button(hand, "Back to the shipped keys")
    expect(hand.page.get_by_label("Approve", exact=True)).to_have_value("a")


# --- what left, and what was decided --------------------------------------------------------------


def test_a_mail_that_waits_is_cancelled(as_: As, account: Account) -> None:
    item = cast.item_at(account)
    hand = as_(cast.rep())
    hand.page.goto(f"/desk/items/{item.pk}/")
    with hand.page.expect_response("**/approve/"):
        hand.press(hand.page.locator(f"#item-{item.pk} [data-verb=approve] button").first)
    hand.page.goto("/outbox/")
    button(hand, "Cancel it")
    expect(hand.page.get_by_text("Cancelled").first).to_be_visible()
    assert OutboxMessage.objects.get().state == "cancelled"


# --- a manager ------------------------------------------------------------------------------------


def test_a_manager_gives_some_and_takes_them_back(as_: As) -> None:
    rep, other, manager = cast.rep(), cast.colleague(), cast.manager()
    put_on_desk(rep)
    hand = as_(manager)
    hand.page.goto("/workload/")
    choose(hand, "From", str(rep))
    write(hand, "How many", "1")
    choose(hand, "To", str(other))
    button(hand, "Give them")
    says(hand, "1 draft is handed over")
    assert ReviewItem.objects.get().assigned_to == other
    button(hand, "Give it back")
    says(hand, "1 draft is back where it was before.")


def test_a_manager_sets_how_long_a_class_may_wait(as_: As) -> None:
    hand = as_(cast.manager())
    hand.page.goto("/setup/time-to-decide/")
    write(hand, "Question: hours", "3")
    button(hand, "Save")
    says(hand, "Saved. What waits is put in its new order.")
    assert decay.levels()["question"].hours == 3
