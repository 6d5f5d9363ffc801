"""The same from the command line: erase, export, and a list of who gets no mail."""

import json
import zipfile
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from agents.models import AgentRun
from revenue import consent, events, snapshots
from revenue.models import Contact, Event, Suppression
from tests import factories
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.privacy import scene as play
from tests.review.privacy.scene import EMAIL, OTHER

pytestmark = pytest.mark.django_db


def run(*words: object, **more: object) -> str:
    out = StringIO()
    call_command(*map(str, words), stdout=out, stderr=out, **more)
    return out.getvalue()


# --- erase ----------------------------------------------------------------------------------------


def test_somebody_is_erased_and_the_log_holds(workspace: object) -> None:
    cast.admin()
    contact = factories.ContactFactory(email=EMAIL)
    assert "Erased:" in run("erase", EMAIL.upper(), "--by", "ada", "--yes")
    assert play.found((EMAIL,)) == []
    assert "The log holds" in run("verify_log")
    told = Event.objects.filter(kind="person.erased", account=contact.account)
    assert [row.actor for row in told] == [f"user:{cast.admin().pk}"]


def test_nobody_is_erased_by_nobody(workspace: object) -> None:
    factories.ContactFactory(email=EMAIL)
    with pytest.raises(CommandError, match="Nobody here signs in"):
        run("erase", EMAIL, "--by", "who", "--yes")
    assert Contact.objects.get().email == EMAIL


def test_a_no_leaves_everything(workspace: object, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.admin()
    factories.ContactFactory(email=EMAIL)
    monkeypatch.setattr("builtins.input", lambda words: "no")
    with pytest.raises(CommandError, match="Nothing was erased"):
        run("erase", EMAIL, "--by", "ada")
    assert Contact.objects.get().email == EMAIL
    assert not Suppression.objects.exists()


def test_one_that_waits_says_for_what(workspace: object) -> None:
    here = verbs.unknown()
    with pytest.raises(CommandError, match="Nobody knows whether"):
        run("erase", here.contact.email, "--by", here.manager.username, "--yes")


# --- export ---------------------------------------------------------------------------------------


def test_the_copy_holds_every_row_that_names_them(
    workspace: object, smtp: object, clock: object, tmp_path: Path
) -> None:
    here = play.played(clock)
    file = tmp_path / "yara.zip"
    assert "rows of" in run("export_person", EMAIL, file)
    with zipfile.ZipFile(file) as held:
        told = json.loads(held.read("person.json"))
        mails = [held.read(name) for name in held.namelist() if name.endswith(".eml")]
    assert told["about"] == EMAIL
    assert set(told) >= {
        "People", "Mails, calls and notes", "What is remembered", "Signals", "Drafts", "Meetings",
        "What people decided", "Mails on their way", "Handoffs between agents", "Runs of agents",
        "Who may not be written to", "Rows of imports that were told", "Addresses",
    }  # fmt: skip
    assert {row["agent"] for row in told["Runs of agents"]} == {"prospecting", "outreach", "reader"}
    assert told["People"][0]["title"] == "Plant Manager"
    assert any("Yara Zhou" in row["after"] for row in told["What people decided"])
    assert any(b"About the gates" in raw for raw in mails)
    assert [row["email"] for row in told["People"]] == [EMAIL]
    assert list(events.faults()) == []
    assert "yara" not in str(Event.objects.filter(kind="person.exported").values()).lower()
    assert here.account.contacts.get(email=OTHER)


def test_a_run_that_names_them_in_its_papers_alone_is_told(
    workspace: object, clock: object, tmp_path: Path
) -> None:
    contact = factories.ContactFactory(email=EMAIL)
    for words in ("Yara Zhou buys", "Nobody buys"):
        AgentRun.objects.create(
            account=contact.account, agent="outreach", state="done", packet=snapshots.put(words),
            started_at=clock.now(), alive_until=clock.now(),
        )  # fmt: skip
    run("export_person", EMAIL, tmp_path / "yara.json")
    told = json.loads((tmp_path / "yara.json").read_text())
    assert [row["packet"] for row in told["Runs of agents"]] == ["Yara Zhou buys"]


def test_a_stranger_has_an_empty_copy(workspace: object, tmp_path: Path) -> None:
    factories.ContactFactory(email=EMAIL)
    file = tmp_path / "who.json"
    run("export_person", "who@elsewhere.example", file)
    assert set(json.loads(file.read_text())) == {"about", "made_at", "note"}
    assert file.stat().st_mode & 0o077 == 0


def test_after_an_erasure_there_is_the_keyed_hash_alone(workspace: object, tmp_path: Path) -> None:
    cast.admin()
    factories.ContactFactory(email=EMAIL)
    run("erase", EMAIL, "--by", "ada", "--yes")
    run("export_person", EMAIL, tmp_path / "yara.json")
    told = json.loads((tmp_path / "yara.json").read_text())
    assert set(told) - {"about", "made_at", "note"} == {"Who may not be written to"}


@pytest.mark.parametrize("name", ["person.csv", "person"])
def test_another_kind_of_file_is_refused(workspace: object, tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match=r"json or \.zip"):
        run("export_person", EMAIL, tmp_path / name)


# --- suppress -------------------------------------------------------------------------------------


def test_a_list_of_addresses_and_domains(db: None, tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "Email;Note\na@one.example;x\n\n@two.example\nthree.example\nA@One.example.\n?\n"
    )
    said = run("suppress", file, "--reason", "from the old tool")
    assert "3 may not be written to from now on, 1 were known." in said
    assert "line 7: “?” is neither an address nor a domain" in said
    for address in ("a@one.example", "b@two.example", "c@three.example"):
        assert consent.blocked(address).reason == "from the old tool"
    assert {row.ground for row in Suppression.objects.all()} == {"asked"}


def test_a_list_that_is_not_there(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="There is no file"):
        run("suppress", tmp_path / "none.csv")
