"""Sending by a mail provider's API: what its answer proves, and that its name of the mail is kept.

A server on loopback plays Postmark's API.
"""

import json
from typing import Any

import pytest

from review import dispatch
from review.channels import mail
from tests.races import verbs

pytestmark = pytest.mark.django_db(transaction=True)
TAKEN = {
    "ErrorCode": 0,
    "Message": "OK",
    "MessageID": "pm-77",
    "SubmittedAt": "2026-03-01T10:00:00Z",
}


@pytest.fixture
def postmark(settings: Any, ear: Any) -> Any:
    settings.MAIL_PROVIDER = "postmark"
    settings.EMAIL_BACKEND = "anymail.backends.postmark.EmailBackend"
    api = ear.url.partition("told")[0]
    settings.ANYMAIL = {"POSTMARK_SERVER_TOKEN": "token-123456", "POSTMARK_API_URL": api,
                        "REQUESTS_TIMEOUT": 2}  # fmt: skip
    ear.headers = {"Content-Type": "application/json"}
    ear.body = b"{}"
    return ear


def sent(workspace: Any, postmark: Any = None) -> Any:
    here = verbs.queued()
    if postmark:
        postmark.body = json.dumps(TAKEN | {"To": here.contact.email}).encode()
    dispatch.send_due()
    here.message.refresh_from_db()
    return here


def test_the_approved_fields_go_out_and_the_providers_name_is_kept(workspace, postmark) -> None:
    here = sent(workspace, postmark)
    assert (here.message.state, here.message.provider_id) == ("sent", "pm-77")
    said = json.loads(postmark.heard[0][1])
    assert here.contact.email in said["To"]
    assert said["Subject"] == "The GTX Pro"
    assert "Is the GTX Pro still of interest?" in said["TextBody"]
    headers = {one["Name"]: one["Value"] for one in said["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Message-ID"] == here.message.message_id


@pytest.mark.parametrize(
    ("status", "state"), [(429, "queued"), (422, "queued"), (401, "queued"), (500, "unknown"),
                          (503, "unknown"), (408, "unknown")],
)  # fmt: skip
def test_a_refusal_is_tried_again_and_a_doubt_is_not(
    workspace, postmark, status: int, state: str
) -> None:
    postmark.statuses = [status]
    postmark.body = b'{"ErrorCode": 10, "Message": "token-123456 is no token"}'
    here = sent(workspace)
    assert here.message.state == state
    assert "token-123456" not in here.message.provider_answer
    dispatch.send_due()
    assert len(postmark.heard) == 1


def test_an_answer_that_never_comes_is_a_doubt(workspace, postmark) -> None:
    postmark.headers = {"Content-Length": "5000"}  # it promises more than it says
    assert sent(workspace).message.state == "unknown"


def test_nobody_listening_is_a_refusal(workspace, postmark, settings) -> None:
    settings.ANYMAIL = settings.ANYMAIL | {"POSTMARK_API_URL": "http://127.0.0.1:1/"}
    here = sent(workspace)
    assert (here.message.state, postmark.heard) == ("queued", [])


def test_what_the_library_does_not_even_send_is_a_refusal(workspace, postmark) -> None:
    raw = b"From: a@b.example\r\nTo: nobody\r\nSubject: x\r\n\r\nx"
    outcome = mail.send(raw, sender="a@b.example", recipient="nobody")
    assert outcome.kind == mail.REFUSED
