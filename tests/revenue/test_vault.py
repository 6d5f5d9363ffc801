"""Secrets at rest: sealed with the newest key, opened with any, rotated without loss."""

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from revenue import mailboxes, vault
from revenue import settings as product
from revenue.models import Mailbox
from tests.factories import UserFactory
from tests.mailboxes import PASSWORD, connected

KEYS = [vault.make_key() for _ in range(3)]


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    settings.STATE_DIR, settings.VAULT_KEYS = tmp_path, []
    return tmp_path


def test_what_is_sealed_opens_again_and_does_not_show_the_secret() -> None:
    sealed, key = vault.seal("pässword")
    assert vault.reveal(sealed, key) == "pässword"
    assert "ssword" not in sealed
    assert vault.seal("pässword")[0] != sealed


def test_the_key_is_made_once_and_is_readable_for_us_alone(own_folder: Path) -> None:
    _, first = vault.seal("a")
    _, second = vault.seal("b")
    assert first == second
    file = own_folder / "vault_keys"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in own_folder.iterdir()] == ["vault_keys"]


def test_of_two_who_make_the_key_at_once_the_first_stays(own_folder: Path) -> None:
    vault._make_file(KEYS[0])
    vault._make_file(KEYS[1])
    assert vault._kept() == [KEYS[0]]


def test_keys_of_the_environment_come_first_and_the_files_still_open(settings: Any) -> None:
    sealed, old = vault.seal("kept")
    settings.VAULT_KEYS = [KEYS[0]]
    assert vault.seal("new")[1] == vault.key_id(KEYS[0]) != old
    assert vault.reveal(sealed, old) == "kept"


@pytest.mark.parametrize("change", ["key", "text", "name"])
def test_what_cannot_be_opened_is_said_to_be(settings: Any, change: str) -> None:
    settings.VAULT_KEYS = [KEYS[0]]
    sealed, key = vault.seal("gone")
    if change == "key":
        settings.VAULT_KEYS = [KEYS[1]]
    if change == "text":
        sealed = sealed[:-4] + "AAAA"
    with pytest.raises(vault.Unreadable):
        vault.reveal(sealed, "no such key" if change == "name" else key)


@pytest.mark.parametrize("text", ["short", "x" * 44, "é" * 44, "A" * 42])
def test_a_bad_key_stops_the_start_without_being_quoted(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("VAULT_KEYS", f"{KEYS[0]},{text}")
    with pytest.raises(ImproperlyConfigured) as error:
        product.vault_keys()
    assert "number 2" in str(error.value)
    assert text not in str(error.value)


# --- rotation -------------------------------------------------------------------------------------


def three() -> list[Mailbox]:
    return [connected(UserFactory(), address=f"rep{number}@seller.example") for number in range(3)]


def readable() -> list[str]:
    return [mailboxes.sends(row).password for row in Mailbox.objects.order_by("pk")]


def ids() -> set[str]:
    return set(Mailbox.objects.values_list("key_id", flat=True))


@pytest.mark.django_db
def test_a_rotation_seals_everything_with_the_newest_key(settings: Any, capsys: Any) -> None:
    settings.VAULT_KEYS = [KEYS[0]]
    three()
    settings.VAULT_KEYS = [KEYS[1], KEYS[0]]
    call_command("rotate_keys")
    assert "3 encrypted anew, 0 had the newest key already" in capsys.readouterr().out
    settings.VAULT_KEYS = [KEYS[1]]
    assert readable() == [PASSWORD] * 3
    assert ids() == {vault.key_id(KEYS[1])}


@pytest.mark.django_db
def test_a_second_rotation_has_nothing_to_do(settings: Any, capsys: Any) -> None:
    three()
    call_command("rotate_keys")
    assert "0 encrypted anew, 3 had the newest key already" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_new_key_in_the_file_counts_at_once_and_keeps_the_old_one(own_folder: Path) -> None:
    three()
    before = ids()
    call_command("rotate_keys", new_key=True)
    assert readable() == [PASSWORD] * 3
    assert ids().isdisjoint(before)
    assert len((own_folder / "vault_keys").read_text().split()) == 2


@pytest.mark.django_db
def test_with_keys_of_the_environment_no_key_is_put_into_the_file(settings: Any) -> None:
    settings.VAULT_KEYS = [KEYS[0]]
    with pytest.raises(CommandError, match="VAULT_KEYS"):
        call_command("rotate_keys", new_key=True)


@pytest.mark.django_db
def test_a_killed_rotation_loses_nothing_and_goes_on(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAULT_KEYS = [KEYS[0]]
    three()
    settings.VAULT_KEYS = [KEYS[1], KEYS[0]]
    sealed, calls = vault.seal, []

    def dies(text: str) -> tuple[str, str]:
        calls.append(text)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return sealed(text)

    monkeypatch.setattr(vault, "seal", dies)
    with pytest.raises(KeyboardInterrupt):
        vault.rotate()
    assert readable() == [PASSWORD] * 3
    assert len(ids()) == 2
    monkeypatch.undo()
    found = vault.rotate()
    assert (found.done, found.fresh, found.unreadable) == (2, 1, [])
    assert readable() == [PASSWORD] * 3


@pytest.mark.django_db
def test_a_lost_key_is_named_and_the_others_are_rotated(settings: Any, capsys: Any) -> None:
    settings.VAULT_KEYS = [KEYS[2]]
    lost = connected(UserFactory(), address="lost@seller.example")
    settings.VAULT_KEYS = [KEYS[0]]
    connected(UserFactory(), address="kept@seller.example")
    settings.VAULT_KEYS = [KEYS[1], KEYS[0]]
    with pytest.raises(CommandError, match="missing key"):
        call_command("rotate_keys")
    said = capsys.readouterr()
    assert "1 encrypted anew" in said.out
    assert "lost@seller.example" in said.err
    assert lost.secret == Mailbox.objects.get(pk=lost.pk).secret


@pytest.mark.django_db
def test_a_password_that_changes_during_a_rotation_is_not_overwritten(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.VAULT_KEYS = [KEYS[0]]
    row = connected(UserFactory())
    settings.VAULT_KEYS = [KEYS[1], KEYS[0]]
    sealed = vault.seal

    def beaten(text: str) -> tuple[str, str]:
        secret, key = sealed("another")
        Mailbox.objects.filter(pk=row.pk).update(secret=secret, key_id=key)
        return sealed(text)

    monkeypatch.setattr(vault, "seal", beaten)
    vault.rotate()
    assert readable() == ["another"]
