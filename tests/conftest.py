"""What every test stands on: no network, one seed, the database that DATABASE_URL names."""

import gc
import os
from collections.abc import Iterator
from datetime import datetime, time, timedelta
from urllib.parse import quote

import hypothesis
import pytest
from django.conf import settings
from django.db import connection

from revenue import clock as revenue_clock
from revenue import workspace as workspaces
from revenue.models import Workspace
from review.practice import planting
from tests import emptying, migrated, network
from tests.ear import ear  # noqa: F401
from tests.fakes import scripted_model, stub_endpoint  # noqa: F401
from tests.imap import imap  # noqa: F401
from tests.smtp import smtp  # noqa: F401

os.environ.setdefault("SEED", "1")  # one commit, one outcome; `make soak` draws its own
SEED = int(os.environ["SEED"])
DATABASE_MARKS = {"django_db", "processes", "postgres"}
gc.set_threshold(20_000, 20, 20)  # a fifth of the time went into looking for garbage

# Two busy cores make single examples slow now and then; that is no finding.
hypothesis.settings.register_profile("countersign", deadline=None, print_blob=True)
hypothesis.settings.load_profile("countersign")


def pytest_configure() -> None:
    network.forbid()
    emptying.quicken()
    migrated.use()


def pytest_report_header() -> str:
    return f"database: {engine()}, SEED={SEED}"


def engine() -> str:
    return settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    for item in items:
        if touches_the_database(item):
            item.add_marker(pytest.mark.database)
        if item.get_closest_marker("postgres") and engine() != "postgresql":
            item.add_marker(pytest.mark.skip(reason="needs PostgreSQL: set DATABASE_URL"))
    yield
    items.sort(key=begins_late)


def touches_the_database(item: pytest.Item) -> bool:
    """Itself, or by processes that it starts: then the two databases may answer differently."""
    marked = any(mark.name in DATABASE_MARKS for mark in item.iter_markers())
    return marked or "django_db_setup" in item.fixturenames


def begins_late(item: pytest.Item) -> bool:
    """Last are those that only compute: what waits for processes overlaps with them, and no worker
    is left alone with a long one in the end."""
    return item.get_closest_marker("processes") is None


def pytest_collection_finish() -> None:
    """What is here stays until the end, and need not be searched for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.failed and "seed" in getattr(item, "fixturenames", ()):
        report.sections.append(("seed", f"SEED={SEED}"))
    return report


@pytest.fixture
def seed() -> int:
    """The number that all randomness of a test comes from; set SEED to repeat a failure."""
    return SEED


@pytest.fixture(autouse=True)
def _nothing_left_the_machine() -> Iterator[None]:
    before = len(network.refused)
    yield
    assert network.refused[before:] == []


@pytest.fixture(autouse=True)
def _nobody_practises(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a practice draft is due depends on the hour; its own tests say when it is."""
    monkeypatch.setattr(planting, "CHANCE", 0.0)


@pytest.fixture(autouse=True)
def _the_clock_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise PostgreSQL is asked the time again in the middle of a test that counts queries."""
    monkeypatch.setattr(revenue_clock, "ASK_AGAIN", 3600.0)


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The database of this test, for a process that the test starts."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    host = database["HOST"] or database["OPTIONS"].get("host", "")
    login = quote(database["USER"]) + (
        f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    )
    port = f"&port={database['PORT']}" if database["PORT"] else ""
    return f"postgres://{login}@/{database['NAME']}?host={quote(host, safe='/')}{port}"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    """The time of this test: the database's, moved forward by `travel`."""
    return Clock(monkeypatch)


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead = timedelta()
        self._real = revenue_clock.now
        monkeypatch.setattr(revenue_clock, "now", self.now)

    def now(self) -> datetime:
        return self._real() + self.ahead

    def travel(self, **distance: float) -> None:
        self.ahead += timedelta(**distance)

    def at(self, moment: datetime) -> None:
        """It is this moment now, and goes on from there."""
        self.ahead = moment - self._real()


@pytest.fixture
def workspace(db: None) -> Workspace:
    """A company that may send at any hour, and as much as a test likes: identity and mailbox are
    set up. Hours and caps have their own tests."""
    row = workspaces.load()
    row.company, row.postal_address = "Harbour Supply", "1 Quay Street, Springfield"
    row.mailbox_tested_at = revenue_clock.now()
    row.opens_at = row.closes_at = time()
    row.sends_on_weekends = row.sends_on_holidays = True
    for cap in ("mailbox", "domain", "account", "contact"):
        setattr(row, f"{cap}_cap", 30_000)
    row.contact_cap_14_days = 30_000
    row.save()
    return row
