"""What the suite stands on."""

import sqlite3
from urllib.parse import urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from revenue.models import User
from tests.conftest import SEED


def test_no_key_or_mailbox_of_the_machine_reaches_the_suite() -> None:
    assert (settings.OPENAI_API_KEY, settings.EMAIL_URL, settings.REDIS_URL) == ("", "", "")


def test_the_state_of_the_suite_is_not_that_of_the_desk() -> None:
    assert settings.STATE_DIR != settings.BASE_DIR / ".state"


def test_the_seed_is_the_one_in_the_header(seed) -> None:
    assert seed == SEED


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
