"""How the model is reached: the environment first, the address rule, a key that nobody reads."""

import asyncio
import socket
from typing import Any

import pytest

from agents import llm
from revenue import model_access, vault
from revenue.model_access import Access, AccessError
from revenue.models import Event, ModelAccess
from tests.agents.asking import GOOD, Verdict, call
from tests.factories import UserFactory
from tests.fakes import Reply, StubEndpoint

pytestmark = pytest.mark.django_db
KEY = "sk-typed-0123456789"
URL = "https://models.example/v1"


@pytest.fixture(autouse=True)
def _no_environment(settings: Any) -> None:
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""


def save(**more: str) -> list[str]:
    values = {"url": URL, "model": "gpt-5", "key": KEY} | more
    return model_access.save(by=UserFactory(username="ada", role="admin"), **values)


def test_without_anything_it_is_the_offline_writer() -> None:
    assert model_access.current() == Access("", "", "offline-writer", "")
    assert model_access.current().is_offline


def test_what_was_typed_counts() -> None:
    assert save() == ["url", "model", "key"]
    assert model_access.current() == Access("page", URL, "gpt-5", KEY)


def test_what_the_environment_says_counts_alone(settings: Any) -> None:
    save()
    settings.OPENAI_API_KEY = "sk-environment"
    assert model_access.current() == Access(
        "environment", "", settings.OPENAI_MODEL, "sk-environment"
    )


def test_the_key_is_sealed_and_nothing_shows_it() -> None:
    save()
    row = ModelAccess.objects.get()
    assert KEY not in row.secret
    assert KEY not in repr(model_access.current())
    assert KEY not in str([event.data for event in Event.objects.all()])
    assert Event.objects.get(kind="model.changed").data == {"fields": ["key", "model", "url"]}


def test_a_new_key_of_the_vault_takes_it_along(settings: Any) -> None:
    save()
    settings.VAULT_KEYS = [vault.make_key()]
    assert vault.rotate().done == 1
    assert model_access.current().key == KEY


def test_a_key_whose_vault_key_is_gone_is_told() -> None:
    save()
    ModelAccess.objects.update(key_id="gone")
    assert model_access.current() == Access("page", URL, "gpt-5", "", is_lost=True)


def test_an_empty_key_keeps_the_one_that_is_stored() -> None:
    save()
    assert save(key="", model="gpt-5-mini") == ["model"]
    assert model_access.current().key == KEY


def test_the_kept_key_is_not_sent_to_another_address() -> None:
    save()
    with pytest.raises(AccessError, match="Type the key again") as error:
        save(url="https://elsewhere.example/v1", key="")
    assert error.value.field == "key"
    assert model_access.current().url == URL


def test_a_server_without_a_key_needs_an_address() -> None:
    assert save(key="") == ["url", "model"]
    model_access.forget(by=UserFactory(username="ada", role="admin"))
    with pytest.raises(AccessError, match="Type the key, or the address"):
        save(url="", key="")
    assert not ModelAccess.objects.exists()


def test_what_is_forgotten_is_gone() -> None:
    save()
    ada = UserFactory(username="ada", role="admin")
    assert [model_access.forget(by=ada) for _ in range(2)] == [True, False]
    assert model_access.current().is_offline


# --- 70: the address ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("file:///etc/passwd", "https://"),
        ("http://models.example/v1", "https://"),
        ("https://169.254.169.254/latest", "169.254.169.254"),
        ("https://127.0.0.1:11434/v1", "127.0.0.1"),
        ("https://[::1]/v1", "::1"),
        ("https://2130706433/v1", "write the name of the host"),
        ("https://user:pass@models.example/v1", "user name or a password"),
        ("nonsense", "https://"),
    ],
)
def test_70_an_address_that_is_not_called_is_refused(url: str, words: str) -> None:
    with pytest.raises(AccessError, match="Address not allowed") as error:
        save(url=url)
    assert words in str(error.value)
    assert error.value.field == "url"
    assert not ModelAccess.objects.exists()


def asked(access: Access) -> llm.Answer:
    wish = call()
    [answer] = llm.complete_all([llm.Call(**(vars(wish) | {"access": access, "seconds": 20}))])
    return answer


def test_70_a_name_that_leads_into_a_private_network_is_not_called(monkeypatch: Any) -> None:
    """The resolver is the outside world: it plays a name that was turned around since."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 443))]

    async def resolve(*args: Any, **more: Any) -> Any:
        return found

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", resolve)
    answer = asked(Access("page", URL, "m", KEY))
    assert answer.error == (
        "The model was not asked: address not allowed: models.example is 10.0.0.5, a private "
        "network."
    )


def test_70_a_redirect_is_not_followed(settings: Any) -> None:
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    away = Reply(status=302, headers={"location": "http://10.0.0.5/"}, body="")
    with StubEndpoint(away) as server:
        answer = asked(Access("page", server.url, "m", KEY))
    assert "redirect" in answer.error


def test_a_trusted_host_is_asked_with_the_key_that_was_typed(settings: Any) -> None:
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    with StubEndpoint(Reply(GOOD)) as server:
        answer = asked(Access("page", server.url, "m", KEY))
        assert server.asked[0].key == f"Bearer {KEY}"
    assert answer.value == Verdict(**GOOD)


def test_an_endpoint_that_repeats_the_key_does_not_bring_it_here(settings: Any) -> None:
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    with StubEndpoint(Reply(f"Your key is {KEY}"), Reply(f"It is {KEY}")) as server:
        answer = asked(Access("page", server.url, "m", KEY))
    assert KEY not in f"{answer}"
    assert "•••" in answer.raw
