"""What left automatically is named so wherever it is seen, and can be found."""

import pytest

from review import autonomy, dispatch
from review.models import Decision, OutboxMessage
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.autonomy import scenes, trusted

pytestmark = pytest.mark.django_db
WORDS = "Automatic: First mail, policy 1"


@pytest.fixture
def let_go(workspace, local_outbox, monkeypatch) -> OutboxMessage:
    """A mail that no person decided on, sent."""
    monkeypatch.setattr("review.autonomy.gate.is_drawn", lambda draft_id, share: False)
    here = verbs.unrouted()
    trusted.trust(here.draft)
    trusted.arrives(here)
    message = OutboxMessage.objects.get(item=here.item)
    dispatch.send(message.pk)
    message.refresh_from_db()
    assert message.state == "sent"
    return message


def test_it_is_named_in_history_outbox_and_timeline(let_go) -> None:
    client = cast.signed_in(let_go.account.owner)
    decision = Decision.objects.get(item=let_go.item)
    for path in (
        "/history/", f"/history/{decision.pk}/", "/outbox/", f"/outbox/{let_go.pk}/",
        f"/accounts/{let_go.account_id}/",
    ):  # fmt: skip
        page = scenes.said(client.get(path))
        assert WORDS in page, path
        assert "policy:" not in page, path


def test_a_rep_finds_what_left_automatically(let_go) -> None:
    client = cast.signed_in(let_go.account.owner)
    assert let_go.subject in scenes.said(client.get("/history/?automatic=on"))
    page = scenes.said(client.get("/history/?automatic=on"))
    assert "Left automatically" in page
    Decision.objects.update(by=let_go.account.owner)
    assert let_go.subject not in scenes.said(client.get("/history/?automatic=on"))


def test_the_sheet_says_the_same(let_go) -> None:
    client = cast.signed_in(let_go.account.owner)
    answer = client.post("/history/export/")
    assert WORDS in b"".join(answer.streaming_content).decode()


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ("policy:outreach.first_email v3", "Automatic: First mail, policy 3"),
        (
            "policy:outreach.follow_up/small v12",
            "Automatic: Follow-up mail, small (under 100 people), policy 12",
        ),
        ("something else", "something else"),
    ],
)
def test_a_policy_reads_as_words(policy: str, words: str) -> None:
    assert autonomy.decider(None, policy) == words
    assert autonomy.decider("Ada Rep", policy) == "Ada Rep"


def test_the_gate_writes_what_is_read(let_go) -> None:
    assert Decision.objects.get(item=let_go.item).policy == "policy:outreach.first_email v1"
