"""The desk as a browser test sees it: `Desk` is the server's side, `Ring` the page."""

import re
import time
from collections.abc import Callable

from django.contrib.sessions.models import Session
from playwright.sync_api import Locator, Page, Route

from agents.models import RoutingDecision
from revenue import clock, context
from revenue.models import User
from review import decisions, intake
from review.models import Decision, OutboxMessage, ReviewItem
from tests.browser.entry import sign_in
from tests.factories import UserFactory, prospect
from tests.review.desk.conftest import put_on_desk

VERBS = {"approve_edited": "edit"}
DECIDE = re.compile(r"/desk/items/\d+/(approve|edit|reject)/")


class Desk:
    """A rep with drafts, numbered from 1 in the order in which the desk shows them."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.rep = UserFactory(username="rep", first_name="Ada", last_name="Rep")
        self.manager = UserFactory(
            username="manager", first_name="Maya", last_name="Osei", role="manager",
            team=self.rep.team,
        )  # fmt: skip
        self.items: list[ReviewItem] = []

    def arrive(self, number: int) -> None:
        for _ in range(number):
            account = prospect(owner=self.rep, name=f"Account {len(self.items) + 1}")
            self.items.append(put_on_desk(self.rep, account=account))

    def open(self, number: int, *, at: str = "/desk/") -> "Ring":
        self.arrive(number)
        self.sign_in()
        self.page.goto(at)
        return Ring(self, self.page)

    def ask(self) -> None:
        """A question to a person, without a draft."""
        account = prospect(owner=self.rep, name=f"Account {len(self.items) + 1}")
        routing = RoutingDecision.objects.create(
            account=account, verdict="escalate", needs_item=True, rule="price question",
            reason="Somebody asks for a price. A person answers.", mandate={"do": "Call her."},
            at=clock.now(),
        )  # fmt: skip
        self.items.append(intake.ask(routing))

    def note(self, number: int = 2) -> None:
        """Notes on one account, which are one card."""
        account = prospect(owner=self.rep, name=f"Account {len(self.items) + 1}")
        internal = {"effect": "none", "contact": None, "evidence": [], "subject": ""}
        made = [
            put_on_desk(self.rep, account=account, output_class=f"brief.{n}", body=f"Note {n}.",
                        **internal) for n in range(number)
        ]  # fmt: skip
        self.items.append(made[0])

    def number_of(self, pk: int) -> int:
        return next(n for n, item in enumerate(self.items, start=1) if item.pk == pk)

    def sign_in(self, user: User | None = None) -> None:
        sign_in(self.page, self.address, user or self.rep)

    def sign_out(self) -> None:
        Session.objects.all().delete()

    def settle(self, number: int) -> None:
        """The manager is faster."""
        item = self.items[number - 1]
        decisions.approve(item, by=self.manager, revision=item.revision)

    def reload(self, number: int) -> ReviewItem:
        return ReviewItem.objects.get(pk=self.items[number - 1].pk)

    def outrun(self, number: int) -> None:
        context.moved(self.items[number - 1].account_id)

    def dispatched(self, number: int) -> None:
        message = OutboxMessage.objects.get(item=self.items[number - 1])
        OutboxMessage.objects.filter(pk=message.pk).update(
            state="sent", settled_at=message.created_at.replace(hour=14, minute=2)
        )

    def decided(self) -> list[tuple[int, str]]:
        """What is recorded and not undone, in its order."""
        rows = Decision.objects.filter(undone_at=None).order_by("pk").values_list("item", "verb")
        numbers = {item.pk: number for number, item in enumerate(self.items, start=1)}
        return [(numbers[pk], VERBS.get(verb, verb)) for pk, verb in rows]

    def last(self) -> Decision:
        return Decision.objects.order_by("pk").last()


class Ring:
    def __init__(self, desk: Desk, page: Page) -> None:
        self.desk, self.page = desk, page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def card(self) -> Locator:
        return self.page.locator("#ring .card:not([hidden])")

    def shown(self) -> int | None:
        pk = self.page.evaluate(
            "document.querySelector('#ring .card:not([hidden])')?.dataset.item ?? null"
        )
        return pk and self.desk.number_of(int(pk))

    def in_page(self) -> list[int]:
        found = self.page.evaluate(
            "[...document.querySelectorAll('#ring .card')]"
            ".filter((card) => card.dataset.state !== 'sent').map((card) => card.dataset.item)"
        )
        return [self.desk.number_of(int(pk)) for pk in found]

    def editor(self) -> Locator:
        return self.card().locator("textarea[name=body]")

    def notice(self) -> str:
        box = self.card().locator(".sheet > .notice[role=alert]")
        return box.inner_text().strip() if box.is_visible() else ""

    def note(self) -> str:
        return self.page.locator("#ring-note").inner_text()

    def left(self) -> int:
        """The same number wherever the page says it, the title with it; -1 while they differ."""
        places = self.page.locator("[data-left-count]").all_text_contents()
        title = self.page.title().split()[1].replace("nothing", "0")
        said = {*places, title}
        return int(said.pop()) if len(said) == 1 else -1

    def column(self) -> list[int]:
        found = self.page.evaluate(
            "[...document.querySelectorAll('#queue li:not([hidden]) a')]"
            ".map((line) => line.dataset.goto)"
        )
        return [self.desk.number_of(int(pk)) for pk in found]

    def line(self) -> str:
        """What the eye reads above the ring."""
        return self.page.locator("#last").inner_text()

    def look_again(self) -> None:
        """Coming back to the tab asks the server at once, as the next pulse would."""
        self.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    def write_edit(self, text: str) -> None:
        self.press("e", "Control+A")
        self.page.keyboard.type(text)

    # --- what goes wrong on the way ---

    def fail_with(self, how: int | str, times: int = 1) -> None:
        def answer(route: Route) -> None:
            if how == "abort":
                route.abort()
            else:
                route.fulfill(
                    status=how, body="<!doctype html><h1>Oh</h1>", content_type="text/html"
                )

        self.page.route(DECIDE, answer, times=times)

    def hold(self) -> list[Route]:
        """Requests wait in the list until the test continues them."""
        held: list[Route] = []
        self.page.route(DECIDE, lambda route: held.append(route))
        return held

    def announced(self) -> str:
        return self.page.locator("#announce").inner_text()

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.tagName")

    def approve(self, *numbers: int) -> None:
        """One after the other, each once it is shown and its keys are awake."""
        for number in numbers:
            self.wait_for(lambda number=number: self.shown() == number and not self.asleep())
            self.press("a")

    def settled(self) -> None:
        """Every decision is answered, and keys decide again."""
        self.wait_for(lambda: self.page.locator(".card[data-state=sent]").count() == 0)
        self.page.wait_for_timeout(100)  # an undo has no mark of its own
        self.wait_for(lambda: not self.asleep())

    def asleep(self) -> bool:
        return self.page.locator("#ring[data-asleep]").count() > 0

    def awake(self) -> None:
        """Decision keys sleep for a moment after the server replaced the card."""
        self.wait_for(lambda: not self.asleep())

    def wait_for(self, holds: Callable[[], bool], *, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "It did not come about in time."
            self.page.wait_for_timeout(20)

    def forget_complaints(self) -> None:
        """What this test provoked on purpose."""
        self.page.wait_for_timeout(50)
        self.page.complaints.clear()
