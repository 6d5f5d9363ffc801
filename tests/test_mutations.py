"""2,000 requests and 2,000 mails that were right and were changed at random: no 500, nothing lost.

`MUTATIONS` asks for more of each. A failure prints its seed.
"""

import base64
import json
import os
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from revenue import clock
from revenue.inbound import receive_email
from revenue.models import Activity
from review import payload, signing
from review.models import ApiToken
from tests import mutations
from tests.house import ROOT
from tests.races import verbs
from tests.review.doors import programs

pytestmark = pytest.mark.django_db
TOTAL = int(os.environ.get("MUTATIONS", "2000"))
MAILS = [path.read_bytes() for path in sorted((ROOT / "tests/data/mails").glob("*.eml"))]
SECRET = "provider:a-long-secret"
Send = Callable[[random.Random], HttpResponse]


class Desk:
    """One account with all that hangs on it, and a client that tells a 500 as one."""

    def __init__(self) -> None:
        self.here = verbs.queued()
        self.client = Client(raise_request_exception=False)
        account = self.here.account
        account.domain = "brookfield.example"
        account.save()
        account.refresh_from_db()
        self.signal = {
            "domain": account.domain, "kind": "usage", "occurred_at": "2026-03-02T09:30:00Z",
            "payload": {"metric": "seats", "value": 41, "previous": 18}, "dedupe_key": "k",
        }  # fmt: skip
        self.draft = programs.a_draft(
            account, in_reply_to=None, rationale="They waited.",
            evidence=[{"claim": "a", "source_id": f"contact:{self.here.contact.pk}", "quote": "b"}],
        )  # fmt: skip

    def post(self, path: str, raw: Any, **headers: str) -> HttpResponse:
        return self.client.post(path, raw, content_type="application/json", headers=headers)


def api(path: str, scope: str) -> Callable[[Desk], Send]:
    def door(desk: Desk) -> Send:
        program = programs.reporter() if scope == "signal" else programs.writer()

        def send(chance: random.Random) -> HttpResponse:
            ApiToken.objects.update(calls=0)
            raw = mutations.of_json(getattr(desk, scope), chance)
            key = chance.choice(("k", f"k{chance.random()}", "", "ü", "x" * 300))
            return desk.post(path, raw, **program.headers(**{"Idempotency-Key": key}))

        return send

    return door


def signed(desk: Desk) -> Send:
    """Half of them are changed before they are signed, the others after."""
    source = programs.source()

    def send(chance: random.Random) -> HttpResponse:
        raw = json.dumps(desk.signal).encode()
        late = chance.random() < 0.5
        body = raw if late else mutations.of_json(desk.signal, chance)
        try:
            headers = signing.headers(
                source.secret, webhook_id=f"m{chance.randrange(50)}", at=clock.now(), body=body
            )
        except UnicodeDecodeError:
            headers = {}
        if late:
            name = chance.choice([*headers, "body"])
            changed = mutations.of_bytes(headers.get(name, "").encode() or raw, chance)
            body = changed if name == "body" else body
            headers |= {name: changed.decode("latin-1")} if name != "body" else {}
        headers.pop("content-type", None)
        return desk.post(f"/hooks/signals/{source.row.slug}", body, **headers)

    return send


EVENTS: dict[str, tuple[str, Any]] = {
    "postmark": ("tracking", {
        "RecordType": "Bounce", "Type": "HardBounce", "ID": 7, "Email": "a@b.example", "Tag": "t",
        "BouncedAt": "2026-03-01T10:00:00Z", "Details": "550 5.1.1", "Metadata": {"a": "b"},
    }),
    "sparkpost": ("tracking", [{"msys": {"message_event": {
        "type": "bounce", "bounce_class": "10", "timestamp": "1772359200", "event_id": "e",
        "transmission_id": "t", "raw_rcpt_to": "a@b.example", "raw_reason": "550 5.1.1",
    }}}]),
    "resend": ("tracking", {
        "type": "email.bounced", "created_at": "2026-03-01T10:00:00Z",
        "data": {"email_id": "e", "to": ["a@b.example"], "subject": "s", "tags": {"a": "b"}},
    }),
    "brevo": ("tracking", {
        "event": "hard_bounce", "email": "a@b.example", "id": 1, "ts_event": 1772359200,
        "message-id": "<a@b>", "reason": "550", "tags": ["a"],
    }),
    "mandrill": ("tracking", {}),
}  # fmt: skip
INBOUND = {
    "FromFull": {"Email": "a@b.example", "Name": "A"}, "ToFull": [{"Email": "c@d.example"}],
    "Subject": "Re: x", "TextBody": "Yes.", "HtmlBody": "<p>Yes.</p>", "Date": "Mon, 2 Mar 2026",
    "Headers": [{"Name": "Message-ID", "Value": "<a@b.example>"}, {"Name": "X", "Value": "y"}],
    "Attachments": [{"Name": "a", "Content": "YQ==", "ContentType": "text/plain"}],
}  # fmt: skip


def provider(name: str, kind: str, body: Any) -> Callable[[Desk], Send]:
    def door(desk: Desk) -> Send:
        basic = base64.b64encode(SECRET.encode()).decode()

        def send(chance: random.Random) -> HttpResponse:
            found = body
            if kind == "inbound" and chance.random() < 0.5:
                mail = mutations.of_bytes(chance.choice(MAILS), chance).decode(errors="replace")
                found = {"FromFull": {"Email": "a@b.example"}, "RawEmail": mail}
                raw = json.dumps(found).encode()
            else:
                raw = mutations.of_json(found, chance)
            return desk.post(f"/hooks/mail/{name}/{kind}/", raw, Authorization=f"Basic {basic}")

        return send

    return door


def unsubscribe(desk: Desk) -> Send:
    link = payload.unsubscribe_link(payload.workspace.load(), desk.here.contact.email)
    token = link.rstrip("/").rpartition("/")[2]

    def send(chance: random.Random) -> HttpResponse:
        odd = mutations.of_bytes(token.encode(), chance).decode("latin-1")
        path = reverse("unsubscribe", args=["x"]).replace("x", odd[:3000])
        method = chance.choice((desk.client.get, desk.client.post))
        return method(path)

    return send


def upload(desk: Desk) -> Send:
    desk.client.force_login(desk.here.rep)

    def send(chance: random.Random) -> HttpResponse:
        raw = mutations.of_bytes(chance.choice(MAILS), chance)
        name = chance.choice(("mail.eml", "a\0b", "../x", "ü.eml", "x" * 300))
        return desk.client.post(reverse("inbox_upload"), {"mail": SimpleUploadedFile(name, raw)})

    return send


DOORS: dict[str, Callable[[Desk], Send]] = {
    "signals": api("/api/signals", "signal"),
    "drafts": api("/api/drafts", "draft"),
    "signed": signed,
    **{name: provider(name, kind, body) for name, (kind, body) in EVENTS.items()},
    "inbound": provider("postmark", "inbound", INBOUND),
    "unsubscribe": unsubscribe,
    "upload": upload,
}


@pytest.mark.parametrize("name", DOORS)
def test_no_mutated_request_is_a_500(workspace: Any, settings: Any, seed: int, name: str) -> None:
    settings.MAIL_PROVIDER = name if name in EVENTS else "postmark"
    settings.ANYMAIL = {
        "WEBHOOK_SECRET": [SECRET], "MANDRILL_WEBHOOK_KEY": "k", "RESEND_SIGNING_SECRET": None,
    }  # fmt: skip
    send = DOORS[name](Desk())
    chance = random.Random(f"{seed}:{name}")
    statuses: Counter[int] = Counter()
    for _ in range(TOTAL // len(DOORS) + 1):
        response = send(chance)
        statuses[response.status_code] += 1
        assert response.status_code < 500, (name, response.content[:300])
    assert len(statuses) > 1 or name == "mandrill", statuses  # some were still right, some not


@pytest.mark.parametrize("part", range(4))
def test_every_mutated_mail_is_kept(workspace: Any, seed: int, part: int) -> None:
    Desk()
    chance = random.Random(f"{seed}:mail:{part}")
    for _ in range(TOTAL // 4):
        kept = receive_email(mutations.of_bytes(chance.choice(MAILS), chance))
        assert Activity.objects.filter(pk=kept.pk).exists()
