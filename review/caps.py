"""How much is enough: how many mails an address, a domain, an account and a person get or send.

Counted from the rows of what left or may have left, under the locks of the claim: whoever counts
a domain or an address holds its row (`locks.addresses_held`), so that of two who are there at
once the second sees the first. A cap never fails a mail, it says from when on there is room. No
approval lifts one.

A colleague's own mails count for the person and the account, whom they reach all the same, and for
the mailbox that they left by, not for the domain. An answer to somebody who wrote is nobody's
burden: it is neither held by the caps of person and account nor counted in them; those of mailbox
and domain hold for it, too.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Lower

from revenue import clock
from revenue.models import Activity, Contact, Workspace
from review.models import OutboxMessage

DAY, FORTNIGHT = timedelta(hours=24), timedelta(days=14)
# Where everybody may have an address: who writes to one company there does not write to another.
PROVIDERS = """
    gmail.com googlemail.com outlook.com hotmail.com hotmail.fr live.com msn.com yahoo.com yahoo.de
    yahoo.fr yahoo.co.uk ymail.com aol.com icloud.com me.com mac.com gmx.com gmx.de gmx.net web.de
    t-online.de mail.com proton.me protonmail.com orange.fr wanadoo.fr free.fr laposte.net
    btinternet.com comcast.net libero.it uol.com.br bol.com.br terra.com.br
"""
FOR_ALL = frozenset(PROVIDERS.split())


@dataclass(frozen=True)
class Full:
    """There is no more room: what is full, in words, and from when on there is some."""

    why: str
    until: datetime


Times = dict[Any, list[datetime]]


@dataclass
class Heard:
    """When accounts, and addresses at whatever account, got mail from us in the last 14 days."""

    accounts: Times = field(default_factory=lambda: defaultdict(list))
    addresses: Times = field(default_factory=lambda: defaultdict(list))


def heard(account_ids: Iterable[int], addresses: Iterable[str], *, now: datetime) -> Heard:
    """What went to these in the last 14 days, apart from answers; three queries."""
    found, wanted = Heard(), sorted({address for address in addresses if address})
    at_accounts = _sent(now).filter(account__in=list(account_ids))
    for pk, at in at_accounts.values_list("account_id", "occurred_at"):
        found.accounts[pk].append(at)
    people = Contact.objects.annotate(address=Lower("email")).filter(address__in=wanted)
    to_people = _sent(now).filter(contact__in=people.values("pk"))
    for email, at in to_people.values_list("contact__email", "occurred_at"):
        found.addresses[email.lower()].append(at)
    for email, at in _under_way(wanted):
        found.addresses[email].append(at)
    return found


def to_account(known: Heard, account_id: int, *, company: Workspace, now: datetime) -> Full | None:
    until = _room(known.accounts[account_id], company.account_cap, DAY, now)
    many = _mails(company.account_cap)
    return Full(f"This account got {many} from us within 24 hours.", until) if until else None


def to_address(known: Heard, address: str, *, company: Workspace, now: datetime) -> Full | None:
    """The later of the two, where both are full."""
    times = known.addresses[address]
    found = [
        Full(f"{address} got {_mails(most)} from us within {words}.", until)
        for most, window, words in (
            (company.contact_cap, DAY, "24 hours"),
            (company.contact_cap_14_days, FORTNIGHT, "14 days"),
        )
        if (until := _room(times, most, window, now))
    ]
    return max(found, key=lambda one: one.until, default=None)


def to_domain(domain: str, *, company: Workspace, now: datetime) -> Full | None:
    if domain in FOR_ALL:
        return None
    last = _nth(_left(now - DAY).filter(domain=domain), company.domain_cap)
    many = _mails(company.domain_cap)
    return Full(f"{domain} got {many} from us within 24 hours.", last + DAY) if last else None


def from_mailbox(sender: str, most: int, *, written: int = 0, now: datetime) -> Full | None:
    """By the day (UTC) that its warm-up is counted in; `written` by its person count as well."""
    today = clock.day_of(now)
    room = most - written
    if room > 0 and _nth(_left(today).filter(sender=sender), room) is None:
        return None
    return Full(f"{sender} sent {_mails(most)} today and may not send more.", today + DAY)


# --- counting -------------------------------------------------------------------------------------


def _sent(now: datetime) -> QuerySet[Activity]:
    answered = Activity.objects.filter(
        account=OuterRef("account"), direction=Activity.Direction.INBOUND,
        message_id=OuterRef("in_reply_to"),
    )  # fmt: skip
    rows = Activity.objects.filter(
        ~Exists(answered), kind=Activity.Kind.EMAIL, direction=Activity.Direction.OUTBOUND,
        is_auto=False, occurred_at__gt=now - FORTNIGHT,
    )  # fmt: skip
    return rows.order_by()


def _under_way(addresses: list[str]) -> Iterable[tuple[str, datetime]]:
    """Claimed and not recorded yet, or of an outcome that nobody knows."""
    rows = OutboxMessage.objects.filter(
        recipient__in=addresses, state__in=["sending", "unknown"], draft__in_reply_to=None
    )
    times = rows.order_by().values_list("recipient", "claimed_at")
    return ((email, at) for email, at in times if at)


def _left(since: datetime) -> QuerySet[OutboxMessage]:
    return OutboxMessage.objects.filter(state__in=OutboxMessage.LEFT, claimed_at__gt=since)


def _nth(rows: QuerySet[OutboxMessage], number: int) -> datetime | None:
    """When the last but so many of them left; nothing while there are fewer."""
    times = rows.order_by("-claimed_at").values_list("claimed_at", flat=True)
    return next(iter(times[number - 1 : number]), None)


def _room(times: list[datetime], cap: int, window: timedelta, now: datetime) -> datetime | None:
    """From when on there is room again; nothing while there is some."""
    inside = sorted((at for at in times if at > now - window), reverse=True)
    return inside[cap - 1] + window if len(inside) >= cap else None


def _mails(count: int) -> str:
    return "a mail" if count == 1 else f"{count} mails"
