"""The demo becomes rows, by the same doors as real data. Agents find it by its signals.

Nothing here starts an agent: the tick and the worker see the signals and write the first drafts.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from revenue import clock, consent, events, inbound, ingest, stages, todo, transactions, workspace
from revenue.models import (
    Account,
    Activity,
    Claim,
    Contact,
    Opportunity,
    Product,
    StageChange,
    Suppression,
    Task,
    Team,
    User,
)
from review import tasks, world
from review.demo import book
from review.demo.book import Company, Deal, Duty, Person

BY = "system:demo"
NOON = time(12, tzinfo=UTC)
PAST_DAYS, PAST_ACCOUNTS = 14, 12
# So few drafts show little of what reviewers do, unless there is much to do.
BUSY = (world.Habits(edits=0.2, rejects=0.08), world.Habits(edits=0.15, rejects=0.05, care=0.8))
MANY = dict.fromkeys(world.ERRORS, 0.15)
ALIVE = 60.0  # seconds after which a worker that has not answered is taken to be gone


class Refused(ValueError):
    """Why the demo is not planted."""


def seed(*, past: int = 0) -> str:
    """Plant the demo in an empty installation, and say what there is. `Refused` says why not.

    `past`: days that a part of the book has lived through before, simulated. A start that was cut
    off there goes on with today.
    """
    begun = _is_begun()
    if Account.objects.exists() and not begun:
        raise Refused("There are accounts already, so the demo was left out.")
    if User.objects.exists() and not begun:
        raise Refused("There are people already, so the demo was left out.")
    if past and not begun:
        world.live(_plan(past), founded=found)
    _today()
    behind = f" {PAST_ACCOUNTS} more have {past} simulated days behind them." if past else ""
    return (
        f"The demo is there: {book.COMPANY['company']} with {len(book.BOOK)} invented accounts."
        f"{behind} The agents write their first drafts once the worker runs."
    )


def _is_begun() -> bool:
    """Its past is there, or a part of it, and nothing else: no account of its book, nobody real."""
    names = [company.name for company in book.BOOK]
    others = Account.objects.filter(is_demo=False) | Account.objects.filter(name__in=names)
    real = User.objects.filter(is_demo=False)
    return workspace.load().has_demo and not others.exists() and not real.exists()


def _plan(days: int) -> world.Plan:
    start = clock.now() - timedelta(days=days)
    return world.Plan(days=days, accounts=PAST_ACCOUNTS, start=start, reviewers=BUSY, errors=MANY)


@transactions.atomic
def _today() -> None:
    found()
    people = User.objects.in_bulk(field_name="username")
    for company in book.BOOK:
        _plant(company, people.get(company.owner))


@transactions.atomic
def found() -> None:
    """The company with its people and its catalogue, and no account yet, unless there is one."""
    if not User.objects.exists():
        _company()


def simulate(plan: world.Plan) -> world.Told:
    """Live through a world in which the demo's company sells. `world.NoRoom` says why not."""
    if (tasks.heartbeat_age() or ALIVE) < ALIVE:
        raise world.NoRoom("A desk is served from this database just now. Stop it first.")
    return world.told(world.live(plan, founded=found))


def _company() -> None:
    _people()
    _catalogue()
    workspace.change(by=BY, has_demo=True, **book.COMPANY)


def _people() -> None:
    team = Team.objects.create(name=book.TEAM)
    for role, name, password, first, last in book.PEOPLE:
        user = User(
            username=name, role=role, first_name=first, last_name=last, team=team, is_demo=True,
            email=f"{first}.{last}@{book.DOMAIN}".lower(),
        )  # fmt: skip
        user.set_password(password)
        user.save()
        events.append("person.invited", by=BY, subject=user, role=role)


def _catalogue() -> None:
    products = {
        name: Product.objects.create(name=name, series=series, list_price=price)
        for name, series, price in book.PRODUCTS
    }
    for name, text in book.CLAIMS:
        Claim.objects.create(text=text, product=products[name], approved_by=BY)


def _plant(company: Company, owner: User | None) -> None:
    account = Account.objects.create(
        name=company.name,
        owner=owner,
        domain=company.domain,
        industry=company.industry,
        number_of_employees=company.employees,
        annual_revenue=company.revenue_millions * 1_000_000,
        billing_country=company.country,
        is_strategic=company.is_strategic,
        is_demo=True,
    )
    events.append("account.imported", by=BY, account=account, subject=account)
    people = [_person(account, person) for person in company.people]
    for deal in company.deals:
        _deal(account, deal)
    for note in company.notes:
        ingest.record_fact(
            account=account, text=note.text, source=note.source, source_url=note.url,
            as_of=_noon(note.days), by=BY,
        )  # fmt: skip
    _talk(account, people[0], company)
    _signals(account, company)
    _day(account, people[0], company)


def _person(account: Account, person: Person) -> Contact:
    email = f"{person.first}.{person.last}@{account.domain}".lower()
    contact = Contact.objects.create(
        account=account, email=email, first_name=person.first, last_name=person.last,
        title=person.title, buying_role=person.role, time_zone=person.zone, lead_source="demo",
    )  # fmt: skip
    ingest.see_address(email)
    if person.opted_out:
        consent.suppress(
            email, scope=Suppression.Scope.ADDRESS, by="contact", account=account,
            reason="asked for it in a reply",
        )  # fmt: skip
    return contact


def _deal(account: Account, deal: Deal) -> None:
    meaning = stages.OPPORTUNITY[deal.stage].semantic
    is_closed = meaning in (stages.WON, stages.LOST)
    row = Opportunity.objects.create(
        account=account, owner=account.owner, product=Product.objects.get(name=deal.product),
        stage=deal.stage, is_closed=is_closed, is_won=meaning == stages.WON,
        amount=deal.amount or None, engaged_on=_noon(deal.days[0]).date(),
        closed_on=_noon(deal.days[1]).date() if is_closed else None,
    )  # fmt: skip
    events.append("opportunity.imported", by=BY, account=account, subject=row, stage="prospecting")
    for step in StageChange.objects.bulk_create(_history(row, deal)):
        if step.from_stage:
            events.append(
                "stage.changed", by=BY, account=account, subject=row,
                before=step.from_stage, after=step.to_stage,
            )  # fmt: skip
    if meaning == stages.WON and account.stage != "customer":
        at = _noon(deal.days[1])
        stages.advance(account, "customer", by=BY, reason=f"Bought {deal.product}.", at=at)


def _history(row: Opportunity, deal: Deal) -> Iterable[StageChange]:
    """One step for each date, and the stage before it as the graph has it."""
    names = [deal.stage] if len(deal.days) == 1 else ["engaging", deal.stage]
    before = "" if names[0] == "prospecting" else "prospecting"
    for name, days in zip(names, deal.days, strict=True):
        yield StageChange(
            account=row.account, opportunity=row, from_stage=before, to_stage=name,
            at=_noon(days), by=BY, reason="as it stood in the demo",
        )  # fmt: skip
        before = name


def _talk(account: Account, contact: Contact, company: Company) -> None:
    """The owner's mail, and what came back."""
    if not company.letter:
        return
    message_id = f"<demo-{account.pk}@{book.DOMAIN}>"
    thread = ingest.thread_for(account, contact, company.subject, token=f"demo{account.pk}")
    ingest.record_message(
        account=account, contact=contact, thread=thread, user=account.owner,
        direction=Activity.Direction.OUTBOUND, subject=company.subject, body=company.letter,
        sender=account.owner.email if account.owner else "", message_id=message_id,
        occurred_at=clock.now() - timedelta(days=company.sent_days), by=BY,
    )  # fmt: skip
    if account.stage == "prospect":
        stages.advance(account, "contacted", by=BY, reason="A first mail was sent.")
    if company.reply:
        inbound.receive_email(_reply(contact, company, message_id))


def _reply(contact: Contact, company: Company, message_id: str) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"{contact.name} <{contact.email}>"
    mail["To"] = f"sales@{book.DOMAIN}"
    mail["Subject"] = f"Re: {company.subject}"
    mail["Date"] = format_datetime(clock.now() - timedelta(minutes=40))
    mail["Message-ID"] = f"<re-{message_id[1:-1]}>"
    mail["In-Reply-To"] = message_id
    mail.set_content(company.reply)
    return mail.as_bytes()


def _signals(account: Account, company: Company) -> None:
    if not company.visits:
        ingest.record_signal(
            account=account, kind="imported", source="demo", occurred_at=clock.now(), payload={},
            dedupe_key=f"demo:{account.pk}",
        )  # fmt: skip
    for number, visit in enumerate(company.visits):
        ingest.record_signal(
            account=account, kind="page_visit", source="demo",
            occurred_at=clock.now() - timedelta(hours=2),
            payload={"url": f"https://{book.DOMAIN}{visit.page}", "visitor": visit.visitor},
            dedupe_key=f"demo:{account.pk}:visit:{number}",
        )  # fmt: skip


def _day(account: Account, contact: Contact, company: Company) -> None:
    """What the owner finds on their Today page."""
    if company.meets:
        starts_at = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
        ingest.record_meeting(
            account=account, uid=f"demo-{account.pk}@{book.DOMAIN}", subject=company.meets,
            starts_at=starts_at, ends_at=starts_at + timedelta(minutes=30), attendees=[contact],
            by=BY,
        )  # fmt: skip
    if account.owner:
        _duties(account, contact, company.duties, by=account.owner)


def _duties(account: Account, contact: Contact, duties: Iterable[Duty], *, by: User) -> None:
    for duty in duties:
        todo.add(
            account, by=by, subject=duty.words, due_on=_noon(duty.days).date(), contact=contact,
            kind=Task.Kind.PROMISE if duty.is_promise else Task.Kind.TASK,
        )  # fmt: skip


def _noon(days: int) -> datetime:
    """Noon in UTC so many days ago: the same day nearly everywhere."""
    return datetime.combine((clock.now() - timedelta(days=days)).date(), NOON)
