"""The driver behind `make test`: what it counts, and what it calls a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import run
from tests.conftest import begins_late
from tests.run import Part

ONE_OF_EACH = """
import pytest

def test_passes(): pass

@pytest.mark.skip(reason="not today")
def test_is_skipped(): pass
"""


@pytest.fixture
def suite(tmp_path: Path, monkeypatch) -> list[str]:
    """A small suite outside of this one: the options that make pytest run it."""
    monkeypatch.setenv("SEED", "7")
    (tmp_path / "test_small.py").write_text(ONE_OF_EACH)
    return [str(tmp_path), "-n0", "-q", "-c", "/dev/null", "-p", "no:django"]


def test_a_skipped_test_passes_outside_of_ci(suite, monkeypatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    assert run.pytest("here", suite, {}) == Part("here", ran=1)


def test_a_skipped_test_is_a_failure_under_ci(suite, monkeypatch) -> None:
    monkeypatch.setenv("CI", "true")
    part = run.pytest("here", suite, {})
    assert part.failed
    assert "1 skipped" in part.note


def test_a_part_without_any_test_is_a_failure(suite) -> None:
    part = run.pytest("here", [*suite, "-k", "no_such_test"], {})
    assert part == Part("here", note="no test was found.", failed=True)


def test_a_failing_test_is_a_failure(suite) -> None:
    Path(suite[0], "test_small.py").write_text("def test_fails(): assert False")
    assert run.pytest("here", suite, {}).failed


def test_a_part_that_cannot_run_here_is_a_failure_under_ci_only(monkeypatch) -> None:
    monkeypatch.setenv("CI", "true")
    assert run.not_here("in the browser", Exception("No Chromium.")).failed
    monkeypatch.setenv("CI", "false")
    assert not run.not_here("in the browser", Exception("No Chromium.")).failed


def test_the_last_line_says_how_many_ran_where() -> None:
    parts = [Part("on SQLite", 412), Part("on PostgreSQL 17.10", 431), Part("in the browser", 12)]
    assert run.summary(parts) == (
        "Tests run: 412 on SQLite, 431 on PostgreSQL 17.10, 12 in the browser. All passed."
    )


def test_the_last_line_names_the_part_that_failed() -> None:
    parts = [Part("on SQLite", 412), Part("in the browser", 0, failed=True)]
    assert run.summary(parts).endswith("Failed: in the browser.")


def test_the_last_line_does_not_call_a_part_passed_that_did_not_run() -> None:
    parts = [Part("on SQLite", 412), Part("in the browser", note="not run. No Chromium.")]
    assert (
        run.summary(parts) == "Tests run: 412 on SQLite, 0 in the browser. Not run: in the browser."
    )


def test_code_is_compiled_once_though_nothing_may_be_written_beside_it(monkeypatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", "")
    with run.compiled_once():
        folder = os.environ["PYTHONPYCACHEPREFIX"]
        subprocess.run([sys.executable, "-c", "import this"], check=True, capture_output=True)
        assert list(Path(folder).rglob("this.*.pyc"))
    assert not Path(folder).exists()


def test_where_code_may_be_written_nothing_changes(monkeypatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    before = dict(os.environ)
    with run.compiled_once():
        assert dict(os.environ) == before


def test_what_touches_no_database_runs_once(request) -> None:
    assert request.node.get_closest_marker("database") is None


def test_what_has_rows_runs_on_both(request, db) -> None:
    assert request.node.get_closest_marker("database")


@pytest.mark.django_db
def test_what_is_marked_runs_on_both(request) -> None:
    assert request.node.get_closest_marker("database")


def test_what_sets_the_database_up_by_itself_runs_on_both(request, django_db_setup) -> None:
    assert request.node.get_closest_marker("database")


@pytest.mark.processes
def test_what_starts_processes_runs_on_both_and_first(request) -> None:
    assert request.node.get_closest_marker("database")
    late = [begins_late(item) for item in request.session.items]
    assert late == sorted(late)
