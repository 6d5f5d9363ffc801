"""What the suite stands on."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

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
