"""Whatever stands in a text, of a buyer, a file, a model or a colleague: it is shown, never obeyed.

Every text column of every row is given the same hostile words, and every page is read.
"""

import re

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse

from agents import configs
from agents.models import AgentConfig, Draft, Handoff
from revenue import clock, ingest
from revenue.models import Event, Snapshot, Workspace
from review.models import Decision, GuardBlock, OutboxMessage, ReviewItem
from tests.test_urls import ADDRESSES, HTMX, Stage, as_, stage, with_row  # noqa: F401

pytestmark = pytest.mark.django_db

WORDS = "\"'><script>alert(1)</script><img src=x onerror=alert(1) hx-get=/ >{{ 7 }}"
SEEN = re.compile(r"<script>alert|<img src=x|[^&]\"'>")
OURS = {"revenue", "agents", "review"}
WRITTEN_ONCE = (Event, Snapshot, AgentConfig)


def everywhere() -> None:
    """Each free text of each row; what is a key, a state or an address to sign in by stays."""
    for model in apps.get_models():
        if model._meta.app_label in OURS and model not in WRITTEN_ONCE:
            texts = {
                field.name: WORDS[: field.max_length or None]
                for field in model._meta.get_fields()
                if isinstance(field, models.CharField | models.TextField) and is_free(field)
            }
            if texts:
                model._default_manager.update(**texts)


def is_free(field: models.Field) -> bool:
    """No key, state, hash or address: those are short, unique, or named here."""
    kept = {"password", "prompt", "recipient", "model", "source_url", "sender_domain", "holder"}
    short = field.max_length is not None and field.max_length <= 80
    return not (field.choices or field.unique or short or field.name in kept | {"email", "value"})


def reader(name: str) -> str:
    return next(who for who in ("rep", "manager", "admin") if who in ADDRESSES[name].theirs)


@pytest.fixture
def hostile(stage: Stage) -> Stage:  # noqa: F811
    """The cast's rows, with a thread, a fact, a signal, a handoff, evidence, a guard's word."""
    item = ReviewItem.objects.get(pk=stage.rows["item"])
    account, contact = item.account, item.draft.contact
    ingest.record_message(
        account=account, direction="inbound", body=WORDS, subject=WORDS, contact=contact,
        sender=WORDS, warning=WORDS, occurred_at=clock.now(),
    )  # fmt: skip
    ingest.record_message(
        account=None, direction="inbound", body=WORDS, subject=WORDS, sender=WORDS,
        warning=WORDS, occurred_at=clock.now(),
    )  # fmt: skip
    fact = ingest.record_fact(
        account=account, text=WORDS, source=WORDS, as_of=clock.now(), by="test", trust="untrusted"
    )
    ingest.record_signal(
        account=account, kind="page_visit", source=WORDS, occurred_at=clock.now(),
        payload={"url": WORDS, "visitor": WORDS}, dedupe_key="x",
    )  # fmt: skip
    lines = [WORDS, WORDS]
    handoff = Handoff.objects.create(
        account=account, from_agent="prospecting", to_agent="outreach", created_at=clock.now(),
        context={"why": WORDS, "objections": lines, "contact": {"first_name": WORDS}},
        mandate={"do": WORDS, "stop_when": lines},
    )  # fmt: skip
    cited = {"claim": WORDS, "source_id": f"fact:{fact.pk}", "quote": WORDS, "as_of": WORDS}
    Draft.objects.update(
        handoff=handoff, evidence=[cited, {**cited, "source_id": WORDS}], risk_flags=lines,
        fields={"angle": WORDS, "cta": WORDS},
    )  # fmt: skip
    GuardBlock.objects.create(
        message=OutboxMessage.objects.get(), guard="merge", detail="x", at=clock.now()
    )
    configs.publish("outreach", prompt=WORDS, note=WORDS, by=stage.people["admin"])
    Decision.objects.update(before="", after="")  # the texts are the draft's again
    ReviewItem.objects.update(state="pending")
    account.refresh_from_db()
    Draft.objects.update(context_version=account.context_version)
    OutboxMessage.objects.update(state="blocked")
    Workspace.objects.update(has_demo=True)
    return stage


def test_no_page_obeys_a_text(hostile: Stage) -> None:
    pages = [name for name, one in ADDRESSES.items() if one.verb == "GET"]
    shown = {name: with_row(hostile, name).path(name) for name in pages}
    everywhere()
    found, silent = {}, []
    for name, path in shown.items():
        page = as_(hostile.people[reader(name)]).get(path).content.decode()
        found[name] = SEEN.findall(page)
        if "script&gt;alert(1)" not in page:
            silent.append(name)
    assert {name: hits for name, hits in found.items() if hits} == {}
    assert set(silent) <= {
        "pulse",
        "setup_mailbox",
        "demo",
        "import_issues",
    }  # numbers and our own words


def test_no_refusal_obeys_what_was_typed(hostile: Stage) -> None:
    client = as_(hostile.people["rep"])
    item = hostile.rows["item"]
    for headers in ({}, HTMX):
        answer = client.post(
            reverse("item_edit", args=[item]),
            {"revision": 9, "subject": WORDS, "body": WORDS},
            headers=headers,
        )
        assert answer.status_code in (409, 422)
        assert SEEN.findall(answer.content.decode()) == []
