"""The driver behind `make test`: what it counts, and what it calls a failure."""

from pathlib import Path

import pytest

from tests import run
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
