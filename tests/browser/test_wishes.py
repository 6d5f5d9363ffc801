"""What a rep asks of later drafts, of a rewrite and of an escalation, by keyboard."""

from django.utils import timezone

from agents.models import Preference
from review import decisions, intake
from review.models import Decision, ReviewItem
from tests.browser.ring import Ring


def test_an_edit_is_saved_as_a_preference_without_the_mouse(desk) -> None:
    ring = desk.open(2)
    ring.press("e")
    ring.card().locator("[name=body]").fill("Hi Yara,\n\nIs GTX Pro of use to you?\n\nPat")
    fold = ring.card().locator("summary", has_text="Save this as a preference")
    fold.focus()
    ring.press("Enter")
    ring.wait_for(lambda: ring.card().locator("[name=preference_text]").input_value() != "")
    ring.card().locator("[name=preference_name]").fill("No history")
    ring.press("Control+Enter")
    assert ring.shown() == 2
    ring.wait_for(lambda: desk.decided() == [(1, "edit")])
    row = Preference.objects.get()
    assert (row.name, row.rep) == ("No history", desk.rep)
    assert row.text == "Write at most 10 words."


def test_a_named_preference_is_not_lost_by_approving_the_agents_text(desk) -> None:
    ring = desk.open(1)
    ring.press("e")
    ring.card().locator("summary", has_text="Save this as a preference").click()
    ring.card().locator("[name=preference_name]").fill("Shorter")
    ring.press("Escape", "a")
    assert desk.decided() == []
    assert "Approve your text" in ring.card().locator(".notice[role=alert]").inner_text()


def test_the_verdict_on_an_escalation_is_a_key_before_the_decision(desk) -> None:
    desk.arrive(1)
    ReviewItem.objects.update(expires_at=timezone.now())
    intake.sweep()
    desk.sign_in(desk.manager)
    desk.page.goto("/desk/")
    ring = Ring(desk, desk.page)
    ring.press("2")
    assert ring.card().locator("[value=rightly_mine]").is_checked()
    ring.press("a")
    ring.wait_for(lambda: desk.decided() == [(1, "approve")])
    assert desk.last().escalation_verdict == "rightly_mine"


def test_with_a_reason_the_verdict_goes_along(desk) -> None:
    desk.arrive(1)
    ReviewItem.objects.update(expires_at=timezone.now())
    intake.sweep()
    desk.sign_in(desk.manager)
    desk.page.goto("/desk/")
    ring = Ring(desk, desk.page)
    ring.press("1", "r", "4")
    ring.wait_for(lambda: desk.decided() == [(1, "reject")])
    last = desk.last()
    assert (last.escalation_verdict, last.reason) == ("not_needed", "tone")


def test_what_needed_the_manager_is_said_to_be_handed_to_them(desk) -> None:
    desk.ask()
    ring = desk.open(1)
    ring.press("a", "3")
    assert ring.announced().startswith("Handed to Maya Osei, Account 1.")
    ring.wait_for(lambda: desk.reload(1).assigned_to == desk.manager)
    assert Decision.objects.get().escalation_verdict == "for_manager"


def test_one_key_shows_what_a_rewrite_changed(desk) -> None:
    desk.arrive(1)
    item = desk.items[0]
    decisions.request_rewrite(item, by=desk.rep, revision=1, note="Ask, do not tell.")
    old = item.draft
    old.supersedes_id, old.pk = old.pk, None
    old.body = "Hi Yara,\n\nIs GTX Pro of use to you?\n\nPat"
    old.created_at, old.needs_item = timezone.now(), True
    old.save()
    intake.route(old)
    desk.sign_in()
    desk.page.goto("/desk/")
    ring = Ring(desk, desk.page)
    assert "“Ask, do not tell.”" in ring.card().locator(".rewritten").inner_text()
    ring.press("d")
    gone = ring.card().locator(".diff del").first
    gone.wait_for()
    assert gone.inner_text().startswith("You ordered GTX Basic in March.")
    ring.press("d")
    assert ring.card().locator("[data-panel=diff]").is_hidden()
