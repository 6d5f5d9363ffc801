"""The desk as a browser test sees it: `Desk` is the server's side, `Ring` the page."""

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from playwright.sync_api import Locator, Page

from revenue import context
from revenue.models import User
from review import decisions
from review.models import Decision, OutboxMessage, ReviewItem
from tests.factories import UserFactory, prospect
from tests.review.desk.conftest import put_on_desk

VERBS = {"approve_edited": "edit"}


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

    def open(self, number: int, *, at: str = "/") -> "Ring":
        self.arrive(number)
        self.sign_in()
        self.page.goto(at)
        return Ring(self, self.page)

    def number_of(self, pk: int) -> int:
        return next(n for n, item in enumerate(self.items, start=1) if item.pk == pk)

    def sign_in(self, user: User | None = None) -> None:
        client = Client()
        client.force_login(user or self.rep)
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": self.address}]
        )

    def sign_out(self) -> None:
        Session.objects.all().delete()

    def settle(self, number: int) -> None:
        """The manager is faster."""
        item = self.items[number - 1]
        decisions.approve(item, by=self.manager, revision=item.revision)

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
        return [(self.number_of(pk), VERBS.get(verb, verb)) for pk, verb in rows]

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
        return int(self.page.locator("[data-left-count]").first.inner_text())

    def announced(self) -> str:
        return self.page.locator("#announce").inner_text()

    def focused(self) -> str:
        return self.page.evaluate("document.activeElement.tagName")

    def awake(self) -> None:
        """Decision keys sleep for a moment after the server replaced the card."""
        self.page.wait_for_timeout(350)

    def wait_for(self, holds: Callable[[], bool], *, seconds: float = 10) -> None:
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "It did not come about in time."
            self.page.wait_for_timeout(20)

    def forget_complaints(self) -> None:
        """What this test provoked on purpose."""
        self.page.wait_for_timeout(50)
        self.page.complaints.clear()
