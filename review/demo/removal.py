"""What goes when the demo goes, and its going: one transaction, accounts first, then people.

Events stay, since the log is append-only; they hold no text. What somebody real depends on stays
too: a demo person to whom rows still point is deactivated, a product that a real deal names is
kept. The admin who does it stays signed in; one who came with the demo gets a login of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError, QuerySet

from agents.models import Draft
from revenue import events, locks, people, records, snapshots, transactions, workspace
from revenue.models import (
    Account,
    Activity,
    Claim,
    Contact,
    Opportunity,
    Product,
    Suppression,
    Team,
    User,
    Workspace,
)
from review import autonomy, said
from review.audit import nightly
from review.demo import book
from review.models import Decision, OutboxMessage


class DemoError(ValueError):
    """Why the demo cannot be removed now, and what to do."""


@dataclass(frozen=True)
class Inventory:
    """What the demo consists of at this moment; `ownerless` real accounts lose a demo owner."""

    accounts: int
    contacts: int
    deals: int
    drafts: int
    messages: int
    people: int
    ownerless: int


@dataclass(frozen=True)
class OwnLogin:
    """What makes a demo admin's login one of their own."""

    name: str
    email: str
    password: str


def inventory() -> Inventory:
    theirs = {"account__is_demo": True}
    return Inventory(
        accounts=Account.objects.filter(is_demo=True).count(),
        contacts=Contact.objects.filter(**theirs).count(),
        deals=Opportunity.objects.filter(**theirs).count(),
        drafts=Draft.objects.filter(**theirs).count(),
        messages=Activity.objects.filter(**theirs).count(),
        people=User.objects.filter(is_demo=True).count(),
        ownerless=_owned_by_demo().count(),
    )


def _owned_by_demo() -> QuerySet[Account]:
    return Account.objects.filter(is_demo=False, owner__is_demo=True)


@transactions.atomic
def remove(*, by: User, login: OwnLogin | None = None) -> Inventory:
    """Remove the demo for good; returns what went. `login` is needed from a demo admin."""
    row = locks.row(Workspace, workspace.load().pk)
    _check(row, by=by, login=login)
    gone = inventory()
    if login:
        _keep(by, login)
    _remove_accounts()
    autonomy.forget(by=by)
    nightly.begin_anew()
    _remove_catalogue()
    _remove_people(by)
    own = {name: "" for name, value in book.COMPANY.items() if getattr(row, name) == value}
    workspace.change(by=by, has_demo=False, **own)
    events.append("demo.removed", by=by, accounts=gone.accounts, people=gone.people)
    return gone


def _check(row: Workspace, *, by: User, login: OwnLogin | None) -> None:
    if not by.is_admin:
        raise DemoError("Only an admin can remove the demo.")
    if not row.has_demo:
        raise DemoError("The demo is gone already.")
    if by.is_demo and login is None:
        raise DemoError("Your login came with the demo. Give it your name, address and password.")
    if OutboxMessage.objects.filter(account__is_demo=True, state="sending").exists():
        raise DemoError("A mail of the demo is leaving at this moment. Try again in a minute.")


def _keep(user: User, login: OwnLogin) -> None:
    """Nothing of `user` changes before everything about the new login is checked."""
    taken = User.objects.filter(email__iexact=login.email.strip()).exclude(pk=user.pk)
    if taken.exists():
        raise DemoError(f"{login.email} belongs to somebody else here.")
    first, _, last = login.name.strip().partition(" ")
    names = {"first_name": first, "last_name": last, "email": login.email.strip().lower()}
    try:
        validate_password(login.password, User(username=user.username, **names))
    except ValidationError as error:
        raise DemoError(" ".join(error.messages)) from error
    for field, value in {**names, "is_demo": False, "team": None}.items():
        setattr(user, field, value)
    user.set_password(login.password)
    user.save()
    people.forget_addresses(user)
    events.append("person.changed", by=user, subject=user, fields=["email", "name", "password"])


def _remove_accounts() -> None:
    """Messages first: they protect what stands below them."""
    there = locks.accounts(Account.objects.filter(is_demo=True).values_list("pk", flat=True))
    ids = [account.pk for account in there]
    said.forget(_approved(ids))
    OutboxMessage.objects.filter(account__in=ids).delete()
    Suppression.objects.filter(account__in=ids).delete()
    Account.objects.filter(pk__in=ids).delete()


def _approved(ids: list[int]) -> Iterator[tuple[Draft, str]]:
    """What demo people let leave: nobody here has read these sentences."""
    rows = Decision.objects.filter(item__account__in=ids).exclude(after="")
    for row in rows.select_related("item__draft__contact"):
        if row.item.draft:
            yield row.item.draft, snapshots.get(row.after).partition("\n")[2]


def _remove_catalogue() -> None:
    names = [name for name, *_ in book.PRODUCTS]
    used = Opportunity.objects.filter(product__name__in=names).values("product")
    products = Product.objects.filter(name__in=names).exclude(pk__in=used)
    Claim.objects.filter(text__in=[text for _, text in book.CLAIMS]).delete()
    products.delete()


def _remove_people(by: User) -> None:
    for account in _owned_by_demo():
        records.assign_owner(account, None, by=by)
    for user in User.objects.filter(is_demo=True).exclude(pk=by.pk):
        _remove_person(user, by=by)
    Team.objects.filter(name=book.TEAM, user=None).delete()


def _remove_person(user: User, *, by: User) -> None:
    try:
        with transactions.atomic(savepoint=True):
            user.delete()
    except ProtectedError:
        User.objects.filter(pk=user.pk).update(is_active=False, is_demo=False)
    events.append("person.deactivated", by=by, subject=user)
