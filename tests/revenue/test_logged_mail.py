"""A person's own mail, copied to the log address: theirs when that is proved, else a question."""

from typing import Any

import pytest

from revenue import context, workspace
from revenue.inbound import filing, headers, mime, receive_email
from revenue.models import Account, Activity, Mailbox, User
from tests.factories import AccountFactory, ContactFactory, UserFactory
from tests.mailboxes import ADDRESS, connected, mail

pytestmark = pytest.mark.django_db
BUYER = "yara@brookfield.example"
PROVED = "mx.in.example; dmarc=pass header.from=seller.example"


@pytest.fixture(autouse=True)
def inbound(settings: Any) -> None:
    settings.INBOUND_DOMAIN = "in.seller.example"
    settings.INBOUND_AUTHSERV = "mx.in.example"


@pytest.fixture
def account() -> Account:
    account = AccountFactory(owner=UserFactory(username="rep", email=ADDRESS))
    ContactFactory(account=account, email=BUYER)
    return account


def logged(to: str = BUYER, *, proof: str = PROVED, sender: str = ADDRESS, **more: str) -> bytes:
    values = {"delivered_to": workspace.log_address(), "message_id": "<own@seller.example>"}
    if proof:
        values["authentication_results"] = proof
    return mail(sender, to, "At nine?", **(values | more))


def test_a_proved_one_counts_as_its_senders_own_mail(account: Account) -> None:
    before = context.account_context(account).version
    kept = receive_email(logged())
    assert (kept.account, kept.user, kept.direction) == (account, account.owner, "outbound")
    assert kept.contact.email == BUYER
    assert context.account_context(account).version > before


def test_the_envelope_names_the_address_where_no_header_does(account: Account) -> None:
    raw = logged(delivered_to="somebody@in.seller.example")
    assert receive_email(raw, recipient=workspace.log_address()).direction == "outbound"


def test_copied_and_found_in_sent_it_is_one(account: Account) -> None:
    first, second = receive_email(logged()), receive_email(logged())
    assert first == second


def test_a_mailbox_address_is_its_owners(account: Account) -> None:
    rep = UserFactory(username="other")
    connected(rep, address="alias@seller.example")
    assert receive_email(logged(sender="alias@seller.example")).user == rep


@pytest.mark.parametrize(
    "proof",
    ["", "mx.in.example; dmarc=fail", "mx.in.example; spf=pass smtp.mailfrom=thief@else.example",
     "mx.in.example; dkim=pass header.d=else.example",
     "mx.in.example; dkim=fail header.d=seller.example",
     "thief.example; dmarc=pass", "mx.in.example.thief.example; dmarc=pass", "dmarc=pass", ";"],
)  # fmt: skip
def test_from_is_not_believed(account: Account, proof: str) -> None:
    before = context.account_context(account).version
    kept = receive_email(logged(proof=proof))
    assert (kept.account, kept.user, kept.direction) == (None, account.owner, "outbound")
    assert "nothing proves who sent it" in kept.warning
    assert context.account_context(account).version == before


@pytest.mark.parametrize(
    ("results", "speaks"),
    [
        ("mx; dmarc=pass", True),
        ("mx; dmarc=fail; dkim=pass header.d=seller.example", False),
        ("mx; dkim=pass header.d=seller.example", True),
        ("mx; dkim=pass header.d=mail.seller.example", True),
        ("mx; dkim=pass header.d=notseller.example", False),
        ("mx; dkim=fail header.d=seller.example; dkim=pass header.d=else.example", False),
        ("mx; spf=pass smtp.mailfrom=rep@seller.example", True),
        ("mx; spf=pass smtp.mailfrom=seller.example", True),
        ("mx; spf=softfail smtp.mailfrom=rep@seller.example", False),
        ("mx; spf=pass (dkim=pass header.d=seller.example) smtp.mailfrom=x@else.example", False),
        ("", False),
    ],
)
def test_a_proof_is_of_the_very_domain(results: str, speaks: bool) -> None:
    more = {"authentication_results": results} if results else {}
    message = mime.headers_of(mail(ADDRESS, BUYER, **more))
    assert headers.speaks_for_sender(message, server="mx") is speaks


def test_while_nobody_names_the_receiving_server_nothing_is_proved(account, settings) -> None:
    settings.INBOUND_AUTHSERV = ""
    assert receive_email(logged()).account is None


@pytest.mark.parametrize("results", ["MX.in.example 1; dmarc=pass", " mx.in.example ;dmarc=pass"])
def test_the_receiving_server_is_known_however_it_writes_its_name(account, results: str) -> None:
    assert receive_email(logged(proof=results)).account == account


def test_who_brings_their_own_mail_themselves_needs_no_proof(account: Account) -> None:
    rep = account.owner
    assert receive_email(logged(proof=""), added_by=rep).account == account
    other = receive_email(logged(proof="", message_id="<2@x.example>"), added_by=UserFactory())
    assert other.account is None


def test_who_brings_a_colleagues_mail_proves_nothing_by_what_stands_in_it(account: Account) -> None:
    """A file says of itself whatever its writer wanted, of the receiving server too."""
    before = context.account_context(account).version
    kept = receive_email(logged(), added_by=UserFactory())
    assert (kept.account, kept.user) == (None, account.owner)
    assert "nothing proves who sent it" in kept.warning
    assert context.account_context(account).version == before


def test_a_sign_in_address_is_its_owners_whoever_connected_it(account: Account) -> None:
    thief = UserFactory(username="thief")
    connected(thief, address="other@seller.example")
    Mailbox.objects.update(address=ADDRESS)
    assert receive_email(logged(to="new@brookfield.example")).user == account.owner


def test_a_stranger_at_the_log_address_is_an_ordinary_mail(account: Account) -> None:
    kept = receive_email(logged(to=ADDRESS, sender=BUYER))
    assert (kept.direction, kept.account) == ("inbound", account)


def test_of_somebody_deactivated_it_is_an_ordinary_mail(account: Account) -> None:
    User.objects.update(is_active=False)
    assert receive_email(logged()).direction == "inbound"


def test_another_address_of_the_domain_is_not_the_log_address(account: Account) -> None:
    guess = workspace.log_address().replace("log+", "log+0")
    assert receive_email(logged(delivered_to=guess)).direction == "inbound"


def test_to_nobody_that_we_know_a_person_files_it(account: Account) -> None:
    kept = receive_email(logged(to="new@brookfield.example"))
    assert kept.account is None
    assert "no recipient is a contact" in kept.warning
    filed = filing.assign(kept, account, by=account.owner, contact=account.contacts.get())
    assert (filed.direction, filed.user, filed.account) == ("outbound", account.owner, account)
    assert not Activity.objects.filter(account=None).exists()


def test_what_a_person_files_is_the_writers_and_no_reply(account: Account) -> None:
    kept = receive_email(logged(proof=""))
    manager = UserFactory(role="manager", team=account.owner.team)
    before = context.account_context(account).version
    filed = filing.assign(kept, account, by=manager, contact=account.contacts.get())
    assert filed.user == account.owner
    assert context.account_context(account).version > before
    assert not account.signals.exists()
