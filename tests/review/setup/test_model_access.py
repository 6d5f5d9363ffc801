"""Address and key of the model, as an admin types them: sealed, said nowhere, refused in words."""

import pytest
from django.urls import reverse

from agents import configs
from revenue.models import Event, ModelAccess
from review.models import Lane
from tests.fakes import Reply, StubEndpoint
from tests.review.agents.pages import lane
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
KEY = "sk-typed-0123456789"
FORM = {"url": "https://models.example/v1", "model": "gpt-5", "key": KEY}


@pytest.fixture(autouse=True)
def _no_environment(settings) -> None:
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""


def save(**more: str):
    return client("admin").post(reverse("setup_model_save"), FORM | more)


def look() -> str:
    return text(client("admin").get(reverse("setup_model")))


def test_what_is_typed_is_used_from_then_on() -> None:
    assert save().status_code == 302
    said = look()
    assert "gpt-5 at models.example" in said
    assert "A key is stored" in said
    assert KEY not in said
    assert "gpt-5" in text(client("admin").get(reverse("agents")))


def test_the_key_is_stored_sealed_and_logged_nowhere() -> None:
    save()
    assert KEY not in ModelAccess.objects.get().secret
    assert Event.objects.get(kind="model.changed").data["fields"] == ["key", "model", "url"]


def test_saving_the_same_twice_keeps_the_key_and_says_so() -> None:
    save()
    answer = client("admin").post(reverse("setup_model_save"), FORM | {"key": ""}, follow=True)
    assert "Nothing was changed." in text(answer)
    assert Event.objects.filter(kind="model.changed").count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "https://169.254.169.254/v1"}, "169.254.169.254"),
        ({"url": "https://me:secret@models.example/v1"}, "user name or a password"),
        ({"url": "file:///etc/passwd"}, "Address not allowed"),
        ({"url": "http://models.example/v1"}, "https://"),
        ({"url": "x" * 301}, "at most 300"),
        ({"model": ""}, "as its provider spells it"),
        ({"model": "two words"}, "without spaces"),
        ({"key": "sk with spaces"}, "A key has no spaces"),
        ({"key": "schlüssel"}, "A key has no spaces"),
        ({"url": "", "key": ""}, "Type the key, or the address"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(change: dict[str, str], words: str) -> None:
    answer = save(**change)
    assert answer.status_code == 422
    assert words in text(answer)
    assert KEY not in text(answer)
    assert not ModelAccess.objects.exists()


def test_another_address_asks_for_the_key_again() -> None:
    save()
    answer = save(url="https://elsewhere.example/v1", key="")
    assert answer.status_code == 422
    assert "Type the key again" in text(answer)


def test_another_model_begins_the_evidence_anew_and_a_key_alone_does_not() -> None:
    save()
    row = lane("outreach.first_email", state=Lane.State.AUTO)
    save(key="sk-another-9876543210")
    row.refresh_from_db()
    assert row.state == Lane.State.AUTO
    save(model="gpt-5-mini")
    row.refresh_from_db()
    assert row.state == Lane.State.REVIEW


def test_an_agent_with_a_model_of_its_own_keeps_its_evidence_but_of_what_others_feed() -> None:
    configs.publish("outreach", prompt="Write.", by="system", model="gpt-4.1")
    fed = lane("outreach.first_email", state=Lane.State.AUTO)
    own = lane("outreach.follow_up", state=Lane.State.AUTO)
    assert "begins the evidence of First mail anew" in look()
    save()
    for row, state in ((fed, Lane.State.REVIEW), (own, Lane.State.AUTO)):
        row.refresh_from_db()
        assert row.state == state


def test_the_environment_wins_and_the_page_says_so(settings) -> None:
    save()
    row = lane("outreach.first_email", state=Lane.State.AUTO)
    settings.OPENAI_API_KEY = "sk-environment"
    assert "count before anything that is typed here" in look()
    assert f"{settings.OPENAI_MODEL} at api.openai.com" in look()
    save(model="gpt-5-mini")
    row.refresh_from_db()
    assert row.state == Lane.State.AUTO


def test_a_test_call_goes_to_what_was_typed_and_says_what_it_cost(settings) -> None:
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    settings.MODEL_PRICES = {"gpt-5": [10, 10, 10], "scripted": [10, 10, 10]}
    chosen = {"agent": "outreach", "verdict": "run", "reason": "They answered."}
    with StubEndpoint(Reply(chosen)) as server:
        save(url=server.url)
        answer = client("admin").post(reverse("setup_model_test"))
        assert server.asked[0].key == f"Bearer {KEY}"
    assert "It cost $0.0012" in text(answer)


def test_a_key_that_cannot_be_opened_any_more_is_told() -> None:
    save()
    ModelAccess.objects.update(key_id="gone")
    assert "Type it again." in look()


def test_it_can_be_forgotten_once() -> None:
    save()
    forget = reverse("setup_model_forget")
    assert client("admin").post(forget).status_code == 302
    assert not ModelAccess.objects.exists()
    answer = client("admin").post(forget)
    assert answer.status_code == 409
    assert "There is no address or key to forget." in text(answer)


def test_only_an_admin_and_only_by_post() -> None:
    refuses(reverse("setup_model_save"), "rep", "manager")
    refuses(reverse("setup_model_forget"), "rep", "manager")
    assert not ModelAccess.objects.exists()
