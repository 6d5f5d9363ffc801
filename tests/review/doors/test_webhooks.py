"""Signed signals: taken once, whoever repeats them; refused with a reason that names the fault."""

import base64
import itertools
from datetime import timedelta

import pytest

from revenue import clock as clocks
from revenue.models import Signal
from review import signing
from review.doors import webhooks
from review.models import WebhookReceipt, WebhookSource
from tests import factories
from tests.review.doors import programs
from tests.review.doors.programs import deliver, error

pytestmark = pytest.mark.django_db
BODY = {"domain": "brookfield.example", "kind": "intent", "payload": {"topic": "lifts"}}


@pytest.fixture(autouse=True)
def account():
    return factories.AccountFactory(domain="brookfield.example")


@pytest.fixture
def source():
    return programs.source()


def signed(source: programs.Source, raw: bytes, **changes: str) -> dict[str, str]:
    made = signing.headers(source.secret, webhook_id="msg_1", at=clocks.now(), body=raw)
    return made | changes


def test_a_signed_signal_is_taken_at_the_time_of_its_signature(source, account) -> None:
    at = clocks.now() - timedelta(seconds=100)
    assert source.send(BODY, at=at).json() == {"status": "taken"}
    row = Signal.objects.get()
    assert (row.account, row.source) == (account, "webhook:Billing")
    assert abs((row.occurred_at - at).total_seconds()) < 1
    assert "intent" in WebhookReceipt.objects.get().words


def test_58_a_replayed_id_has_no_effect(source) -> None:
    source.send(BODY)
    again = source.send(BODY | {"kind": "form", "payload": {"fields": {}}})
    assert (again.status_code, again.json()) == (200, {"status": "known"})
    assert Signal.objects.get().kind == "intent"


def test_58_a_replayed_id_has_no_effect_under_another_key_either(source) -> None:
    source.send(BODY | {"dedupe_key": "one"})
    assert source.send(BODY | {"dedupe_key": "two"}).json() == {"status": "known"}
    assert Signal.objects.count() == 1


def test_the_same_key_under_another_id_has_no_effect(source) -> None:
    body = BODY | {"dedupe_key": "k"}
    assert source.send(body).json() == {"status": "taken"}
    assert source.send(body, webhook_id="msg_2").json() == {"status": "known"}
    assert Signal.objects.count() == 1


def test_a_delivery_that_was_refused_may_be_sent_again(source) -> None:
    later = BODY | {"domain": "later.example"}
    assert source.send(later).status_code == 404
    factories.AccountFactory(domain="later.example")
    assert source.send(later).json() == {"status": "taken"}
    assert list(WebhookReceipt.objects.values_list("is_taken", flat=True)) == [True, False]


CASES = {
    "56 none": lambda made: {},
    "56 no signature": lambda made: made | {"webhook-signature": ""},
    "56 no id": lambda made: made | {"webhook-id": ""},
    "56 garbled": lambda made: made | {"webhook-signature": "v1,%%%"},
    "56 no comma": lambda made: made | {"webhook-signature": "v1"},
    "56 many commas": lambda made: made | {"webhook-signature": "v1,,v1,a,"},
    "56 not base64": lambda made: made | {"webhook-signature": "v1,aaaaa"},
    "56 not ASCII": lambda made: made | {"webhook-signature": "v1,ÿÿ"},
    "56 another version": lambda made: (
        made | {"webhook-signature": made["webhook-signature"].replace("v1", "v2")}
    ),
    "56 another key": lambda made: (
        made | {"webhook-signature": f"v1,{base64.b64encode(bytes(32)).decode()}"}
    ),
    "56 another id": lambda made: made | {"webhook-id": "msg_2"},
    "56 long id": lambda made: made | {"webhook-id": "x" * 201},
    "57 no timestamp": lambda made: made | {"webhook-timestamp": ""},
    "57 odd timestamp": lambda made: made | {"webhook-timestamp": "²"},
    "57 endless timestamp": lambda made: made | {"webhook-timestamp": "9" * 400},
    "57 NaN": lambda made: made | {"webhook-timestamp": "nan"},
}


@pytest.mark.parametrize("change", CASES.values(), ids=CASES)
def test_56_what_is_not_signed_is_refused(source, change) -> None:
    raw = b'{"domain": "brookfield.example", "kind": "intent", "payload": {"topic": "a"}}'
    response = deliver(source.row.slug, raw, change(signed(source, raw)))
    assert (response.status_code, error(response)["code"]) == (401, "bad_signature")
    assert not Signal.objects.exists()
    source.row.refresh_from_db()
    assert source.row.refused == error(response)["what"]
    assert not WebhookReceipt.objects.exists()


def test_a_body_that_was_changed_on_the_way_is_refused(source) -> None:
    raw = b'{"domain": "brookfield.example", "kind": "intent", "payload": {"topic": "a"}}'
    made = signed(source, raw)
    assert deliver(source.row.slug, raw.replace(b'"a"', b'"b"'), made).status_code == 401


@pytest.mark.parametrize("seconds", [-301, 302, -86_400])
def test_57_a_clock_that_differs_is_told_by_how_much(source, seconds: int) -> None:
    response = source.send(BODY, at=clocks.now() + timedelta(seconds=seconds))
    assert response.status_code == 401
    said = int(error(response)["what"].partition("differs by ")[2].partition(" s")[0])
    assert abs(said - abs(seconds)) <= 1


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        pytest.param(b"not json", "not_json", id="59 words"),
        pytest.param(b"", "not_json", id="59 empty"),
        pytest.param(b"[1]", "not_json", id="59 no object"),
        pytest.param(b'{"a": NaN}', "not_json", id="59 NaN"),
        pytest.param(b'{"a": 1, "a": 2}', "not_json", id="59 twice"),
        pytest.param(b'{"a":' * 400 + b"1" + b"}" * 400, "not_json", id="59 deep"),
        pytest.param(b'{"a":' * 100_000, "not_json", id="59 endless"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", "not_json", id="59 long number"),
    ],
)
def test_a_signed_body_that_is_no_json_is_refused(source, raw: bytes, code: str) -> None:
    response = source.send(raw)
    assert (response.status_code, error(response)["code"]) == (400, code)


def test_60_a_body_that_is_not_utf8_is_refused(source) -> None:
    raw = b'{"kind": "\xff"}'
    response = deliver(source.row.slug, raw, signed(source, b"{}"))
    assert (response.status_code, error(response)["code"]) == (400, "not_utf8")


def test_61_two_megabytes_are_refused(source) -> None:
    raw = b'{"kind": "' + b"x" * (2 * 1024 * 1024) + b'"}'
    response = source.send(raw)
    assert (response.status_code, error(response)["code"]) == (413, "too_large")
    assert error(response)["fields"][0]["allowed"] == "1048576 bytes"


def test_an_old_secret_is_good_beside_the_new_one_for_seven_days(source, clock) -> None:
    ids = (f"msg_{number}" for number in itertools.count())
    new = programs.Source(source.row, webhooks.rotate(source.row, by=programs.admin()))
    assert [one.send(BODY, webhook_id=next(ids)).status_code for one in (source, new)] == [200, 200]
    clock.travel(days=7, minutes=1)
    assert [one.send(BODY, webhook_id=next(ids)).status_code for one in (source, new)] == [401, 200]


def test_a_second_rotation_ends_the_oldest_secret(source) -> None:
    middle = programs.Source(source.row, webhooks.rotate(source.row, by=programs.admin()))
    webhooks.rotate(source.row, by=programs.admin())
    assert source.send(BODY).status_code == 401
    assert middle.send(BODY).status_code == 200


def test_a_revoked_source_is_not_there(source) -> None:
    assert webhooks.revoke(source.row, by=programs.admin())
    assert source.send(BODY).status_code == 404
    assert deliver("nothing", b"{}", {}).status_code == 404


def test_another_teams_account_is_not_there() -> None:
    assert programs.source(factories.TeamFactory(name="West")).send(BODY).status_code == 404


def test_secrets_are_sealed_and_names_are_told_apart(source) -> None:
    other = programs.source()
    assert [source.row.slug, other.row.slug] == ["billing", "billing-2"]
    row = WebhookSource.objects.get(pk=source.row.pk)
    assert source.secret.removeprefix("whsec_") not in row.secret
    assert other.send(BODY).status_code == 200
