"""A token: shown once, kept as a hash, good for its scope, its team and 120 requests a minute."""

import pytest
from django.core.serializers import serialize

from review.doors import tokens
from review.models import ApiToken
from tests import factories
from tests.review.doors import programs
from tests.review.doors.programs import error

pytestmark = pytest.mark.django_db
BODY = {"domain": "brookfield.example", "kind": "intent", "payload": {"topic": "lifts"},
        "dedupe_key": "a"}  # fmt: skip


@pytest.fixture(autouse=True)
def account():
    return factories.AccountFactory(domain="brookfield.example")


def test_a_token_lets_in_and_is_kept_as_a_hash() -> None:
    program = programs.reporter()
    assert program.post("/api/signals", BODY).status_code == 201
    assert program.token not in serialize("json", ApiToken.objects.all())
    assert program.token.startswith(program.row.prefix)
    program.row.refresh_from_db()
    assert program.row.last_used_at is not None


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Bearer",
        "Bearer cs_nothing",
        "Basic Y3M6eA==",
        "Bearer \u20ac",
        "cs_nothing",
        "Bearer x y",
    ],
)
def test_nobodys_token_is_refused(authorization: str) -> None:
    program = programs.reporter()
    response = program.post("/api/signals", BODY, Authorization=authorization)
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"
    assert error(response)["code"] == "no_token"
    assert len(error(response)["reference"]) == 12


def test_a_revoked_token_is_refused_at_once() -> None:
    program = programs.reporter()
    assert tokens.revoke(program.row, by=programs.admin())
    assert not tokens.revoke(program.row, by=programs.admin())
    assert program.post("/api/signals", BODY).status_code == 401


def test_a_token_of_another_scope_is_refused() -> None:
    assert programs.writer().post("/api/signals", BODY).status_code == 403
    response = programs.reporter().draft({})
    assert (response.status_code, error(response)["code"]) == (403, "wrong_scope")
    assert programs.reporter().get("/api/accounts/1/context").status_code == 403


def test_more_than_120_requests_in_a_minute_wait(clock: object) -> None:
    program = programs.reporter()
    ApiToken.objects.update(
        minute=clock.now().replace(second=0, microsecond=0), calls=tokens.PER_MINUTE - 1
    )
    assert program.post("/api/signals", BODY).status_code == 201
    response = program.post("/api/signals", BODY)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= 60
    clock.travel(minutes=1)
    assert program.post("/api/signals", BODY).status_code == 200


def test_another_teams_accounts_are_not_there(account) -> None:
    west = factories.TeamFactory(name="West")
    for program, status in ((programs.reporter(west), 404), (programs.reporter(), 201)):
        assert program.post("/api/signals", BODY).status_code == status
    writer = programs.writer(west)
    assert writer.get(f"/api/accounts/{account.pk}/context").status_code == 404
    factories.ContactFactory(account=account)
    assert writer.draft(programs.a_draft(account)).status_code == 404


def test_an_account_of_nobody_is_no_teams(account) -> None:
    team = account.owner.team
    account.owner = None
    account.save()
    assert programs.reporter(team).post("/api/signals", BODY).status_code == 404


@pytest.mark.parametrize("path", ["/api/signals", "/api/drafts", "/hooks/signals/billing",
                                  "/hooks/mail/postmark/tracking/"])  # fmt: skip
def test_looking_at_an_address_for_programs_changes_nothing(path: str) -> None:
    response = programs.reporter().get(path)
    assert (response.status_code, response["Allow"]) == (405, "POST")
