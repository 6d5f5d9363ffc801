"""When a practice draft is due for somebody, and which: one error, like those that agents make.

One in fifty of what came to a reviewer in a week, at least one, at most one in twenty; never two at
a time, at an hour that nobody foresees. It needs an account of theirs where nothing is pending and
an approved mail of a kind that somebody there never got and in which, written for them, no guard
finds a fault; and a swap that none finds either. Where something is marked red the guard is on
trial, and not its reader.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from agents import preferences
from agents.definitions import registry
from agents.models import HUMAN, OUTSIDE, Draft, ReceivedPreference
from revenue import clock, context, locks, transactions
from revenue.models import Account, Activity, Contact, Lease, Opportunity, Role, User
from review import autonomy, guards, intake
from review.grounding import Known, sources
from review.models import Decision, OutboxMessage, Plant, PracticeRound, ReviewItem
from review.practice import exchanging, swaps
from review.practice.exchanging import Exchange
from review.practice.swaps import Record, Swap

SHARE, MOST = 0.02, 0.05  # of what comes to a reviewer
WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
CHANCE = 0.125  # in each hour that one is due
AT_LAST = timedelta(days=6)  # after so long without one it does not wait for luck
ACCOUNTS, MAILS, SWAPS = 6, 12, 12  # looked at in one go
RE, SENTENCE = "Re: ", re.compile(r"(?<=[.!?])\s+|\n")
PEOPLE = 2000  # of whom those accounts are drawn
TOLD = ("why", "response", "engagement", "questions", "objections", "assessment")  # of a handoff
PERSON = ("first_name", "last_name", "buying_role")
CALLED = ("agent", "rule", "allowed", "signals", "mandate", "reason")  # of a decision


def plant_due() -> int:
    """Plant for whoever it is due. Each is looked at once an hour, so a round is cheap."""
    now = clock.now()
    recent = PracticeRound.objects.filter(user=OuterRef("pk"), looked_at__gt=now - HOUR)
    people = User.objects.filter(~Exists(recent), is_active=True, team__isnull=False)
    people = people.exclude(role=Role.ADMIN).order_by("pk")
    return sum(transactions.apart(_looked, people))


def _looked(user: User) -> bool:
    return _begun(user) and is_due(user) and plant(user) is not None


@transactions.atomic
def _begun(user: User) -> bool:
    """Whether it is us who look this hour."""
    now = clock.now()
    row, _ = PracticeRound.objects.get_or_create(user=user)
    old = PracticeRound.objects.filter(Q(looked_at=None) | Q(looked_at__lte=now - HOUR), pk=row.pk)
    return bool(old.update(looked_at=now))


def is_due(user: User) -> bool:
    """What came to them in a week and was decided by them counts; who decides nothing gets none."""
    now = clock.now()
    came = ReviewItem.objects.real().filter(account__owner=user, created_at__gt=now - WEEK)
    decided = Decision.objects.filter(by=user, at__gt=now - WEEK)
    mine = Plant.objects.filter(reviewer=user)
    if not decided.exists() or mine.filter(item__in=ReviewItem.objects.waiting()).exists():
        return False
    many = came.count()
    wanted = max(1, min(round(SHARE * many), int(MOST * many)))
    if mine.filter(made_at__gt=now - WEEK).count() >= wanted:
        return False
    if not mine.filter(made_at__gt=now - AT_LAST).exists() and mine.exists():
        return True
    return autonomy.chance(f"practice {user.pk} {now:%Y-%m-%d %H}") < CHANCE


def plant(user: User) -> Plant | None:
    """A practice draft for this reviewer; None where nothing fits. Looking takes a while, so it is
    no part of the transaction that places it."""
    for contact in _targets(user):
        contact.account.owner = user
        for source in _sources(contact):
            found = _chosen(source, contact)
            if found:
                return _place(*found, source, user)
    return None


def _targets(user: User) -> list[Contact]:
    """One person each of some accounts where nothing is pending, by chance."""
    rows = _idle(user).order_by("-pk").values_list("pk", "account_id")[:PEOPLE]
    hour = f"{clock.now():%Y-%m-%d %H}"
    drawn = sorted(rows, key=lambda row: autonomy.chance(f"person {row[0]} {hour}"))
    one_each = {account: pk for pk, account in reversed(drawn)}
    first = [pk for pk, account in drawn if one_each[account] == pk][:ACCOUNTS]
    found = Contact.objects.select_related("account").in_bulk(first)
    return [found[pk] for pk in first]


def _idle(user: User) -> QuerySet[Contact]:
    """People of accounts where nothing waits, nothing leaves and nobody speaks."""
    here = {"account": OuterRef("account")}
    unsent = OutboxMessage.objects.unsent().filter(**here)
    spoken = Lease.objects.active().filter(**here)
    return Contact.objects.there().exclude(email="").filter(
        ~Exists(ReviewItem.objects.waiting().filter(**here)), ~Exists(unsent), ~Exists(spoken),
        account__owner=user, account__is_strategic=False,
    )  # fmt: skip


def _sources(to: Contact) -> QuerySet[Draft]:
    """Mails that a person read and approved as they were, of a kind that this one never got."""
    read = Decision.objects.filter(
        verb=Decision.Verb.APPROVE, by__isnull=False, bulk=None, undone_at=None,
        item__draft=OuterRef("pk"),
    )  # fmt: skip
    had = Draft.objects.filter(contact=to, output_class=OuterRef("output_class"))
    rows = Draft.objects.filter(
        Exists(read), ~Exists(had), effect="buyer", is_planted=False, in_reply_to=None,
        contact__isnull=False, account__is_demo=to.account.is_demo, supersedes=None,
        is_tainted=False,
    )  # fmt: skip
    rows = rows.filter(_as_wished(to.account), _as_of_now())
    rows = rows.exclude(account=to.account_id).exclude(agent__startswith=OUTSIDE)
    if not _last_subject(to):
        rows = rows.exclude(subject__startswith=RE)
    joined = ("account__owner", "contact", "config", "handoff", "run__decision")
    return rows.exclude(agent=HUMAN).select_related(*joined).order_by("-pk")[:MAILS]


def _as_wished(account: Account) -> Q:
    """Written with the very preferences that hold at this account: the card names them, and a mail
    that follows others reads otherwise."""
    wishes = preferences.at(account)
    received = ReceivedPreference.objects.filter(run=OuterRef("run"))
    fits = Q(~Exists(received.exclude(preference__in=wishes)))
    for wish in wishes:
        fits &= ~Q(output_class=wish.output_class) | Q(Exists(received.filter(preference=wish)))
    return fits


def _as_of_now() -> Q:
    """By the version and the model of their agents' last drafts, which the history names."""
    fits = Q(pk__in=[])
    for agent in registry.names():
        written = Draft.objects.filter(agent=agent, is_planted=False).order_by("-pk")
        last = written.values("agent", "config", "model").first()
        fits |= Q(**last) if last else Q(pk__in=[])
    return fits


def _chosen(source: Draft, to: Contact) -> tuple[Draft, Swap] | None:
    """The mail as it would be right, no guard against it, and the first swap that none sees."""
    exchange = exchanging.of(source, to)
    draft = _rendered(exchange) if exchange else None
    if draft is None or guards.findings(draft, by_the_hour=False):
        return None
    tried = _in_order(draft, sources.known(draft))
    shown = " ".join(_shown(draft)).casefold()
    fair = (one for one in tried if _is_fair(draft, one, shown))
    swap = next((one for one in islice(fair, SWAPS) if _passes(draft, one)), None)
    if swap is None:
        return None
    draft.body = swap.text
    return draft, swap


def _shown(draft: Draft) -> Iterator[str]:
    """What the card says besides the mail: what is cited, of whom, and the deals behind it."""
    yield from (draft.subject, str(draft.contact), str(draft.account))
    yield from (str(one.get(key, "")) for one in draft.evidence for key in ("claim", "quote"))
    cited = [str(one.get("source_id", "")).partition(":") for one in draft.evidence]
    numbers = [number for kind, _, number in cited if kind == "opportunity"]
    for deal in Opportunity.objects.filter(pk__in=numbers, account=draft.account_id):
        days = [day for day in (deal.engaged_on, deal.closed_on) if day]
        yield from (f"{day:{form}}" for day in days for form in exchanging.DAYS)
        yield f"${deal.amount:,.0f}" if deal.amount else ""


def _is_fair(draft: Draft, swap: Swap, shown: str) -> bool:
    """Whoever reads can see that it is wrong: the card has the right fact, or, of what was denied
    or no longer is, stands in a sentence with something that it cites."""
    if swap.change.kind == "negation":
        right = set(SENTENCE.split(draft.body)) - set(SENTENCE.split(swap.text))
        quotes = [str(one["quote"]) for one in draft.evidence if one.get("quote")]
        return any(quote in sentence for quote in quotes for sentence in right)
    return bool(swap.change.before) and swap.change.before.casefold() in shown


def _passes(draft: Draft, swap: Swap) -> bool:
    """No guard notices."""
    right, draft.body = draft.body, swap.text
    noticed = guards.findings(draft, by_the_hour=False)
    draft.body = right
    return not noticed


def _rendered(exchange: Exchange) -> Draft:
    source, to, account = exchange.source, exchange.to, exchange.to.account
    return Draft(
        pk=-(to.pk << 31 | source.pk),  # only looked at; what it may rest on is remembered by it
        account=account, contact=to, agent=source.agent, config=source.config,
        output_class=source.output_class, effect=source.effect, model=source.model, run=source.run,
        subject=_subject(exchange)[:300], body=exchange(source.body),
        rationale=exchange(source.rationale)[:1000], evidence=exchange.evidence,
        fields=exchange.deep(_fields(source)), risk_flags=source.risk_flags,
        context_version=account.context_version,
        context_hash=context.contexts([account])[account.pk].hash,
        is_planted=True, needs_item=False, created_at=clock.now(),
    )  # fmt: skip


def _subject(exchange: Exchange) -> str:
    """One that goes on with a conversation has that one's subject."""
    subject = exchange(exchange.source.subject)
    ours = _last_subject(exchange.to).removeprefix(RE)
    return f"{RE}{ours}" if subject.startswith(RE) and ours else subject


def _last_subject(to: Contact) -> str:
    """Of the last mail that they got from us."""
    rows = Activity.objects.filter(
        contact=to, kind=Activity.Kind.EMAIL, direction=Activity.Direction.OUTBOUND
    )
    return rows.order_by("-occurred_at", "-pk").values_list("subject", flat=True).first() or ""


def _fields(source: Draft) -> dict[str, Any]:
    """What its writer said beside it, and what led to it, for the card and the account's page."""
    behind: dict[str, Any] = {}
    if source.handoff:
        said = source.handoff.context
        told = {name: said[name] for name in TOLD if name in said}
        person = said.get("contact") or {}
        told["contact"] = {name: person[name] for name in PERSON if name in person}
        behind = {"handoff": {"from_agent": source.handoff.from_agent, "context": told,
                              "mandate": source.handoff.mandate}}  # fmt: skip
    if source.run and source.run.decision:
        behind["decision"] = {name: getattr(source.run.decision, name) for name in CALLED}
    return {**source.fields, "behind": behind}


def _in_order(draft: Draft, known: Known) -> list[Swap]:
    """All swaps, in an order that nobody foresees: one kind after the other, for some facts have
    many others and some have one."""
    found = swaps.of(draft.body, _record(known))
    key = f"{draft.account_id} {draft.created_at:%Y-%m-%d %H}"
    kinds = {one.change.kind: autonomy.chance(f"{one.change.kind} {key}") for one in found}
    places = [autonomy.chance(f"swap {key} {place}") for place in range(len(found))]
    drawn = sorted(range(len(found)), key=lambda at: (kinds[found[at].change.kind], places[at]))
    return [found[place] for place in drawn]


def _record(known: Known) -> Record:
    """What is on record for this mail, of the account itself first."""
    deals = sorted(known.deals, key=lambda deal: deal.product)
    names = [*(deal.product for deal in deals), *(row.name for row in known.products)]
    sums = [*(deal.amount for deal in deals), *(row.price for row in known.products)]
    return Record(
        products=tuple(dict.fromkeys(filter(None, names))),
        names=tuple(name for name in known.people if name and "@" not in name),
        days=tuple(dict.fromkeys(day for deal in deals for day in deal.days)),
        amounts=tuple(dict.fromkeys(float(text) for text in sums if text)),
        links=known.links,
    )


@transactions.atomic
def _place(draft: Draft, swap: Swap, source: Draft, user: User) -> Plant | None:
    """On the desk, with the reason that any draft of its class has; None when something happened
    at the account meanwhile."""
    account = locks.account(draft.account_id)
    idle = _idle(user).filter(account=account).exists()
    if not idle or account.context_version != draft.context_version:
        return None
    ruling = autonomy.verdict(draft, found=guards.findings(draft, by_the_hour=False))
    draft.pk = None
    draft.save(force_insert=True)
    reason = ruling.reason if ruling.kind == "human" else autonomy.ordinary(draft)
    item = ReviewItem(account=draft.account, draft=draft, reason=reason, cause=ruling.cause)
    change = swap.change
    return Plant.objects.create(
        item=intake.place([item])[0], source=source, kind=change.kind, before=change.before[:200],
        after=change.after[:200], reviewer=user, made_at=clock.now(),
    )  # fmt: skip
