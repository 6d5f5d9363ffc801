"""A rep's desk with one or more drafts that outreach wrote, and a browser-like client."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agents.models import Draft
from revenue import clock, context
from revenue.models import Account, User, Workspace
from review import intake
from review.models import ReviewItem
from tests.factories import ContactFactory, UserFactory, prospect

HTMX = {"HX-Request": "true"}


def draft_for(account: Account, **more: object) -> Draft:
    """A mail as outreach leaves it: evidence for its one claim, written offline."""
    deal = account.opportunities.filter(is_won=True).first()
    values = {
        "account": account,
        "agent": "outreach",
        "output_class": "outreach.first_email",
        "effect": "buyer",
        "contact": account.contacts.first(),
        "subject": "GTX Pro beside your GTX Basic",
        "body": "Hi Yara,\n\nYou ordered GTX Basic in March. Is GTX Pro of use to you?\n\nPat",
        "evidence": [
            {
                "claim": "GTX Basic was ordered in March 2017",
                "source_type": "opportunity",
                "source_id": f"opportunity:{deal.pk}",
                "quote": "GTX Basic",
                "as_of": "2017-03-01",
            }
        ],
        "context_version": Account.objects.get(pk=account.pk).context_version,
        "context_hash": context.account_context(account).hash,
        "model": "offline-writer",
        "created_at": clock.now(),
    }
    return Draft.objects.create(**{**values, **more})


def put_on_desk(owner: User, **more: object) -> ReviewItem:
    """A pending item of an account of `owner`, which may be given by `account`."""
    account = more.pop("account", None) or prospect(owner=owner)
    return intake.route(draft_for(account, **more))


@pytest.fixture
def rep(workspace: Workspace) -> User:
    return UserFactory(username="rep", first_name="Ada", last_name="Rep", time_zone="Europe/Berlin")


@pytest.fixture
def colleague(rep: User) -> User:
    return UserFactory(username="colleague", first_name="Cleo", last_name="League", team=rep.team)


@pytest.fixture
def manager(rep: User) -> User:
    return UserFactory(
        username="manager", first_name="Max", last_name="Manager", role="manager", team=rep.team
    )


@pytest.fixture
def outsider(db: None) -> User:
    return UserFactory(username="outsider", team__name="West")


@pytest.fixture
def admin(db: None) -> User:
    return UserFactory(username="admin", role="admin")


@pytest.fixture
def item(rep: User) -> ReviewItem:
    return put_on_desk(rep)


Post = Callable[..., HttpResponse]


@pytest.fixture
def post(client: Client) -> Post:
    """POST one verb on an item as `by`; over htmx unless `htmx=False`."""

    def send(
        verb: str, item: ReviewItem, *, by: User | None, htmx: bool = True, **data: object
    ) -> HttpResponse:
        if by:
            client.force_login(by)
        else:
            client.logout()
        data = {"revision": item.revision, **data}
        headers = HTMX if htmx else {}
        return client.post(reverse(f"item_{verb}", args=[item.pk]), data, headers=headers)

    return send


@pytest.fixture
def get(client: Client) -> Post:
    def fetch(name: str, *args: object, by: User, **options: object) -> HttpResponse:
        client.force_login(by)
        return client.get(reverse(name, args=args), options.pop("query", None), **options)

    return fetch


def moved(item: ReviewItem) -> None:
    """Something happens at the account, so that the draft is outdated."""
    context.moved(item.account_id)


__all__ = ["ContactFactory", "moved", "put_on_desk"]
