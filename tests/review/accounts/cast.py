"""The cast of the screens: who looks, whose account it is, and a draft that waits there."""

import itertools

from django.test import Client

from agents.models import Draft
from revenue import clock
from revenue.models import Account, Contact, User
from review import intake
from review.models import ReviewItem
from tests.factories import AccountFactory, ContactFactory, TeamFactory, UserFactory

_numbers = itertools.count(1)


def rep() -> User:
    return UserFactory(username="moses", first_name="Moses", last_name="Frase")


def colleague() -> User:
    return UserFactory(username="vicki", first_name="Vicki", last_name="Laflamme")


def manager() -> User:
    return UserFactory(
        username="dustin", first_name="Dustin", last_name="Brinkmann", role="manager"
    )


def admin() -> User:
    return UserFactory(username="ada", role="admin", team=None)


def other_admin() -> User:
    return UserFactory(username="melvin", role="admin", team=None)


def outsider() -> User:
    """A rep of another team."""
    team = TeamFactory(name="West")
    return UserFactory(username="kary", first_name="Kary", last_name="Hendrixson", team=team)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def account_of(owner: User | None, **more: object) -> Account:
    return AccountFactory(owner=owner, **more)


def draft_at(account: Account, *, contact: Contact | None = None, **more: object) -> Draft:
    word = "".join("abcdefghij"[int(digit)] for digit in str(next(_numbers)))
    contact = contact or account.contacts.first() or ContactFactory(account=account)
    account.refresh_from_db()
    values = {
        "agent": "outreach",
        "output_class": "outreach.follow_up",
        "effect": "buyer",
        "subject": f"Second order, {word}",
        "body": f"Hi {contact.first_name},\n\nIs the second order still wanted?\n\nMoses",
        "context_version": account.context_version,
        "model": "offline-writer",
        "created_at": clock.now(),
    }
    return Draft.objects.create(account=account, contact=contact, **(values | more))


def item_at(account: Account, **more: object) -> ReviewItem:
    """A draft that waits on the desk, with the voice."""
    return intake.route(draft_at(account, **more))
