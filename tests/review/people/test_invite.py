"""Somebody is invited and gets a link to choose a password."""

import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from revenue.models import Event, Team, User
from tests.factories import AccountFactory
from tests.review.accounts import cast
from tests.review.setup.doors import client, refuses, text

pytestmark = pytest.mark.django_db
URL = "person_invite"
ANNA = {"name": "Anna Snelling", "email": "Anna@Seller.example", "role": "rep"}


def invite(**changes: object):
    return client("admin").post(reverse(URL), {**ANNA, **changes})


def link_in(answer) -> str:
    return re.search(r'value="http://[^/"]+(/auth/password/reset/key/[^"]+)"', text(answer))[1]


def test_a_person_is_there_who_cannot_sign_in_yet() -> None:
    assert invite().status_code == 200
    anna = User.objects.get(username="anna.snelling")
    assert (anna.email, anna.role) == ("anna@seller.example", "rep")
    assert not anna.has_usable_password()
    assert Event.objects.filter(kind="person.invited", subject_id=anna.pk).count() == 1


def test_the_link_lets_them_choose_a_password_and_sign_in() -> None:
    path = link_in(invite())
    anna = Client()
    form = anna.get(path, follow=True)
    chosen = {"password1": "a-password-of-annas", "password2": "a-password-of-annas"}
    anna.post(form.redirect_chain[-1][0], chosen)
    login = {"login": "anna@seller.example", "password": "a-password-of-annas"}
    assert Client().post(reverse("account_login"), login).status_code == 302
    again = Client().get(path, follow=True)
    assert "no longer works" in text(again)


def test_the_link_is_mailed_when_mail_leaves_the_machine(smtp) -> None:
    answer = invite()
    assert smtp.recipients == ["anna@seller.example"]
    assert link_in(answer) in smtp.mails[0].get_content()
    assert "was mailed to anna@seller.example" in text(answer)


def test_with_a_local_outbox_the_link_is_only_shown(local_outbox) -> None:
    answer = invite()
    assert "No mail leaves this machine yet" in text(answer)
    assert link_in(answer)


def test_a_mail_that_fails_is_told_beside_the_link(smtp) -> None:
    smtp.answer = "554 no"
    answer = invite()
    assert "could not be mailed" in text(answer)
    assert link_in(answer)


def test_the_link_is_not_shown_again() -> None:
    path = link_in(invite())
    anna = User.objects.get(username="anna.snelling")
    assert path not in text(client("admin").get(reverse("person", args=[anna.pk])))


def test_a_team_can_be_chosen_or_made() -> None:
    team = Team.objects.create(name="North")
    invite(team=team.pk)
    invite(name="Bo", email="bo@seller.example", new_team="South")
    assert User.objects.get(username="anna.snelling").team == team
    assert User.objects.get(username="bo").team.name == "South"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "required"),
        ({"name": "Anna\r\nBcc: x@y.example"}, "one line"),
        ({"email": ""}, "required"),
        ({"email": "bob@"}, "valid email"),
        ({"email": "anna@seller.example\r\nX: 1"}, "valid email"),
        ({"role": "owner"}, "not one of the available choices"),
        ({"team": "99999"}, "not one of the available choices"),
    ],
)
def test_a_bad_value_is_told_at_its_field_and_nobody_is_invited(changes: dict, words: str) -> None:
    answer = invite(**changes)
    assert answer.status_code == 422
    assert words in text(answer)
    assert not User.objects.filter(first_name="Anna").exists()


def test_two_teams_at_once_are_refused() -> None:
    answer = invite(team=Team.objects.create(name="North").pk, new_team="South")
    assert "not both" in text(answer)


def test_twice_says_that_they_are_invited_already() -> None:
    invite()
    answer = invite(email="ANNA@seller.example")
    assert answer.status_code == 422
    assert "already invited" in text(answer)
    assert User.objects.filter(first_name="Anna").count() == 1


def test_a_refused_invitation_leaves_no_team_behind() -> None:
    cast.rep()
    answer = invite(email=cast.rep().email, new_team="South")
    assert answer.status_code == 422
    assert not Team.objects.filter(name="South").exists()


def test_only_an_admin_may_invite_and_only_by_post() -> None:
    refuses(reverse(URL), "rep", "manager")


# --- the command ----------------------------------------------------------------------------------


def test_the_command_invites_the_first_admin(capsys) -> None:
    call_command("invite", "Ada Berg", "ada@harbour.example")
    said = capsys.readouterr().out
    assert User.objects.get().is_admin
    assert "/auth/password/reset/key/" in said


def test_the_command_refuses_a_bad_or_known_address() -> None:
    with pytest.raises(CommandError, match="is not an e-mail address"):
        call_command("invite", "Ada Berg", "ada")
    call_command("invite", "Ada Berg", "ada@harbour.example")
    with pytest.raises(CommandError, match="already invited"):
        call_command("invite", "Ada Berg", "ada@harbour.example")


def test_the_command_makes_a_fresh_link_for_whoever_is_invited_already(capsys) -> None:
    for more in ([], ["--again"]):
        call_command("invite", "Ada Berg", "ada@harbour.example", *more)
        assert "/auth/password/reset/key/" in capsys.readouterr().out
    assert User.objects.count() == 1
    with pytest.raises(CommandError, match="Add --again for a fresh link"):
        call_command("invite", "Ada Berg", "ADA@harbour.example")


def test_the_command_makes_no_link_for_whoever_was_deactivated() -> None:
    cast.admin()
    gone = cast.rep()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    with pytest.raises(CommandError, match="is deactivated"):
        call_command("invite", "Moses Frase", gone.email, "--again")


# --- who came with an import ----------------------------------------------------------------------


@pytest.fixture
def imported() -> User:
    team = Team.objects.create(name="Dustin Brinkmann")
    user = User.objects.create(
        username="anna.snelling", first_name="Anna", last_name="Snelling", role="manager",
        team=team, crm_key="anna snelling",
    )  # fmt: skip
    AccountFactory(owner=user)
    return user


def test_who_came_with_an_import_is_the_same_person_and_keeps_everything(imported: User) -> None:
    answer = invite(name="anna SNELLING")
    imported.refresh_from_db()
    assert (imported.email, imported.role) == ("anna@seller.example", "manager")
    assert imported.team.name == "Dustin Brinkmann"
    assert User.objects.filter(last_name="Snelling").count() == 1
    assert "Owns 1 account" in text(answer)
    assert "came with the import" in text(answer)
    assert link_in(answer)


def test_two_of_one_name_in_an_import_are_not_guessed(imported: User) -> None:
    User.objects.create(
        username="anna2", first_name="Anna", last_name="Snelling", crm_key="anna snelling 2"
    )
    invite()
    assert User.objects.filter(last_name="Snelling").count() == 3


def test_who_has_an_address_already_is_somebody_else(imported: User) -> None:
    User.objects.filter(pk=imported.pk).update(email="other@seller.example")
    invite()
    assert User.objects.filter(last_name="Snelling").count() == 2
