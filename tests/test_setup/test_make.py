"""`make` and `.ci/run` on a machine that lacks something."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.run import ROOT

OLD_PYTHON = '#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.2 && exit 0\nexit 1\n'


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in ("Makefile", "uv.lock", ".ci/run"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def program(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


def run(*command: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def test_an_old_python_is_named_with_what_to_do(clone) -> None:
    old = program(clone / "python-old", OLD_PYTHON)
    answer = run("make", "run", f"PYTHON={old}", folder=clone)
    assert answer.returncode == 2
    assert "Countersign needs Python 3.11 or newer; this machine has Python 3.9.2." in answer.stderr
    assert "make run PYTHON=/path/to/python3.11" in answer.stderr


def test_a_machine_without_python_is_told_so(clone) -> None:
    tools = clone / "tools"
    tools.mkdir()
    for name in ("make", "sh", "echo"):
        (tools / name).symlink_to(shutil.which(name))
    answer = run("make", "test", folder=clone, PATH=str(tools))
    assert answer.returncode == 2
    assert "this machine has none." in answer.stderr


def test_a_python_without_venv_is_told_which_package_is_missing(clone) -> None:
    bare = program(clone / "bare", '#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\nexit 0\n')
    answer = run("make", "run", f"PYTHON={bare}", folder=clone)
    assert answer.returncode == 2
    assert "apt-get install python3-venv" in answer.stderr


def test_the_ci_calls_make_test_and_tells_it_so(clone) -> None:
    (clone / "Makefile").write_text("test:\n\t@echo CI=$$CI\n")
    assert run(str(clone / ".ci/run"), folder=clone).stdout == "CI=true\n"


def test_the_ci_fails_when_the_tests_fail(clone) -> None:
    (clone / "Makefile").write_text("test:\n\t@exit 1\n")
    assert run(str(clone / ".ci/run"), folder=clone).returncode != 0


def test_packages_that_cannot_be_downloaded_say_what_to_do(clone) -> None:
    (clone / ".venv/bin").mkdir(parents=True)
    program(clone / ".venv/bin/uv", "#!/bin/sh\necho error: no network >&2\nexit 2\n")
    answer = run("make", "run", folder=clone)
    assert answer.returncode == 2
    assert "error: no network" in answer.stderr
    assert "With a network, run make again" in answer.stderr
    assert not (clone / ".venv/.run").exists()
