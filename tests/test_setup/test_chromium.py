"""Which Chromium is taken, and what is said when there is none."""

from pathlib import Path

import pytest

from tests import chromium


def program(path: Path, text: str) -> str:
    path.write_text(text)
    path.chmod(0o755)
    return str(path)


def test_the_one_in_the_environment_is_taken(tmp_path, monkeypatch) -> None:
    mine = program(tmp_path / "mine", "#!/bin/sh\necho Chromium 150\n")
    monkeypatch.setenv("CHROMIUM_PATH", mine)
    assert chromium.ensure() == mine


def test_one_in_the_environment_that_does_not_start_is_named(monkeypatch) -> None:
    monkeypatch.setenv("CHROMIUM_PATH", "/nowhere/chromium")
    with pytest.raises(chromium.Unavailable, match=r"CHROMIUM_PATH: /nowhere/chromium does not"):
        chromium.ensure()


def test_a_program_on_the_path_that_only_prints_advice_is_passed_over(
    tmp_path, monkeypatch
) -> None:
    program(tmp_path / "chromium", "#!/bin/sh\necho use snap\nexit 1\n")
    chrome = program(tmp_path / "google-chrome", "#!/bin/sh\necho Google Chrome 150\n")
    monkeypatch.delenv("CHROMIUM_PATH", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert chromium.find() == chrome


def test_an_installer_that_fails_is_quoted_in_one_line(capsys) -> None:
    assert not chromium.attempt(["sh", "-c", "echo one; echo E: no such package; exit 1"])
    assert capsys.readouterr().out == "It failed: E: no such package\n"
