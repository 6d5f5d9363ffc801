"""The programs of these tests: they hold a token or a secret, and no cookie."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.test import Client

from revenue import clock
from revenue.models import Account, Team, User
from review import signing
from review.doors import tokens, webhooks
from review.models import ApiToken, WebhookSource
from tests import factories


def admin() -> User:
    return factories.UserFactory(username="admin", role="admin", team=None)


@dataclass
class Program:
    """One with a bearer token."""

    row: ApiToken
    token: str
    secret: str = ""

    def headers(self, **more: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", **more}

    def get(self, path: str) -> HttpResponse:
        return Client(raise_request_exception=False).get(path, headers=self.headers())

    def post(self, path: str, body: Any, **more: str) -> HttpResponse:
        raw = body if isinstance(body, bytes | str) else json.dumps(body)
        return Client(enforce_csrf_checks=True, raise_request_exception=False).post(
            path, raw, content_type="application/json", headers=self.headers(**more)
        )

    def draft(self, body: Any, key: str = "one") -> HttpResponse:
        return self.post("/api/drafts", body, **{"Idempotency-Key": key})


def reporter(team: Team | None = None) -> Program:
    made = tokens.make(name="Segment", scope="signals", team=team, by=admin())
    return Program(made.row, made.token)


def writer(team: Team | None = None, *, agent: str = "scout", callback_url: str = "") -> Program:
    made = tokens.make(name="Scout", scope="drafts", team=team, agent=agent, by=admin(),
                       callback_url=callback_url)  # fmt: skip
    return Program(made.row, made.token, made.secret)


@dataclass
class Source:
    """One that signs."""

    row: WebhookSource
    secret: str

    def send(
        self, body: Any, *, webhook_id: str = "msg_1", at: datetime | None = None, **more: Any
    ) -> HttpResponse:
        raw = body if isinstance(body, bytes | str) else json.dumps(body)
        raw = raw.encode() if isinstance(raw, str) else raw
        signed = signing.headers(self.secret, webhook_id=webhook_id, at=at or clock.now(), body=raw)
        return deliver(self.row.slug, raw, signed | more)


def deliver(slug: str, raw: bytes, headers: dict[str, str]) -> HttpResponse:
    return Client(enforce_csrf_checks=True, raise_request_exception=False).post(
        f"/hooks/signals/{slug}", raw, content_type="application/json",
        headers={name: value for name, value in headers.items() if name != "content-type"},
    )  # fmt: skip


def source(team: Team | None = None) -> Source:
    return Source(*webhooks.make(name="Billing", team=team, by=admin()))


def a_draft(account: Account, **more: Any) -> dict[str, Any]:
    """What an outside agent posts."""
    contact = account.contacts.first()
    account.refresh_from_db()
    return {
        "account": account.pk,
        "contact": contact.pk,
        "class": "outreach.first_email",
        "subject": "Your loading bays",
        "body": f"Hi {contact.first_name},\n\nDo your crews still wait for a free bay?\n\nPat",
        "context_version": account.context_version,
        **more,
    }


def error(response: HttpResponse) -> dict[str, Any]:
    return response.json()["error"]
