"""What the suite stands on."""

import ast
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from revenue import settings as settings_file
from revenue.models import User
from tests.conftest import SEED
from tests.run import ROOT


def test_no_key_or_mailbox_of_the_machine_reaches_the_suite() -> None:
    assert (settings.OPENAI_API_KEY, settings.EMAIL_URL, settings.REDIS_URL) == ("", "", "")


def test_the_state_of_the_suite_is_not_that_of_the_desk() -> None:
    assert settings.STATE_DIR != settings.BASE_DIR / ".state"


def test_the_seed_is_the_one_in_the_header(seed) -> None:
    assert seed == SEED


def settings_of(folder: Path, name: str, **variables: str) -> str:
    """What a setting is in a process that starts with these variables and this file."""
    code = f"from revenue import settings; print(settings.{name})"
    path = {**os.environ, "STATE_DIR": str(folder), "ENV_FILE": str(folder / ".env"), **variables}
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=path, capture_output=True, text=True, check=True
    )
    return answer.stdout.strip()


def test_settings_in_a_file_outlive_a_restart_and_the_environment_comes_first(tmp_path) -> None:
    (tmp_path / ".env").write_text("EMAIL_URL=smtp+tls://moses:word%40@smtp.seller.example:587\n")
    assert settings_of(tmp_path, "EMAIL_HOST") == "smtp.seller.example"
    assert settings_of(tmp_path, "EMAIL_HOST_PASSWORD") == "word@"
    other = {"EMAIL_URL": "smtp://smtp.other.example:25"}
    assert settings_of(tmp_path, "EMAIL_HOST", **other) == "smtp.other.example"
    assert settings_of(tmp_path, "EMAIL_URL", ENV_FILE="") == ""


def test_named_prices_come_to_the_known_ones(tmp_path) -> None:
    named = {"MODEL_PRICES": '{"gpt-5": [1, 2, 3], "own": [0, 0, 0]}'}
    found = ast.literal_eval(settings_of(tmp_path, "MODEL_PRICES", **named))
    assert found == {**settings.MODEL_PRICES, "gpt-5": [1, 2, 3], "own": [0, 0, 0]}
    assert found["gpt-4.1"] == [2.0, 0.5, 8.0]


@pytest.mark.parametrize(("shipped", "said"), [
    ({}, "gpt-5=1"), ({}, "[1, 2, 3]"), ({}, '{"gpt-5": [1, 10]}'), ({}, '{"gpt-5": "123"}'),
    ({}, '{"gpt-5": 1}'), ([5, 5, 25], "[1, -1, 1]"), ([5, 5, 25], "[1, NaN, 1]"),
    ([5, 5, 25], '{"gpt-5": [1, 1, 1]}'),
])  # fmt: skip
def test_a_price_that_cannot_be_read_stops_the_start(monkeypatch, shipped: Any, said: str) -> None:
    monkeypatch.setitem(settings_file.env.ENVIRON, "PRICE", said)
    with pytest.raises(ImproperlyConfigured, match="PRICE: use three numbers, none below zero"):
        settings_file.prices("PRICE", shipped, "[5, 5, 25]")


def test_commands_use_the_address_that_was_served_last(tmp_path) -> None:
    assert settings_of(tmp_path, "SITE_URL") == "http://127.0.0.1:8000"
    (tmp_path / "address").write_text("http://127.0.0.1:8133\n")
    assert settings_of(tmp_path, "SITE_URL") == "http://127.0.0.1:8133"
    named = {"SITE_URL": "https://desk.seller.example/"}
    assert settings_of(tmp_path, "SITE_URL", **named) == "https://desk.seller.example"


@pytest.mark.django_db(transaction=True)
def test_another_process_sees_what_a_test_committed(database_url) -> None:
    User.objects.create_user("rita", "rita@northwind.example", "secret-secret")
    table = User._meta.db_table
    if urlsplit(database_url).scheme == "sqlite":
        other = sqlite3.connect(database_url.removeprefix("sqlite:///"))
    else:
        other = psycopg.connect(database_url)
    query = f"SELECT count(*) FROM {table} WHERE username = 'rita'"
    assert other.execute(query).fetchone() == (1,)
    other.close()


@pytest.mark.django_db
def test_sqlite_runs_as_in_production() -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


@pytest.mark.django_db
@pytest.mark.postgres
def test_postgresql_compiles_no_query() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_how_a_connection_begins_may_be_said_in_the_address(tmp_path) -> None:
    url = "postgres://moses@db.example/sales?options=-c%20jit=on"
    options = settings_of(tmp_path, "DATABASES['default']['OPTIONS']", DATABASE_URL=url)
    assert options == "{'options': '-c jit=on'}"
