"""The book of a simulated world: invented accounts with their people, deals and facts.

Every account and person is marked (`is_demo`), so that the set-up page counts them, no real mail
goes there under a demo's sender, and removing the demo removes them.
"""

import itertools
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from django.db.models import Max

from revenue import clock, events, ingest, stages, transactions
from revenue.models import (
    Account,
    Contact,
    Event,
    Mailbox,
    Opportunity,
    Product,
    StageChange,
    Team,
    User,
)
from review.models import ApiToken
from review.world import names
from review.world.plan import Plan

BY = "system:world"
AT_ONCE = 100
PER_REP = 80
TITLES = (
    ("Operations Manager", "evaluator"), ("IT Manager", "champion"), ("Plant Manager", "user"),
    ("Purchasing Manager", "economic buyer"), ("Office Manager", "user"),
    ("Regional Manager", "champion"), ("Head of IT", "champion"), ("Chief Executive", "buyer"),
)  # fmt: skip
PLACES = (
    ("United States", "America/Chicago"), ("United States", "America/New_York"),
    ("United States", "America/Los_Angeles"), ("United Kingdom", "Europe/London"),
    ("Germany", "Europe/Berlin"), ("Canada", "America/Toronto"),
)  # fmt: skip
INDUSTRIES = ("retail", "medical", "software", "finance", "services", "telecommunications")
FACTS = (
    "{name} opened a second site in spring", "{name} moved to a new building",
    "{name} runs four sites on one backup", "{name} plans to replace its servers this year",
)  # fmt: skip


class NoRoom(ValueError):
    """Why no world is run here, and what to do."""


def check() -> None:
    """Nothing real may be here: a simulated clock and simulated replies would run into it."""
    found = {
        "account": Account.objects.filter(is_demo=False).count(),
        "person": User.objects.filter(is_demo=False).count(),
        "mailbox": Mailbox.objects.count(),
        "outside agent": ApiToken.objects.filter(revoked_at=None).count(),
    }
    told = [
        f"{number} {name}{'s' if number > 1 else ''}" for name, number in found.items() if number
    ]
    if told:
        raise NoRoom(
            f"This database is in use: it holds {', '.join(told)} that no simulation made. "
            "Name an empty one by DATABASE_URL, for example sqlite:///world.sqlite3."
        )


def last_moment() -> datetime | None:
    """When the last thing happened at an account."""
    return Event.objects.filter(account__isnull=False).aggregate(last=Max("at"))["last"]


def people(plan: Plan) -> list[User]:
    """Who works in this world: those who are there, and more reps where the book needs them."""
    reps = list(User.objects.filter(role="rep", is_active=True).order_by("pk"))
    team = reps[0].team if reps else Team.objects.get_or_create(name="Demo team")[0]
    lacking = max(2, -(-plan.accounts // PER_REP)) - len(reps)
    for number in range(max(lacking, 0)):
        first, last = names.person(plan.draw("rep", number)).split()
        user = User(
            username=f"rep{number + 2}", first_name=first, last_name=last, team=team, role="rep",
            email=f"{first}.{last}.{number + 2}@seller.example".lower(), is_demo=True,
            time_zone=PLACES[number % len(PLACES)][1],
        )  # fmt: skip
        user.set_unusable_password()
        user.save()
        events.append("person.invited", by=BY, subject=user, role="rep")
        reps.append(user)
    return reps


def plant(plan: Plan, reps: list[User]) -> Iterator[int]:
    """The ids of the new accounts, planted a hundred at a time."""
    products = list(Product.objects.order_by("pk"))
    first = Account.objects.count()
    numbers = iter(range(first, first + plan.accounts))
    while batch := list(itertools.islice(numbers, AT_ONCE)):
        yield from _planted(plan, batch, reps, products)


@transactions.atomic
def _planted(
    plan: Plan, numbers: list[int], reps: list[User], products: list[Product]
) -> list[int]:
    chances = {number: plan.draw("account", number) for number in numbers}
    accounts = Account.objects.bulk_create(
        _account(number, chance, reps) for number, chance in chances.items()
    )
    Account.objects.filter(pk__in=[row.pk for row in accounts]).update(created_at=clock.now())
    for account, chance in zip(accounts, chances.values(), strict=True):
        events.append("account.imported", by=BY, account=account, subject=account)
        zone = chance.choice([zone for land, zone in PLACES if land == account.billing_country])
        Contact.objects.bulk_create(_people(account, zone, chance))
        _deals(account, products, chance)
        if chance.random() < 0.4:
            _fact(account, chance)
    return [row.pk for row in accounts]


def _account(number: int, chance: Random, reps: list[User]) -> Account:
    name = names.company(number)
    return Account(
        name=name,
        domain=names.domain(name),
        owner=None if chance.random() < 0.01 else reps[number % len(reps)],
        industry=chance.choice(INDUSTRIES),
        number_of_employees=int(chance.lognormvariate(5.3, 1.2)) + 3,
        annual_revenue=int(chance.lognormvariate(3.5, 1)) * 1_000_000 + 1_000_000,
        billing_country=chance.choice(PLACES)[0],
        is_strategic=chance.random() < 0.02,
        is_demo=True,
    )


def _people(account: Account, zone: str, chance: Random) -> list[Contact]:
    called = sorted({names.person(chance) for _ in range(chance.choice((1, 1, 2, 2, 3)))})
    rows = []
    for name in called:
        title, role = chance.choice(TITLES)
        first, last = name.split()
        rows.append(
            Contact(
                account=account,
                email=names.address(name, account.domain),
                first_name=first,
                last_name=last,
                title=title,
                buying_role=role,
                time_zone=zone,
                lead_source="simulated",
            )
        )
    return rows


def _deals(account: Account, products: list[Product], chance: Random) -> None:
    """For most one that is open, and for some what they bought before."""
    today = clock.now().date()
    stage = chance.choice(("prospecting", "prospecting", "prospecting", "engaging", "", ""))
    if account.owner is None:  # else nobody would ever ask whose it is
        stage = "prospecting"
    if stage:
        days = chance.randint(16, 50) if stage == "engaging" else chance.randint(1, 12)
        began = today - timedelta(days=days)
        _deal(account, chance.choice(products), stage, began=began)
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        began = today - timedelta(days=chance.randint(90, 700))
        _deal(account, chance.choice(products), "won", began=began, days=chance.randint(10, 60))


def _deal(account: Account, product: Product, stage: str, *, began: date, days: int = 0) -> None:
    won = stage == "won"
    closed = began + timedelta(days=days) if won else None
    row = Opportunity.objects.create(
        account=account, owner=account.owner, product=product, stage=stage, is_closed=won,
        is_won=won, amount=product.list_price, engaged_on=began, closed_on=closed,
    )  # fmt: skip
    events.append("opportunity.imported", by=BY, account=account, subject=row, stage=stage)
    StageChange.objects.create(
        account=account, opportunity=row, from_stage="", to_stage=stage, at=clock.now(), by=BY,
        reason="as it stood when the simulation began",
    )  # fmt: skip
    if won and account.stage == "prospect":
        stages.advance(account, "customer", by=BY, reason=f"Bought {product.name}.")


def _fact(account: Account, chance: Random) -> None:
    ingest.record_fact(
        account=account, text=chance.choice(FACTS).format(name=account.name),
        source="Call with the account", as_of=clock.now() - timedelta(days=chance.randint(3, 60)),
        by=account.owner or BY,
    )  # fmt: skip
