"""docs/api.md: its blocks run in their order, as they stand, against a real server."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from agents.models import Draft
from revenue import signal_kinds
from revenue.models import Signal
from review import fates
from review.models import ReviewItem
from tests import factories
from tests.house import ROOT
from tests.review.doors import programs

TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# curl, for a machine that has none: what the blocks use of it.
CURL = """#!{python}
import sys, urllib.request
url, *rest = [one for one in sys.argv[1:] if one != "-sf"]
headers = dict(b.split(": ", 1) for a, b in zip(rest, rest[1:]) if a == "-H")
data = [b.encode() for a, b in zip(rest, rest[1:]) if a == "-d"]
request = urllib.request.Request(url, data[0] if data else None, headers)
sys.stdout.buffer.write(urllib.request.urlopen(request).read())
"""


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """A PATH on which python3 and curl are to be found."""
    (tmp_path / "python3").symlink_to(sys.executable)
    curl = tmp_path / "curl"
    curl.write_text(CURL.format(python=sys.executable))
    curl.chmod(0o755)
    return {"PATH": f"{os.environ['PATH']}:{tmp_path}", "HOME": str(tmp_path)}


@pytest.mark.django_db(transaction=True)
def test_every_block_of_the_document_runs(
    workspace, live_server, shell, tmp_path, settings
) -> None:
    account = factories.prospect(domain="brookfield.example")
    source = programs.source()
    source.row.slug = "my-source"
    source.row.save()
    env = shell | {
        "DESK": live_server.url, "ACCOUNT": str(account.pk), "SECRET": source.secret,
        "SIGNALS": programs.reporter().token, "DRAFTS": programs.writer().token,
    }  # fmt: skip
    blocks = BLOCK.findall(TEXT)
    assert len(blocks) == 5
    script = "".join(body for language, body in blocks if language == "sh")
    assert run(["sh", "-e", "-c", script], env, tmp_path)
    [python] = [body for language, body in blocks if language == "python"]
    assert b"taken" in run([sys.executable, "-c", python], env, tmp_path)
    assert set(Signal.objects.values_list("kind", flat=True)) >= {"usage", "intent"}
    draft = Draft.objects.get()
    assert (draft.agent, ReviewItem.objects.get().draft) == ("outside:scout", draft)


def run(command: list[str], env: dict[str, str], where: Path) -> bytes:
    done = subprocess.run(command, env=env, cwd=where, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_the_document_names_every_kind_of_signal_with_its_fields() -> None:
    for kind, model in signal_kinds.KINDS.items():
        row = next(line for line in TEXT.splitlines() if f"`{kind}`" in line)
        assert all(f"`{name}`" in row for name in model.model_fields), kind


def test_the_document_names_everything_that_is_told() -> None:
    told = {*fates.VERBS.values(), *fates.ENDED, *fates.LEFT, "undone", "blocked"}
    assert {kind for kind in told if f"`draft.{kind}`" not in TEXT} == set()
