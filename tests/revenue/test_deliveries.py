"""What an event of a mail provider means: when a bounce is final, when nobody looked."""

from datetime import UTC, datetime, timedelta

import pytest

from revenue import deliveries
from revenue.deliveries import is_final, is_machine

SENT = datetime(2026, 3, 1, 10, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605.1.15 Safari/605.1.15"


@pytest.mark.parametrize(
    ("kind", "user_agent", "after", "machine"),
    [
        ("opened", BROWSER, 600, False),
        ("opened", BROWSER, 3, True),
        ("opened", "Mozilla/5.0", 600, True),
        ("opened", "", 600, True),
        ("opened", "Mozilla/5.0 (Windows NT 5.1) (via ggpht.com GoogleImageProxy)", 600, True),
        ("opened", "YahooMailProxy; https://help.yahoo.com", 600, True),
        ("clicked", BROWSER, 600, False),
        ("clicked", "Barracuda Sentinel (EE)", 600, True),
        ("clicked", BROWSER, 1, True),
        ("delivered", "", 1, False),
    ],
)
def test_who_looked(kind: str, user_agent: str, after: int, machine: bool) -> None:
    assert is_machine(kind, user_agent, SENT + timedelta(seconds=after), SENT) is machine


def test_without_the_time_of_the_send_the_reader_decides() -> None:
    assert not is_machine("opened", BROWSER, SENT, None)


@pytest.mark.parametrize(
    ("kind", "reason", "detail", "final"),
    [
        ("bounced", "bounced", "550 5.1.1 user unknown", True),
        ("bounced", "invalid", "", True),
        ("bounced", "", "", True),
        ("bounced", "bounced", "452 4.2.2 mailbox full", False),
        ("bounced", "bounced", "smtp; 421 try later", False),
        ("bounced", "bounced", "552 5.2.2 over quota", False),
        ("bounced", "other", "SoftBounce", False),
        ("bounced", "blocked", "550 5.7.1 blocked", False),
        ("bounced", "timed_out", "", False),
        ("bounced", "bounced", "550 5.1.1 to 10.4.250.3", True),
        ("rejected", "invalid", "", True),
        ("rejected", "bounced", "", True),
        ("rejected", "blocked", "", False),
        ("deferred", "bounced", "", False),
    ],
)
def test_when_there_is_no_such_address(kind: str, reason: str, detail: str, final: bool) -> None:
    assert is_final(kind, reason, detail) is final


@pytest.mark.django_db
def test_kinds_that_are_no_concern_of_ours_are_not_kept() -> None:
    for kind in ("subscribed", "autoresponded", "inbound", "unknown", ""):
        values = {"kind": kind, "key": kind, "recipient": "a@b.example", "occurred_at": None}
        assert deliveries.record(**values) is None


@pytest.mark.django_db
def test_an_event_of_the_future_has_happened_by_now() -> None:
    at = datetime(2099, 1, 1, tzinfo=UTC)
    row = deliveries.record(kind="opened", key="k", recipient="A@B.example", occurred_at=at)
    assert row.occurred_at == row.received_at
    assert row.recipient == "a@b.example"
