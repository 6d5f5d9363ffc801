"""What was suppressed is lifted: their own wish by their new consent alone, ours with a reason."""

from datetime import date, timedelta

import pytest

from revenue import consent, context, events, leases, records
from revenue.models import Account, Address, Contact, Event, Lift, Suppression, User
from tests import factories

pytestmark = pytest.mark.django_db

EMAIL = "yara@brookfield.example"
THEIRS = ["asked", "complaint", "legal", "imported"]


@pytest.fixture
def account(db: None) -> Account:
    account = factories.AccountFactory()
    factories.ContactFactory(account=account, email=EMAIL)
    return account


@pytest.fixture
def manager(db: None) -> User:
    return factories.UserFactory(username="dustin", role="manager")


def suppress(ground: str = "", *, by: User | str = "contact", **more: object) -> Suppression:
    values = {"value": EMAIL, "scope": "address"} | more
    return consent.suppress(
        values["value"], scope=values["scope"], reason="no", by=by, ground=ground
    )


def today(clock: object) -> date:
    return clock.now().date()


@pytest.mark.parametrize("ground", THEIRS)
def test_their_own_wish_is_not_lifted_by_a_click(
    account: Account, manager: User, ground: str
) -> None:
    row = suppress(ground)
    with pytest.raises(consent.ConsentError, match="Only they can lift this"):
        consent.lift(row, by=manager, words="We need them")
    assert consent.blocked(EMAIL)
    assert not Lift.objects.exists()


@pytest.mark.parametrize("ground", THEIRS)
def test_their_new_consent_lifts_it_and_is_kept(
    account: Account, manager: User, clock: object, ground: str
) -> None:
    row = suppress(ground)
    consent.lift(row, by=manager, words="By phone, to Pat", consented_on=today(clock))
    assert consent.blocked(EMAIL) is None
    kept = Lift.objects.get()
    assert (kept.value, kept.ground, kept.words) == (EMAIL, ground, "By phone, to Pat")
    assert (kept.consented_on, kept.by) == (today(clock), f"user:{manager.pk}")
    assert (kept.suppressed_by, kept.reason) == ("contact", "no")


@pytest.mark.parametrize("days", [-30, 3])
def test_a_consent_from_before_or_to_come_is_none(
    account: Account, manager: User, clock: object, days: int
) -> None:
    row = suppress()
    with pytest.raises(consent.ConsentError, match="a day since this began"):
        consent.lift(row, by=manager, words="Yes", consented_on=today(clock) + timedelta(days=days))
    assert consent.blocked(EMAIL)


def test_what_a_colleague_decided_is_lifted_with_a_reason(account: Account, manager: User) -> None:
    row = suppress(by=manager)
    assert row.ground == "ours"
    with pytest.raises(consent.ConsentError, match="Say why"):
        consent.lift(row, by=manager, words=" ")
    consent.lift(row, by=manager, words="The wrong Yara")
    assert consent.blocked(EMAIL) is None


def test_a_colleague_may_say_that_they_asked_for_it(account: Account, manager: User) -> None:
    row = suppress("asked", by=manager)
    with pytest.raises(consent.ConsentError):
        consent.lift(row, by=manager, words="A slip")


def test_once_they_ask_themselves_it_is_theirs(account: Account, manager: User) -> None:
    suppress(by=manager)
    version = Account.objects.get().context_version
    row = suppress()
    assert (row.ground, row.by) == ("asked", "contact")
    assert Account.objects.get().context_version == version
    assert Event.objects.filter(kind="consent.confirmed").count() == 1
    suppress(by=manager)
    with pytest.raises(consent.ConsentError):
        consent.lift(row, by=manager, words="A slip")


def test_a_rep_lifts_nothing(account: Account, manager: User) -> None:
    row = suppress(by=manager)
    with pytest.raises(consent.ConsentError, match="Ask yours"):
        consent.lift(row, by=factories.UserFactory(), words="Please")


def test_twice_is_told(account: Account, manager: User) -> None:
    row = suppress(by=manager)
    consent.lift(row, by=manager, words="A slip")
    with pytest.raises(consent.ConsentError, match="lifted already"):
        consent.lift(row, by=manager, words="A slip")
    assert Lift.objects.count() == 1


def test_mail_may_go_again_where_it_once_came_back(account: Account, manager: User) -> None:
    consent.record_bounce(EMAIL, hard=True)
    consent.lift(Suppression.objects.get(), by=manager, words="Their mailbox works again")
    assert consent.blocked(EMAIL) is None
    assert Address.objects.get().hard_bounced_at is None


@pytest.mark.parametrize(
    ("scope", "value"), [("address", EMAIL), ("domain", "brookfield.example"), ("account", None)]
)
def test_the_version_moves_exactly_when_the_hash_does(
    account: Account, manager: User, scope: str, value: str | None
) -> None:
    row = suppress(by=manager, scope=scope, value=value or account)
    before = context.account_context(account)
    lease = leases.acquire(account, holder=manager, ttl=600)
    consent.lift(row, by=manager, words="A slip")
    after = context.account_context(account)
    assert (after.version, after.hash == before.hash) == (before.version + 1, False)
    assert leases.current(account) == lease
    told = Event.objects.get(kind="consent.lifted")
    assert (told.account, told.actor) == (account, f"user:{manager.pk}")
    assert list(events.faults()) == []
    assert "brookfield" not in str(list(Event.objects.values("data"))).lower()


def test_what_concerns_no_account_is_logged_too(manager: User) -> None:
    row = suppress(by=manager, value="who@elsewhere.example")
    consent.lift(row, by=manager, words="A slip")
    assert Event.objects.get(kind="consent.lifted").chain == "consent"


# --- why one may write ----------------------------------------------------------------------------


def test_a_basis_is_kept_with_its_source_and_moves_nothing(
    account: Account, manager: User, clock: object
) -> None:
    contact = Contact.objects.get()
    before = context.account_context(account)
    for _ in range(2):
        records.set_basis(contact, basis="contract", source="order 77", on=today(clock), by=manager)
    row = Contact.objects.get()
    kept = (row.lawful_basis, row.basis_source, row.basis_on)
    assert kept == ("contract", "order 77", today(clock))
    after = context.account_context(account)
    assert (after.version, after.hash) == (before.version, before.hash)
    assert Event.objects.get(kind="contact.basis").data == {"basis": "contract"}


def test_a_basis_that_there_is_none_of_is_refused(account: Account, manager: User) -> None:
    with pytest.raises(ValueError, match="unknown, interest, consent, contract"):
        records.set_basis(Contact.objects.get(), basis="luck", source="", on=None, by=manager)
