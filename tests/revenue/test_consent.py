"""May this address be written to? A no holds for ever, whichever contact carries the address."""

import pytest

from revenue import consent, events, leases
from revenue.models import Account, Address, Contact, Event, Suppression
from tests import factories

pytestmark = pytest.mark.django_db

EMAIL = "yara@brookfield.example"


@pytest.fixture
def account(db: None) -> Account:
    account = factories.AccountFactory()
    factories.ContactFactory(account=account, email=EMAIL)
    return account


def suppress(value: object, scope: str = "address") -> Suppression:
    return consent.suppress(value, scope=scope, reason="asked", by="contact")


def test_an_address_that_nobody_suppressed_may_be_written_to(account: Account) -> None:
    assert consent.blocked(EMAIL) is None


@pytest.mark.parametrize("written", [EMAIL, "Yara@Brookfield.Example", f"  {EMAIL} "])
def test_an_address_is_blocked_however_it_is_written(account: Account, written: str) -> None:
    suppress(EMAIL)
    assert consent.blocked(written) == consent.Block("address", EMAIL, "asked")


WRITTEN = [
    "ben@bücher.example", "ben@xn--bcher-kva.example", "Ben@BÜCHER.example", "ben@bücher.example.",
    "ben@bu\u0308cher.example", "ben@bücher。example",
]  # fmt: skip


@pytest.mark.parametrize("written", WRITTEN)
@pytest.mark.parametrize("suppressed", WRITTEN[:2])
def test_a_mailbox_is_blocked_in_whatever_letters_its_domain_is_written(
    db: None, suppressed: str, written: str
) -> None:
    suppress(suppressed)
    assert consent.blocked(written)
    assert consent.blocks_among([consent.normalise(written)])


def test_a_domain_is_blocked_in_whatever_letters_it_is_written(db: None) -> None:
    suppress("bücher.example", "domain")
    assert consent.blocked("ben@xn--bcher-kva.example").scope == "domain"


def test_a_domain_that_is_too_long_on_the_wire_stays_as_it_was_written(db: None) -> None:
    """No mail can be sent there, and the column is as long as an address may be."""
    long = f"ben@{'ü.' * 100}example"
    assert len(consent.normalise(long)) <= 254
    assert len(suppress(long).value) <= 254
    assert consent.blocked(long)


def test_another_mailbox_is_not_blocked_with_it(db: None) -> None:
    suppress("ben@bücher.example")
    assert not consent.blocked("ben+news@bücher.example")
    assert not consent.blocked("ben@bucher.example")


def test_a_domain_blocks_everybody_there_and_nobody_else(account: Account) -> None:
    suppress("Brookfield.example", "domain")
    assert consent.blocked("new@brookfield.example").scope == "domain"
    assert consent.blocked("x@sub.brookfield.example") is None
    assert consent.blocked("x@notbrookfield.example") is None


def test_an_account_blocks_its_people(account: Account) -> None:
    suppress(account, "account")
    assert consent.blocked(EMAIL).scope == "account"
    assert consent.blocked("other@x.example", account=account).scope == "account"
    assert consent.account_block(account)


def test_an_accounts_number_is_not_an_address(account: Account) -> None:
    suppress(str(account.pk))
    assert consent.blocked(EMAIL, account=account) is None
    assert not consent.account_block(account)


def test_deleting_and_importing_the_contact_again_changes_nothing(account: Account) -> None:
    suppress(EMAIL)
    Contact.objects.all().delete()
    factories.ContactFactory(email=EMAIL.upper())
    assert consent.blocked(EMAIL)


def test_twice_is_once(account: Account) -> None:
    before = Account.objects.get().context_version
    assert suppress(EMAIL) == suppress(EMAIL.upper())
    assert Account.objects.get().context_version == before + 1
    assert Event.objects.filter(kind="consent.suppressed").count() == 1


def test_every_account_with_the_address_is_told(account: Account) -> None:
    other = factories.AccountFactory()
    factories.ContactFactory(account=other, email=EMAIL.title())
    for row in (account, other):
        leases.acquire(row, holder="item:1", ttl=600)
    suppress(EMAIL)
    assert [leases.current(row) for row in (account, other)] == [None, None]
    assert [row.context_version for row in Account.objects.all()] == [2, 2]


def test_what_concerns_no_account_is_logged_too(db: None) -> None:
    suppress("who@elsewhere.example")
    assert Event.objects.get(kind="consent.suppressed").chain == "consent"


def test_the_log_holds_no_address(account: Account) -> None:
    suppress(EMAIL)
    assert "brookfield" not in str(list(Event.objects.values())).lower()
    assert list(events.faults()) == []


def test_another_scope_is_refused_with_those_there_are(account: Account) -> None:
    with pytest.raises(ValueError, match="address, domain, account"):
        suppress(EMAIL, "contact")


def test_a_hard_bounce_blocks_and_soft_ones_are_counted(account: Account) -> None:
    consent.record_bounce(EMAIL, hard=False)
    consent.record_bounce(EMAIL, hard=False)
    assert consent.blocked(EMAIL) is None
    assert Address.objects.get().soft_bounces == 2
    consent.record_bounce(EMAIL, hard=True)
    assert consent.blocked(EMAIL).reason == "mail came back"


def test_many_are_asked_at_once(account: Account, django_assert_num_queries: object) -> None:
    suppress("a@one.example")
    suppress("two.example", "domain")
    consent.record_bounce("c@three.example", hard=True)
    emails = ["a@one.example", "b@two.example", "c@three.example", "d@four.example"]
    with django_assert_num_queries(2):
        assert set(consent.blocks_among(emails)) == set(emails[:3])


@pytest.mark.parametrize("scope", ["address", "domain"])
def test_nothing_is_no_wish(db: None, scope: str) -> None:
    with pytest.raises(ValueError, match="nothing to suppress"):
        suppress(" ", scope)
