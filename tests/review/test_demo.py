"""The demo: planted once, found by the agents, and gone without a trace in the rows of others."""

import re
from datetime import time

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db.models import Model, QuerySet
from django.test import Client
from django.urls import reverse

from agents.models import AgentRun, Draft
from revenue import clock as clocks
from revenue import events
from revenue import workspace as workspaces
from revenue.models import Account, Contact, Event, Product, Signal, Suppression, User
from review import audit, decisions, demo, tasks
from review.audit import replay
from review.demo import OwnLogin, book
from review.demo.planting import PAST_ACCOUNTS
from review.models import Breach, Decision, OutboxMessage, ReviewItem
from tests.factories import AccountFactory, OpportunityFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db
OWN = OwnLogin("Ada Berg", "ada@harbour.example", "a-password-of-my-own")


@pytest.fixture
def planted(db: None) -> None:
    demo.seed()


def admin() -> User:
    return User.objects.get(username="admin")


def worked() -> None:
    for _ in range(3):
        tasks.tick()


def everything() -> dict[type[Model], int]:
    """How many rows each table of ours has."""
    ours = [model for room in ("revenue", "agents", "review") for model in
            apps.get_app_config(room).get_models()]  # fmt: skip
    return {model: model._default_manager.count() for model in ours}


# --- planting -------------------------------------------------------------------------------------


def test_everything_that_is_planted_is_marked_as_demo(planted: None) -> None:
    assert not Account.objects.filter(is_demo=False).exists()
    assert not User.objects.filter(is_demo=False).exists()
    assert workspaces.load().has_demo
    assert list(events.faults()) == []
    worked()
    assert replay.contradictions() == []


def test_every_address_lies_in_a_domain_reserved_for_examples(planted: None) -> None:
    found = [*Contact.objects.values_list("email", flat=True),
             *User.objects.values_list("email", flat=True)]  # fmt: skip
    assert len(found) > 15
    assert [email for email in found if not email.endswith(".example")] == []


def test_seeding_starts_no_agent_and_leaves_signals_for_the_tick(planted: None) -> None:
    assert not AgentRun.objects.exists()
    assert Signal.objects.unhandled().count() >= len(book.BOOK)


def test_the_tick_writes_the_pending_drafts_by_itself(planted: None) -> None:
    worked()
    pending = ReviewItem.objects.pending()
    mails = pending.filter(draft__effect="buyer")
    assert mails.count() >= 9
    assert set(mails.values_list("draft__output_class", flat=True)) == {
        "outreach.first_email", "outreach.follow_up", "outreach.reply",
    }  # fmt: skip
    assert pending.filter(draft=None, account__is_strategic=True).exists()
    accounts = list(mails.values_list("account", flat=True))
    assert len(accounts) == len(set(accounts))


def test_with_a_past_the_desk_is_as_alive_and_goes_without_a_trace(db: None) -> None:
    """One past for all of it: it is the slow part."""
    before = everything()
    demo.seed(past=5)
    first = Account.objects.order_by("pk").first().pk
    past = Account.objects.filter(pk__lt=first + PAST_ACCOUNTS)
    today = Account.objects.filter(pk__gte=first + PAST_ACCOUNTS)
    the_past_is_marked_and_over(past)
    assert today.count() == len(book.BOOK)
    worked()
    mails = ReviewItem.objects.pending().filter(draft__effect="buyer", account__in=today)
    assert mails.count() >= 9
    assert "\n".join(audit.broken()) == ""
    demo.remove(by=admin(), login=OWN)
    assert left_of_the_demo(before) == set()
    assert User.objects.get().email == "ada@harbour.example"


def the_past_is_marked_and_over(past: QuerySet[Account]) -> None:
    assert past.count() == PAST_ACCOUNTS
    assert not Account.objects.filter(is_demo=False).exists()
    assert not User.objects.filter(is_demo=False).exists()
    written = Draft.objects.filter(account__in=past)
    assert written.exists()
    assert set(written.values_list("model", flat=True)) == {"simulated writer"}
    assert not Event.objects.filter(at__gt=clocks.now()).exists()


def test_a_start_that_was_cut_off_goes_on_with_today(db: None) -> None:
    demo.found()
    demo.seed(past=3)
    assert Account.objects.count() == len(book.BOOK)
    with pytest.raises(demo.Refused):
        demo.seed(past=3)


def test_nobody_writes_to_the_contact_who_opted_out(planted: None) -> None:
    worked()
    opted_out = Suppression.objects.get(scope="address").value
    assert Draft.objects.filter(account__name="Oakline Software").exists()
    assert not Draft.objects.filter(contact__email=opted_out).exists()


def test_a_second_seeding_changes_nothing_and_says_so(planted: None, capsys) -> None:
    before = everything()
    call_command("seed_demo")
    assert "There are accounts already" in capsys.readouterr().out
    assert everything() == before


def test_the_demo_does_not_come_back_where_people_are(db: None, capsys) -> None:
    UserFactory(role="admin")
    call_command("seed_demo")
    assert "There are people already" in capsys.readouterr().out
    assert not Account.objects.exists()


def test_a_demo_login_opens_the_product(planted: None, client: Client) -> None:
    for _role, login, password in demo.logins():
        answer = client.post(reverse("account_login"), {"login": login, "password": password})
        assert answer.status_code == 302
        client.logout()


def test_logins_are_listed_only_while_they_open_something(planted: None) -> None:
    assert [role for role, *_ in demo.logins()] == ["rep", "manager", "admin"]
    rep, manager = User.objects.get(username="rep"), User.objects.get(username="manager")
    rep.set_password("something else entirely")
    rep.save()
    User.objects.filter(pk=manager.pk).update(is_active=False)
    assert [role for role, *_ in demo.logins()] == ["admin"]


def test_without_a_demo_there_are_no_logins(db: None) -> None:
    assert demo.logins() == []


def approved(clock) -> OutboxMessage:
    item = ReviewItem.objects.filter(draft__effect="buyer", state="pending").first()
    decisions.approve(item, by=item.account.owner, revision=item.revision)
    clock.travel(seconds=11)
    tasks.tick()
    return OutboxMessage.objects.latest("pk")


def may_send(clock: object) -> None:
    """The mail server was tested; it sends at any hour, so that the time of day is no matter."""
    workspaces.change(
        by="test", mailbox_tested_at=clock.now(), opens_at=time(), closes_at=time(),
        sends_on_weekends=True, sends_on_holidays=True,
    )  # fmt: skip


def test_the_demo_shows_the_whole_way_to_a_mail_server(planted: None, smtp, clock) -> None:
    may_send(clock)
    worked()
    assert approved(clock).state == "sent"
    assert len(smtp.mails) == 1


def test_a_real_account_gets_no_mail_from_the_demos_sender(planted: None, smtp, clock) -> None:
    may_send(clock)
    worked()
    Account.objects.update(is_demo=False)
    message = approved(clock)
    assert (message.state, message.hold_reason[:20]) == ("queued", "The sender is still ")
    assert smtp.mails == []


@pytest.mark.parametrize(("who", "place"), [("admin", "setup"), ("rep", "today")])
def test_each_role_lands_where_its_work_is(planted: None, client: Client, who, place) -> None:
    login = {"login": who, "password": f"countersign-{who}"}
    answer = client.post(reverse("account_login"), login)
    assert answer["Location"] == reverse(place)


# --- removal --------------------------------------------------------------------------------------


def test_after_the_removal_the_tables_are_as_they_were_before_the_demo(db: None) -> None:
    before = everything()
    demo.seed()
    worked()
    item = ReviewItem.objects.filter(draft__effect="buyer").first()
    decisions.approve(item, by=User.objects.get(username="rep"), revision=item.revision)
    now = clocks.now()
    Breach.objects.create(law="one_voice", words="account 1", found_at=now, seen_at=now)
    demo.remove(by=admin(), login=OWN)

    assert left_of_the_demo(before) == set()
    assert User.objects.get().email == "ada@harbour.example"
    assert not workspaces.load().has_demo


def left_of_the_demo(before: dict[type[Model], int]) -> set[str]:
    after = everything()
    left = {model.__name__ for model in after if after[model] > before[model]}
    # The log, its heads and the addresses seen outlive an account; texts are stored by hash.
    allowed = {"Event", "ChainHead", "Address", "Domain", "Snapshot", "User", "Workspace", "Switch",
               "Lane"}  # fmt: skip
    return left - allowed


def test_the_log_stays_and_can_be_verified(planted: None) -> None:
    worked()
    before = Event.objects.count()
    demo.remove(by=admin(), login=OWN)
    assert Event.objects.count() > before
    assert Event.objects.filter(kind="demo.removed").get().data["accounts"] == len(book.BOOK)
    assert list(events.faults()) == []


def test_what_is_real_stays(planted: None) -> None:
    real = AccountFactory(owner=User.objects.get(username="rep"))
    sold = OpportunityFactory(account=real, product=Product.objects.get(name="Atlas 200"))
    other = ProductFactory(name="Own product")
    demo.remove(by=admin(), login=OWN)
    real.refresh_from_db()
    sold.refresh_from_db()
    assert real.owner is None
    assert sold.product.name == "Atlas 200"
    assert set(Product.objects.all()) == {sold.product, other}


def test_a_demo_person_to_whom_real_rows_point_is_deactivated_and_kept(planted: None) -> None:
    rep = User.objects.get(username="rep")
    OpportunityFactory(account=AccountFactory(owner=None), owner=rep)
    demo.remove(by=admin(), login=OWN)
    rep.refresh_from_db()
    assert not rep.is_active
    assert demo.logins() == []


def test_a_demo_admin_needs_a_login_of_their_own(planted: None) -> None:
    with pytest.raises(demo.DemoError, match="came with the demo"):
        demo.remove(by=admin())
    assert Account.objects.exists()


def test_the_admins_known_password_is_gone(planted: None) -> None:
    demo.remove(by=admin(), login=OWN)
    kept = User.objects.get()
    assert not kept.check_password("countersign-admin")
    assert kept.check_password(OWN.password)
    assert str(kept) == "Ada Berg"


@pytest.mark.parametrize("password", ["short", "password1234"])
def test_a_weak_password_removes_nothing(planted: None, password: str) -> None:
    with pytest.raises(demo.DemoError):
        demo.remove(by=admin(), login=OwnLogin("Ada Berg", "ada@harbour.example", password))
    assert Account.objects.count() == len(book.BOOK)
    assert admin().is_demo


def test_an_admin_who_was_invited_needs_nothing_more(planted: None) -> None:
    own = UserFactory(role="admin", username="ada")
    gone = demo.remove(by=own)
    assert gone.people == 3
    assert User.objects.get() == own


def test_a_second_removal_is_refused(planted: None) -> None:
    own = UserFactory(role="admin")
    demo.remove(by=own)
    with pytest.raises(demo.DemoError, match="gone already"):
        demo.remove(by=own)


def test_a_manager_cannot_remove_the_demo(planted: None) -> None:
    with pytest.raises(demo.DemoError, match="Only an admin"):
        demo.remove(by=User.objects.get(username="manager"))


def test_a_mail_that_is_leaving_is_waited_for(planted: None) -> None:
    worked()
    item = ReviewItem.objects.filter(draft__effect="buyer").first()
    decisions.approve(item, by=User.objects.get(username="rep"), revision=item.revision)
    OutboxMessage.objects.update(state="sending")
    with pytest.raises(demo.DemoError, match="leaving at this moment"):
        demo.remove(by=admin(), login=OWN)
    assert Decision.objects.exists()


def test_the_company_that_somebody_wrote_over_the_demos_stays(planted: None) -> None:
    workspaces.change(by=admin(), company="Harbour Supply")
    demo.remove(by=admin(), login=OWN)
    row = workspaces.load()
    assert (row.company, row.postal_address) == ("Harbour Supply", "")


def test_no_demo_text_names_a_real_address() -> None:
    text = repr(book.BOOK) + repr(book.COMPANY)
    assert [url for url in re.findall(r"https?://([^/\"']+)", text)
            if not url.endswith(".example")] == []  # fmt: skip
