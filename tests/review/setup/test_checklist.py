"""The set-up page: what each role sees, and which steps are green."""

import pytest
from django.urls import reverse

from revenue import clock, workspace
from revenue import workspace as workspaces
from revenue.models import ImportBatch, User
from review import demo
from review.setup import checklist, mailbox
from tests.factories import AccountFactory, UserFactory, prospect
from tests.review.accounts import cast
from tests.review.setup.doors import client, text

pytestmark = pytest.mark.django_db


def step(key: str, user: User | None = None) -> checklist.Step:
    return next(one for one in checklist.steps(user or cast.admin()) if one.key == key)


def test_nothing_is_done_in_an_empty_installation() -> None:
    assert [one.state for one in checklist.steps(cast.admin())] == ["", "", "", "", "", ""]


def test_an_admin_may_do_every_step() -> None:
    page = text(client("admin").get(reverse("setup")))
    assert "An admin does this" not in page
    assert "0 of 6 done" in page


def test_a_manager_may_give_owners() -> None:
    page = text(client("manager").get(reverse("setup")))
    assert page.count("An admin does this") == 5
    assert reverse("imports") not in page
    assert reverse("people") not in page


def test_a_rep_reads_who_sets_it_up() -> None:
    page = text(client("rep").get(reverse("setup")))
    assert "Your admin connects the mail server" in page
    assert reverse("setup_sender") not in page


def test_the_sender_is_done_with_company_and_address(workspace) -> None:
    assert step("sender").state == "done"
    workspace.postal_address = ""
    workspace.save()
    assert step("sender").state == ""
    assert "a postal address" in step("sender").words


def test_the_company_of_the_demo_is_not_a_sender() -> None:
    demo.seed()
    assert step("sender").state == ""


def test_a_local_outbox_is_not_a_mailbox(workspace, local_outbox) -> None:
    assert step("mailbox").state == ""
    assert "stays in the outbox" in step("mailbox").words


def test_the_mailbox_is_done_when_a_test_mail_was_taken(workspace, smtp) -> None:
    workspace.mailbox_tested_at = None
    workspace.save()
    assert step("mailbox").state == ""
    mailbox.try_out(by=cast.admin())
    assert step("mailbox").state == "done"


def test_a_refused_test_mail_is_told_until_one_is_taken(workspace, smtp) -> None:
    smtp.answer = "550 no such user"
    mailbox.try_out(by=cast.admin())
    assert step("mailbox").state == "failed"
    assert step("mailbox").trouble == mailbox.WORDS["message"]


def test_the_mailbox_opens_again_when_another_server_is_set_up(workspace, smtp, settings) -> None:
    mailbox.try_out(by=cast.admin())
    settings.EMAIL_HOST = "smtp.other.example"
    assert step("mailbox").state == ""
    assert "not the server that was tested" in step("mailbox").words
    assert checklist.sending().head == "Every mail is held."


def test_a_refusal_of_another_server_is_not_told_of_this_one(workspace, smtp, settings) -> None:
    smtp.answer = "550 no such user"
    mailbox.try_out(by=cast.admin())
    settings.EMAIL_HOST = "smtp.other.example"
    assert (step("mailbox").state, step("mailbox").trouble) == ("", "")


def test_the_first_two_steps_open_the_way_out(smtp) -> None:
    assert "Every mail is held" in checklist.sending().head
    workspace.change(by="test", company="Harbour", postal_address="1 Quay Street")
    assert "test mail" in checklist.sending().words
    workspace.change(by="test", mailbox_tested_at=clock.now())
    assert checklist.sending().tone == "ok"


def test_without_a_mail_server_nothing_leaves(workspace, local_outbox) -> None:
    assert checklist.sending().head == "Nothing leaves this machine."


def test_demo_rows_count_for_nothing() -> None:
    demo.seed()
    assert [step(key).state for key in ("import", "owners", "people")] == ["", "", ""]


def test_the_import_is_done_with_the_first_account() -> None:
    prospect()
    found = step("import")
    assert found.state == "done"
    assert "1 account, 2 deals, 1 person" in found.words


def test_the_last_import_is_named(clock) -> None:
    AccountFactory()
    ImportBatch.objects.create(name="a.csv", digest="x", state="done", started_at=clock.now(),
                               finished_at=clock.now())  # fmt: skip
    assert "Last import" in step("import").words


def test_owners_wait_for_accounts_without_one() -> None:
    AccountFactory(owner=cast.rep())
    assert step("owners").state == "done"
    AccountFactory(owner=None)
    assert step("owners").state == ""
    assert "1 account has no owner" in step("owners").words


def test_an_account_of_a_deactivated_person_has_no_owner() -> None:
    AccountFactory(owner=UserFactory(is_active=False))
    assert step("owners").state == ""


def test_a_manager_counts_only_the_accounts_of_their_team() -> None:
    gone = UserFactory(username="gone", is_active=False, team=cast.outsider().team)
    AccountFactory(owner=gone)
    assert step("owners", cast.manager()).state == "done"
    assert step("owners").state == ""


def test_people_are_done_with_a_rep_who_was_invited() -> None:
    cast.admin()
    assert step("people").state == ""
    cast.rep()
    assert step("people").state == "done"
    assert step("people").words == "1 rep or manager is invited; 1 has not signed in yet."
    cast.colleague()
    assert step("people").words == ("2 reps and managers are invited; 2 have not signed in yet.")


def test_imported_people_without_an_address_are_named() -> None:
    UserFactory(email="")
    assert "1 person of the import has no e-mail address" in step("people").words
    assert step("people").state == ""


@pytest.mark.parametrize(("who", "most"), [("admin", 18), ("manager", 19), ("rep", 5)])
def test_the_page_asks_a_fixed_number_of_questions(
    who: str, most: int, workspace, django_assert_max_num_queries
) -> None:
    for _ in range(5):
        prospect()
    browser = client(who)
    with django_assert_max_num_queries(most):
        browser.get(reverse("setup"))


def next_step(user) -> str:
    found = checklist.next_of(checklist.steps(user), user)
    return found.key if found else ""


def test_the_next_step_is_the_first_that_can_be_done_now(workspace, smtp) -> None:
    admin = cast.admin()
    workspaces.change(by="test", company="", mailbox_tested_at=None)
    assert next_step(admin) == "sender"
    workspaces.change(by="test", company="Harbour Supply")
    assert next_step(admin) == "mailbox"
    mailbox.try_out(by=admin)
    assert next_step(admin) == "model"


def test_owners_are_no_step_before_there_are_accounts() -> None:
    assert step("owners").action == ""
    assert next_step(cast.manager()) == ""
    prospect(owner=None)
    assert next_step(cast.manager()) == "owners"


def test_a_stranger_is_sent_to_the_login(client) -> None:
    assert client.get(reverse("setup")).status_code == 302


def test_the_page_is_not_a_place_to_post_to() -> None:
    assert client("admin").post(reverse("setup")).status_code == 405
