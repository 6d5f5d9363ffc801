"""A rep who approved a mail, and an account of theirs for which it is written again, wrongly."""

from dataclasses import dataclass

from agents.models import Draft
from revenue.models import Account, User
from review import decisions, intake
from review.models import Decision, Plant, ReviewItem
from review.practice import planting
from tests.factories import (
    AccountFactory,
    ContactFactory,
    OpportunityFactory,
    UserFactory,
    WonFactory,
)
from tests.review.desk.conftest import draft_for

BODY = "Hi {name},\n\nYou ordered GTX Basic. Is GTX Pro of use to you?\n\nPat"


@dataclass
class Scene:
    rep: User
    colleague: User
    manager: User
    outsider: User
    source: Draft
    account: Account

    def plant(self) -> Plant:
        found = planting.plant(self.rep)
        assert found
        return Plant.objects.select_related("item__draft", "item__account").get(pk=found.pk)


def account(rep: User, name: str, first: str, last: str) -> Account:
    made = AccountFactory(owner=rep, name=name)
    ContactFactory(account=made, first_name=first, last_name=last)
    OpportunityFactory(account=made)
    WonFactory(account=made)
    return made


def scene() -> Scene:
    return around(UserFactory(username="rep", first_name="Ada", last_name="Rep", undo_seconds=0))


def around(rep: User) -> Scene:
    others = {
        "colleague": UserFactory(username="colleague", team=rep.team),
        "manager": UserFactory(username="manager", role="manager", team=rep.team),
        "outsider": UserFactory(username="outsider", team__name="West"),
    }
    first = account(rep, "Fernhill", "Yara", "Zhou")
    draft = draft_for(first, body=BODY.format(name="Yara"), subject="GTX Pro, Fernhill")
    item = intake.route(draft)
    assert item
    decisions.approve(item, by=rep, revision=1, dwell_ms=60_000)
    second = account(rep, "Oakmont", "Milo", "Brandt")
    return Scene(rep, source=draft, account=second, **others)


def decided(plant: Plant) -> Decision:
    return Decision.objects.get(item=plant.item)


def fresh(item: ReviewItem) -> ReviewItem:
    return ReviewItem.objects.select_related("draft", "account").get(pk=item.pk)
