"""Secrets are planted, and then nothing that anybody reads holds one: pages, rows, logs, output.

Each secret begins with a mark of its own, and the mark is what is looked for, so that a part of a
secret is found too.
"""

import contextlib
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult
from django.apps import apps
from django.conf import settings as django_settings
from django.core.serializers import serialize
from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agents import configs
from agents.models import RoutingRule
from revenue import ingest, sign_in, snapshots, vault
from revenue.models import Event, Mailbox, ModelAccess, Snapshot, User, Workspace
from review import decisions, tasks
from review.models import ApiToken, NoticeChoice, OutboxMessage, ReviewItem, WebhookSource
from tests import factories
from tests.fakes import Reply, StubEndpoint
from tests.races import verbs
from tests.run import ROOT
from tests.test_setup.test_serve import free_port
from tests.test_urls import ADDRESSES, HTMX, OPEN, SIGN_IN, SOME, Stage, as_, stage  # noqa: F401

SECRETS = {
    name: f"cnry{number}x9f2e81c7a0"
    for number, name in enumerate(
        ("key of the model", "mailbox", "SECRET_KEY", "database", "Redis", "links", "person",
         "own mailbox", "vault", "provider", "webhooks of the provider", "signs what comes in",
         "signs what goes out", "typed key of the model")
    )
}  # fmt: skip
SECRETS["vault"] += "A" * 27 + "="  # as long as a key has to be
NOT_SHOWN = {"Set-Cookie"}  # the browser's own session goes to itself alone
KEPT_IN = {"sessions.session", "revenue.workspace", "revenue.user"}  # where secrets live


@pytest.fixture(autouse=True)
def planted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.OPENAI_API_KEY = SECRETS["key of the model"]
    settings.OPENAI_BASE_URL = "http://127.0.0.1:1/v1"
    settings.EMAIL_HOST_PASSWORD = SECRETS["mailbox"]
    settings.EMAIL_HOST, settings.EMAIL_PORT = "smtp.seller.example", 587
    settings.EMAIL_HOST_USER = "rep@seller.example"
    settings.EMAIL_URL = f"smtp+tls://rep:{SECRETS['mailbox']}@smtp.seller.example:587"
    settings.SECRET_KEY = SECRETS["SECRET_KEY"]
    settings.VAULT_KEYS = [SECRETS["vault"]]
    settings.MAIL_PROVIDER = "postmark"
    settings.ANYMAIL = {
        "POSTMARK_SERVER_TOKEN": SECRETS["provider"],
        "WEBHOOK_SECRET": [f"postmark:{SECRETS['webhooks of the provider']}"],
    }
    settings.REDIS_URL = f"redis://:{SECRETS['Redis']}@127.0.0.1:6379/0"
    # The servers of the tests let everybody in, so that a wrong password opens them as well.
    monkeypatch.setitem(connection.settings_dict, "PASSWORD", SECRETS["database"])


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG)
    return caplog


def plant_in_rows() -> None:
    Workspace.objects.update(link_secret=SECRETS["links"])
    sealed, key = vault.seal(SECRETS["own mailbox"])
    Mailbox.objects.update(secret=sealed, key_id=key)
    sealed, key = vault.seal(SECRETS["signs what comes in"])
    WebhookSource.objects.update(secret=sealed, key_id=key)
    sealed, key = vault.seal(SECRETS["signs what goes out"])
    ApiToken.objects.update(callback_secret=sealed, callback_key_id=key)
    typed, typed_key = vault.seal(SECRETS["typed key of the model"])
    ModelAccess.objects.create(pk=1, model="gpt-5", secret=typed, key_id=typed_key)
    for person in User.objects.all():
        NoticeChoice.objects.create(
            user=person, url="https://chat.seller.example/", secret=sealed, key_id=key
        )
    for person in User.objects.all():
        person.set_password(SECRETS["person"])
        person.save(update_fields=["password"])


def found(text: str, sessions: list[str] | None = None) -> list[str]:
    """The names of the secrets that `text` holds, in whole or in part."""
    marks = {name: secret.partition("x")[0] + "x" for name, secret in SECRETS.items()}
    marks |= {f"session {key}": key[:12] for key in sessions or []}
    return [name for name, mark in marks.items() if mark in text]


def shown(response: HttpResponse) -> str:
    headers = [f"{name}: {value}" for name, value in response.items() if name not in NOT_SHOWN]
    body = b"".join(response) if response.streaming else response.content
    return "\n".join([*headers, body.decode(errors="replace")])


def logged(caplog: pytest.LogCaptureFixture) -> str:
    """All records with their arguments and tracebacks, as the product's own line would be."""
    line = logging.Formatter("{levelname} {name} {message}", style="{")
    ours = [record for record in caplog.records if record.name != "mail.log"]  # the test's server
    return "\n".join(line.format(record) for record in ours)


def stored() -> str:
    """Every row that tells of something, with the texts that rows name by their hash."""
    models = [one for one in apps.get_models() if one._meta.label_lower not in KEPT_IN]
    rows = [serialize("json", one._default_manager.all()) for one in models if one is not Snapshot]
    texts = [snapshots.get(key) for key in Snapshot.objects.values_list("hash", flat=True)]
    return "\n".join([*rows, *texts])


# --- pages ----------------------------------------------------------------------------------------


@dataclass
class Visitors:
    stage: Stage
    clients: dict[str, Client]

    def __getitem__(self, who: str) -> Client:
        return self.clients[who]

    @property
    def sessions(self) -> list[str]:
        return [one.session.session_key for who, one in self.clients.items() if who != "nobody"]


@pytest.fixture
def visitors(stage: Stage) -> Visitors:  # noqa: F811
    """Everybody, signed in by what they would type, and somebody who is not."""
    plant_in_rows()
    clients = {"nobody": as_(None)}
    for who, person in stage.people.items():
        clients[who] = as_(None)
        form = {"login": person.username, "password": SECRETS["person"]}
        assert clients[who].post(reverse("account_login"), form).status_code == 302
    return Visitors(stage, clients)


@pytest.mark.django_db
@pytest.mark.parametrize("names", SOME, ids=lambda names: names[0])
def test_no_page_shows_a_secret_to_anybody(
    visitors: Visitors, log: pytest.LogCaptureFixture, names: list[str]
) -> None:
    keys = visitors.sessions
    for name, path in visitors.stage.each(names):
        asked = [("GET", {}), ("GET", HTMX)]
        asked += [("POST", {})] if ADDRESSES[name].verb == "POST" else []
        for who, client in visitors.clients.items():
            for verb, more in asked:
                response = getattr(client, verb.lower())(path, headers=more)
                assert found(shown(response), keys) == [], (name, who, response.status_code)
        assert found(stored(), keys) == [], name
    assert found(logged(log), keys) == []


@pytest.mark.django_db
def test_no_page_of_the_sign_in_shows_a_secret(
    visitors: Visitors, log: pytest.LogCaptureFixture
) -> None:
    args = {"account_confirm_email": ["x"], "account_reset_password_from_key": ["1", "x-y"]}
    form = {"login": "rep", "email": "rep@seller.example", "password": SECRETS["person"] + "!",
            "password1": SECRETS["person"], "password2": SECRETS["person"] + "?",
            "oldpassword": SECRETS["person"] + "!"}  # fmt: skip
    keys = visitors.sessions
    for name in sorted(
        (SIGN_IN | OPEN) - {"account_logout", "unsubscribe", "notices_off", "welcome"}
    ):
        for who in ("nobody", "rep", "admin"):
            path = reverse(name, args=args.get(name, []))
            for response in (visitors[who].get(path), visitors[who].post(path, form)):
                assert found(shown(response), keys) == [], (name, who, response.status_code)
    assert found(logged(log), keys) == []
    assert found(stored(), keys) == []


@pytest.mark.django_db
def test_the_first_page_gives_no_password_back(log: pytest.LogCaptureFixture) -> None:
    form = {"name": "Ada Berg", "email": "ada", "password": SECRETS["person"]}
    for email, status in (("ada", 422), ("ada@harbour.example", 302)):
        response = Client().post(sign_in.welcome_path(), form | {"email": email})
        assert response.status_code == status
        assert found(shown(response)) == []
    assert found(logged(log)) == []
    assert found(stored()) == []


@pytest.mark.django_db
def test_an_error_says_no_secret(
    visitors: Visitors,
    log: pytest.LogCaptureFixture,
) -> None:
    rep, admin = visitors["rep"], visitors["admin"]
    strict = Client(enforce_csrf_checks=True, raise_request_exception=False)
    item = visitors.stage.path("item_approve")
    with connection.execute_wrapper(broken):
        fault = rep.get(reverse("desk"))
    answers = {
        403: [admin.get(reverse("desk")), strict.post(item)],
        404: [rep.get("/accounts/999999/"), rep.get("/nowhere/")],
        409: [rep.post(item, {"revision": 1}), rep.post(item, {"revision": 1}, headers=HTMX)],
        422: [rep.post(visitors.stage.path("item_reject"), {}), admin.post(
            reverse("person_invite"), {"email": "no"})],
        500: [fault],
    }  # fmt: skip
    for status, responses in answers.items():
        for response in responses:
            assert response.status_code == status
            assert found(shown(response), visitors.sessions) == [], status
    assert "Internal Server Error" in logged(log)
    assert found(logged(log), visitors.sessions) == []


@pytest.mark.django_db
def test_the_page_for_developers_says_no_secret_of_the_settings(
    visitors: Visitors, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEBUG = True
    settings.CACHES = {**settings.CACHES, "far": {"LOCATION": settings.REDIS_URL}}
    settings.Q_CLUSTER = {**settings.Q_CLUSTER, "redis": settings.REDIS_URL}
    with connection.execute_wrapper(broken):
        response = visitors["rep"].get(reverse("desk"))
    assert response.status_code == 500
    assert "Q_CLUSTER" in shown(response)
    assert found(shown(response)) == []


def broken(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """The database fails in the middle of a page."""
    if "review_reviewitem" in sql:
        raise DatabaseError("the disk is full")
    return execute(sql, params, many, context)


# --- what others say to us ------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [400, 401, 429, 500, 200])
def test_a_model_that_says_our_key_aloud_is_not_quoted(
    workspace: Workspace, stub_endpoint: Callable[..., StubEndpoint], settings: Any,
    log: pytest.LogCaptureFixture, status: int,
) -> None:  # fmt: skip
    words = f"Incorrect API key provided: {SECRETS['key of the model']}."
    stub_endpoint(Reply(status=status, body=json.dumps({"error": {"message": words}})))
    settings.OPENAI_API_KEY = SECRETS["key of the model"]
    account = factories.prospect()
    ingest.record_signal(
        account=account, kind="imported", source="crm", occurred_at=account.created_at, payload={},
        dedupe_key=f"import:{account.pk}",
    )  # fmt: skip
    tasks.tick()
    admin = as_(factories.UserFactory(username="admin", role="admin", team=None))
    pages = [admin.post(reverse("setup_model_test")), admin.get(reverse("setup_model"))]
    pages.append(as_(account.owner).get(reverse("account", args=[account.pk])))
    assert Event.objects.filter(kind="run.ended", data__state="failed").exists()
    assert [found(shown(page)) for page in pages] == [[], [], []]
    assert found(stored()) == []
    assert found(logged(log)) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [401, 200])
def test_a_key_that_was_typed_is_quoted_by_nobody(
    workspace: Workspace, settings: Any, log: pytest.LogCaptureFixture, status: int
) -> None:
    """Typed, refused, stored, sent, said aloud by the other side, tried, exported, forgotten."""
    settings.OPENAI_API_KEY = settings.OPENAI_BASE_URL = ""
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    secret, account = SECRETS["typed key of the model"], factories.prospect(name="Brookfield")
    words = f"Incorrect API key provided: {secret}."
    admin = as_(factories.UserFactory(username="admin", role="admin", team=None))
    now = configs.active("outreach")
    rule = RoutingRule.objects.get(name="open deal gone silent")
    version = {"prompt": now.prompt, "temperature": 0.3, "max_tokens": 1500, "seen": 1,
               "account": "Brookfield", "rule": rule.pk}  # fmt: skip
    with StubEndpoint(Reply(words, status=status)) as server:
        form = {"url": server.url, "model": "m", "key": secret}
        pages = [
            admin.post(reverse("setup_model_save"), form | {"model": ""}),
            admin.post(reverse("setup_model_save"), form | {"key": f"{secret} "}),
            admin.post(reverse("setup_model_save"), form),
            admin.post(reverse("setup_model_save"), form | {"key": "", "url": "https://x.example"}),
            admin.post(reverse("setup_model_test")),
            admin.get(reverse("setup_model")),
            admin.post(reverse("agent_try", args=["outreach"]), version),
            admin.get(reverse("setup")),
            admin.post(reverse("setup_model_forget")),
        ]
        assert {one.key for one in server.asked} == {f"Bearer {secret}"}
        assert account.name in shown(pages[6])
    assert [found(shown(page)) for page in pages] == [[]] * len(pages)
    assert found(stored()) == []
    assert found(logged(log)) == []


class _Gossip:
    """A mail server that refuses every login and says with what it was tried."""

    def __init__(self, secret: str) -> None:
        self.secret = SECRETS[secret]

    async def auth_PLAIN(self, server: SMTP, args: list[str]) -> AuthResult:
        await server.push(f"535 No: {self.secret}")
        return AuthResult(success=False, handled=True)

    auth_LOGIN = auth_PLAIN


@contextlib.contextmanager
def gossiping(secret: str) -> Iterator[int]:
    server = Controller(
        _Gossip(secret), hostname="127.0.0.1", port=free_port(), auth_require_tls=False,
        authenticator=lambda *_: AuthResult(success=False),
    )  # fmt: skip
    server.start()
    yield server.port
    server.stop(no_assert=True)


@pytest.fixture
def gossip(settings: Any) -> Iterator[None]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    with gossiping("mailbox") as port:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield


@pytest.mark.django_db
def test_a_mail_server_that_says_our_password_aloud_is_not_quoted(
    workspace: Workspace, gossip: None, log: pytest.LogCaptureFixture
) -> None:
    here = verbs.queued()
    tasks.tick()
    admin = as_(factories.UserFactory(username="admin", role="admin", team=None))
    pages = [admin.post(reverse("setup_mailbox_test")), admin.get(reverse("setup_mailbox"))]
    rep = as_(here.rep)
    addresses = [reverse("outbox"), reverse("outbox_message", args=[here.message.pk])]
    pages += [rep.get(address) for address in addresses]
    here.message.refresh_from_db()
    assert here.message.provider_answer.startswith("No connection to the mail server: 535")
    assert [found(shown(page)) for page in pages] == [[], [], [], []]
    assert found(stored()) == []
    assert found(logged(log)) == []


def _gossips_by_imap(server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            line, _ = server.accept()
            with line, line.makefile("rwb", 0) as heard, contextlib.suppress(OSError):
                heard.write(b"* OK IMAP4rev1\r\n")
                for said in heard:
                    tag, _, command = said.partition(b" ")
                    answer = b"NO with " if command.startswith(b"LOGIN") else b"OK "
                    heard.write(b"* CAPABILITY IMAP4rev1\r\n" + tag + b" " + answer + said)


@pytest.mark.django_db(transaction=True)
def test_a_reps_servers_that_say_their_password_aloud_are_not_quoted(
    workspace: Workspace, settings: Any, log: pytest.LogCaptureFixture
) -> None:
    settings.TRUSTED_HOSTS = ["127.0.0.1"]
    here = verbs.pending()
    rep = as_(here.rep)
    with socket.create_server(("127.0.0.1", 0)) as imap, gossiping("own mailbox") as smtp:
        threading.Thread(target=_gossips_by_imap, args=[imap], daemon=True).start()
        form = {
            "address": "rep@seller.example", "password": SECRETS["own mailbox"],
            "provider": "other", "smtp_host": "127.0.0.1", "smtp_port": smtp,
            "smtp_security": "none", "imap_host": "127.0.0.1",
            "imap_port": imap.getsockname()[1], "imap_security": "none",
        }  # fmt: skip
        pages = [rep.post(reverse("own_mailbox_connect"), form)]
        pages.append(rep.post(reverse("own_mailbox_connect"), form | {"smtp_port": "x"}))
        assert pages[0].content.count(b"refused the login") == 2
        Mailbox.objects.update(tested_at=here.item.created_at)
        item = ReviewItem.objects.get(pk=here.item.pk)
        decisions.approve(item, by=here.rep, revision=1)
        Mailbox.objects.update(read_due_at=here.item.created_at)
        tasks.tick()
    message = OutboxMessage.objects.get()
    assert "535 No: " in message.provider_answer
    assert "It said: with" in Mailbox.objects.get().fault
    names = ["own_mailbox", "outbox", "mailboxes"]
    manager = as_(here.manager)
    pages += [(manager if name == "mailboxes" else rep).get(reverse(name)) for name in names]
    assert [found(shown(page)) for page in pages] == [[]] * 5
    assert found(stored()) == []
    assert found(logged(log)) == []


# --- commands -------------------------------------------------------------------------------------


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Of a process: all secrets, and every logger at its loudest."""
    return os.environ | {
        "DATABASE_URL": database_url.replace("@/", f":{SECRETS['database']}@/"),
        "OPENAI_API_KEY": SECRETS["key of the model"],
        "EMAIL_URL": f"smtp://rep:{SECRETS['mailbox']}@127.0.0.1:1",
        "SECRET_KEY": SECRETS["SECRET_KEY"],
        "VAULT_KEYS": SECRETS["vault"],
        "LOG_LEVEL": "DEBUG",
        **more,
    }


def said(*arguments: str, env: dict[str, str], stdin: str = "") -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=env, input=stdin, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120,
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_no_command_prints_a_secret(database_url: str, workspace: Workspace) -> None:
    env = environment(database_url)
    mail = "From: a@b.example\nTo: c@d.example\nSubject: Hello\n\nHello\n"
    commands = [
        (("seed_demo", "--days", "2"), ""),
        (("seed_demo",), ""),
        (("invite", "pat", "pat@seller.example"), ""),
        (("simulate", "--days", "1"), ""),
        (("import_crm", "tests/data/mails"), ""),
        (("receive_mail",), mail),
        (("verify_log",), ""),
        (("rotate_keys",), ""),
        (("rotate_keys", "--new-key"), ""),
        (("check", "--deploy"), ""),
        (("nothing_like_it",), ""),
    ]
    for arguments, stdin in commands:
        code, words = said(*arguments, env=env, stdin=stdin)
        assert code in (0, 1), (arguments, words)
        assert found(words) == [], arguments
    plant_in_rows()
    assert found(said("verify_log", env=env)[1]) == []
    assert found(stored()) == []


@pytest.mark.processes
@pytest.mark.parametrize(
    "broken",
    [
        {"DATABASE_URL": "postgres://u:{}@127.0.0.1:1/x"},
        {"DATABASE_URL": "postgres://u:{}/y@127.0.0.1:1/x"},
        {"DATABASE_URL": "mysql://u:{}@127.0.0.1:1/x"},
        {"DATABASE_URL": "{}"},
        {"EMAIL_URL": "smtp://u:{}/y@127.0.0.1:1"},
        {"EMAIL_URL": "smtp://u:{}[y@127.0.0.1:1"},
        {"EMAIL_URL": "{}://u"},
        {"REDIS_URL": "redis://:{}/y@127.0.0.1:1/0"},
        {"REDIS_URL": "redis://:{}@127.0.0.1:1/0"},
        {"VAULT_KEYS": "{}"},
    ],
    ids=lambda broken: " ".join(map(": ".join, broken.items())),
)
def test_an_address_that_cannot_be_read_is_refused_without_its_password(
    broken: dict[str, str],
) -> None:
    env = os.environ | {name: url.format(SECRETS["database"]) for name, url in broken.items()}
    ask = "from django.core.cache import cache; cache.get('x')"
    code, words = said("shell", "-c", ask, env=env)
    assert code
    assert "Error" in words or "cannot be read" in words
    assert found(words) == []


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_what_serve_prints_is_no_secret(database_url: str, workspace: Workspace) -> None:
    plant_in_rows()
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)], cwd=ROOT, text=True,
        env=environment(database_url), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C stops it" in line:
                time.sleep(2)  # the worker and the tick have their say
                process.send_signal(signal.SIGTERM)
    finally:
        process.kill()
        process.wait()
    assert "Stopped." in "".join(lines)
    assert found("".join(lines)) == []


# --- the search itself ----------------------------------------------------------------------------


def test_a_secret_is_found_in_whole_and_in_part() -> None:
    assert found("the key cnry0x9f…") == ["key of the model"]
    assert found(f"session={'a' * 32}", ["a" * 32]) == [f"session {'a' * 32}"]
    assert found("nothing") == []
    assert set(SECRETS.values()) > {django_settings.SECRET_KEY, django_settings.OPENAI_API_KEY}
