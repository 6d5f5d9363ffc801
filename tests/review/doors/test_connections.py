"""Set-up, Connections: an admin lets programs in, sees how it goes, and shuts the door."""

import re

import pytest
from django.urls import reverse

from revenue.models import Event
from review import callbacks, decisions
from review.models import ApiToken, Callback, ReviewItem, WebhookSource
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.doors import programs
from tests.review.doors.programs import a_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin():
    return cast.signed_in(programs.admin())


def token_form(**more: object) -> dict[str, object]:
    return {"token-name": "Segment", "token-scope": "signals", "token-team": "", **more}


def writing(**more: object) -> dict[str, object]:
    return token_form(**{"token-scope": "drafts", "token-agent": "scout", **more})


def test_a_token_is_shown_once(admin, workspace) -> None:
    shown = admin.post(reverse("token_make"), token_form()).content.decode()
    token = re.search(r'value="(cs_[\w-]{43})"', shown)[1]
    row = ApiToken.objects.get()
    for page in (reverse("token", args=[row.pk]), reverse("connections")):
        words = admin.get(page).content.decode()
        assert token not in words
        assert row.prefix in words
    assert Event.objects.filter(kind="token.made").count() == 1
    program = programs.Program(row, token)
    assert program.post("/api/signals", {}).status_code == 422


def test_a_token_that_writes_has_a_secret_for_what_is_told(admin, workspace) -> None:
    form = writing(**{"token-callback_url": "https://agent.example/told"})
    shown = admin.post(reverse("token_make"), form).content.decode()
    assert re.search(r'value="whsec_[\w+/=]+"', shown)
    assert (
        "whsec_"
        not in admin.get(reverse("token", args=[ApiToken.objects.get().pk])).content.decode()
    )


@pytest.mark.parametrize(
    ("form", "words"),
    [
        (token_form(**{"token-name": ""}), "required"),
        (token_form(**{"token-agent": "scout"}), "for tokens that write drafts"),
        (writing(**{"token-agent": ""}), "Name the agent that writes."),
        (writing(**{"token-agent": "Two Words"}), "small letters"),
        (writing(**{"token-callback_url": "http://agent.example"}), "begin with https://"),
        (writing(**{"token-callback_url": "https://u:p@agent.example"}), "a password"),
        (token_form(**{"token-team": "99"}), "valid choice"),
    ],
)
def test_a_token_that_makes_no_sense_is_refused(admin, workspace, form: dict, words: str) -> None:
    response = admin.post(reverse("token_make"), form)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not ApiToken.objects.exists()


def test_a_token_is_revoked_once(admin, workspace) -> None:
    row = programs.reporter().row
    for words in ("is revoked", "was revoked already"):
        page = admin.post(reverse("token_revoke", args=[row.pk]), follow=True).content.decode()
        assert words in page
    assert "Revoked" in admin.get(reverse("connections")).content.decode()


def test_a_source_is_made_rotated_and_revoked(admin, workspace) -> None:
    shown = admin.post(reverse("source_make"), {"source-name": "Billing"}).content.decode()
    first = re.search(r'value="(whsec_[\w+/=]+)"', shown)[1]
    row = WebhookSource.objects.get()
    assert f"/hooks/signals/{row.slug}" in shown
    rotated = admin.post(reverse("source_rotate", args=[row.pk])).content.decode()
    second = re.search(r'value="(whsec_[\w+/=]+)"', rotated)[1]
    assert first != second
    assert "The secret before this one is good until" in rotated
    admin.post(reverse("source_revoke", args=[row.pk]))
    again = admin.post(reverse("source_rotate", args=[row.pk]), follow=True).content.decode()
    assert "whsec_" not in again


def test_the_last_deliveries_are_shown(admin, workspace) -> None:
    source = programs.source()
    source.send({"domain": "no.example", "kind": "intent", "payload": {"topic": "a"}})
    programs.deliver(source.row.slug, b"{}", {})
    page = admin.get(reverse("source", args=[source.row.pk])).content.decode()
    assert "There is no such account." in page
    assert "Last refused on" in page


def test_what_was_told_and_given_up_is_shown(admin, workspace, clock) -> None:
    here = verbs.scene()
    scout = programs.writer(callback_url="https://127.0.0.1/told")
    response = scout.draft(a_draft(here.account))
    item = ReviewItem.objects.get(draft=response.json()["id"])
    decisions.reject(item, by=here.rep, revision=1, reason="tone")
    callbacks.work()
    page = admin.get(reverse("token", args=[scout.row.pk])).content.decode()
    assert "next try" in page
    for _ in range(8):
        clock.travel(days=1)
        callbacks.work()
    assert Callback.objects.get().state == "given_up"
    page = admin.get(reverse("token", args=[scout.row.pk])).content.decode()
    assert "Given up</span> after 8 attempts" in page
    assert "address not allowed" in page


def test_the_stops_page_knows_outside_agents(admin, workspace) -> None:
    programs.writer()
    assert "scout (outside)" in admin.get(reverse("stops")).content.decode()


def test_the_providers_addresses_are_shown_without_the_secret(admin, workspace, settings) -> None:
    settings.MAIL_PROVIDER, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": ["u:hidden-word"]}
    page = admin.get(reverse("connections")).content.decode()
    assert "/hooks/mail/postmark/inbound/" in page
    assert "hidden-word" not in page
    settings.ANYMAIL = {}
    assert "No secret" in admin.get(reverse("connections")).content.decode()
