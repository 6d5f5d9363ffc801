"""The static files as they are served for real."""

import re
from pathlib import Path

import pytest
from django.core.management import call_command

HASHED = re.compile(r"\.[0-9a-f]{12}\.js$")
FROM = re.compile(r'from\s+"\./([^"]+)"')


@pytest.fixture
def collected(settings, tmp_path: Path) -> Path:
    hashed = {"BACKEND": "revenue.static_files.HashedFiles"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": hashed}
    settings.STATIC_ROOT = tmp_path
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_scripts_import_each_other_by_hashed_names(collected) -> None:
    """Each by one name: a module under two addresses would be two modules, each with its state."""
    scripts = [path for path in (collected / "js").rglob("*.js") if HASHED.search(path.name)]
    named = [
        (path.parent / name) for path in scripts for name in FROM.findall(path.read_text("utf-8"))
    ]
    desk = list((collected / "js/desk").glob("*.js"))
    assert len(set(named)) == len([path for path in desk if HASHED.search(path.name)]) - 1
    assert [path for path in named if not (HASHED.search(path.name) and path.exists())] == []
