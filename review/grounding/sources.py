"""What one draft may rest on, from the rows: the account's record, our catalogue, approved claims.

One statement for any number of drafts. What another agent wrote into a handoff is no source; a
person's note is. Text from outside supports names, figures and days, but no price and no link.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from django.db import connection

from agents.models import Draft
from agents.reading import OUR_OWN
from revenue import clock, transactions, workspace
from revenue.models import Account, Fact, Signal, User, Workspace
from review import citations
from review.edits import addresses
from review.grounding.links import host
from review.grounding.records import Deal, Known, Product, Text

LATEST = 12  # messages of an account
LONGEST = 6000
# Of each account, and once the catalogue: kind, five texts. Both databases read it alike.
SQL = """
SELECT account_id, 'contact', first_name || ' ' || last_name, title, email, '', ''
  FROM revenue_contact WHERE account_id IN ({ids})
UNION ALL
SELECT deal.account_id, 'deal', COALESCE(product.name, deal.name), CAST(deal.amount AS TEXT),
       CAST(deal.engaged_on AS TEXT), CAST(deal.closed_on AS TEXT), ''
  FROM revenue_opportunity deal LEFT JOIN revenue_product product ON product.id = deal.product_id
  WHERE deal.account_id IN ({ids})
UNION ALL
SELECT account_id, 'fact', text, source, CAST(as_of AS TEXT), source_url, trust
  FROM revenue_fact WHERE account_id IN ({ids}) AND superseded_by_id IS NULL
UNION ALL
SELECT account_id, 'message', subject, body, CAST(occurred_at AS TEXT), direction, sender
  FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY occurred_at DESC, id DESC)
          AS place FROM revenue_activity WHERE account_id IN ({ids})) AS latest
  WHERE place <= {latest}
UNION ALL
SELECT account_id, 'meeting', subject, '', CAST(starts_at AS TEXT), '', ''
  FROM revenue_meeting WHERE account_id IN ({ids})
UNION ALL
SELECT account_id, 'signal', kind, CAST(payload AS TEXT), CAST(occurred_at AS TEXT), source, ''
  FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY occurred_at DESC, id DESC)
          AS place FROM revenue_signal WHERE account_id IN ({ids})) AS latest
  WHERE place <= {latest}
UNION ALL
SELECT account_id, 'note', rewrite_note, '', CAST(state_since AS TEXT), '', ''
  FROM review_reviewitem WHERE account_id IN ({ids}) AND rewrite_note <> ''
UNION ALL
SELECT child.id, 'parent', parent.name, '', '', '', ''
  FROM revenue_account child JOIN revenue_account parent ON parent.id = child.parent_id
  WHERE child.id IN ({ids})
UNION ALL
SELECT 0, 'product', name, CAST(list_price AS TEXT), '', '', '' FROM revenue_product
UNION ALL
SELECT 0, 'claim', text, '', '', '', '' FROM revenue_claim WHERE is_active
UNION ALL
SELECT account_id, 'outdated', 'fact', CAST(id AS TEXT), text, '', '' FROM revenue_fact
  WHERE id IN ({facts}) AND (superseded_by_id IS NOT NULL OR good_until <= %s)
UNION ALL
SELECT 0, 'outdated', 'claim', CAST(id AS TEXT), text, '', '' FROM revenue_claim
  WHERE id IN ({claims}) AND NOT is_active
"""


class Row(NamedTuple):
    account: int
    kind: str
    a: str
    b: str
    c: str
    d: str
    e: str


def known(draft: Draft) -> Known:
    """What this draft may rest on; read once in a transaction."""
    return transactions.once((Known, draft.pk), lambda: of_each([draft])[draft])


def look_up(drafts: Iterable[Draft]) -> None:
    """Read now, by one statement, what `known` will say of each of them in this transaction."""
    for draft, found in of_each(drafts).items():
        transactions.keep((Known, draft.pk), found)


def of_each(drafts: Iterable[Draft], company: Workspace | None = None) -> dict[Draft, Known]:
    drafts = list(drafts)
    if not drafts:
        return {}
    company = company or workspace.load()
    found = _rows(drafts)
    shared = found.get(0, [])
    return {
        draft: _one(draft, company, [*found.get(draft.account_id, []), *shared]) for draft in drafts
    }


def _rows(drafts: list[Draft]) -> dict[int, list[Row]]:
    ids, cited = sorted({draft.account_id for draft in drafts}), citations.cited(drafts)
    facts, claims = sorted(cited["fact"]), sorted(cited["claim"])
    sql = SQL.format(ids=_places(ids), latest=LATEST, facts=_places(facts), claims=_places(claims))
    now = connection.ops.adapt_datetimefield_value(clock.now())
    found: dict[int, list[Row]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql, [*ids * SQL.count("{ids}"), *facts, now, *claims])
        for row in (Row(one[0], one[1], *(text or "" for text in one[2:])) for one in cursor):
            found.setdefault(row.account, []).append(row)
    return found


def _places(numbers: list[int]) -> str:
    return ", ".join(["%s"] * len(numbers)) or "NULL"


def _one(draft: Draft, company: Workspace, rows: list[Row]) -> Known:
    account = draft.account
    by: dict[str, list[Row]] = {}
    for row in rows:
        by.setdefault(row.kind, []).append(row)
    contact, owner = draft.contact, account.owner
    texts = [*_texts(by), *_record(account), Text(company.offer), Text(company.voice)]
    claims = tuple(sorted(row.a for row in by.get("claim", [])))
    people = [row.a.strip() for row in by.get("contact", [])]
    people += [row.e for row in by.get("message", []) if row.e]
    return Known(
        today=(draft.created_at or clock.now()).date(),
        company=account.name,
        person=contact.name if contact else "",
        title=contact.title if contact else "",
        started=account.year_started or 0,
        sender=str(owner or company.company),
        seller=company.company,
        people=tuple(dict.fromkeys(filter(None, people))),
        products=tuple(sorted(Product(row.a, row.b) for row in by.get("product", []))),
        deals=tuple(_deal(row) for row in by.get("deal", [])),
        texts=tuple(text for text in texts if text.text.strip()),
        claims=claims,
        links=tuple(_links(claims, by, owner, company)),
        outdated=tuple(_outdated(draft, by.get("outdated", []))),
    )


def _outdated(draft: Draft, rows: list[Row]) -> Iterator[str]:
    cited = citations.cited([draft])
    yield from (row.c for row in rows if int(row.b) in cited[row.a])


def _texts(by: dict[str, list[Row]]) -> Iterator[Text]:
    for row in by.get("contact", []):
        yield Text(f"{row.a}, {row.b}", is_theirs=True)  # whoever filled in the CRM
    for row in by.get("fact", []):
        yield Text(f"{row.a}\n\n{row.b}", _day(row.c), is_theirs=row.e != Fact.Trust.INTERNAL)
    for row in by.get("message", []):
        yield Text(f"{row.a}\n\n{row.b[:LONGEST]}", _day(row.c), is_theirs=row.d == "inbound")
    for row in by.get("meeting", []):
        yield Text(row.a or "Meeting", _day(row.c), is_theirs=True)
    for row in by.get("signal", []):
        ours = row.a in OUR_OWN and not row.d.startswith((Signal.API, Signal.WEBHOOK))
        yield Text(f"{row.a} {row.b[:LONGEST]}", _day(row.c), is_theirs=not ours)
    for row in (*by.get("note", []), *by.get("parent", [])):
        yield Text(row.a, _day(row.c))


def _record(account: Account) -> Iterator[Text]:
    yield Text(f"{account.name}: {account.industry}, {account.billing_country}.", is_theirs=True)
    if account.number_of_employees:
        yield Text(f"{account.number_of_employees} people work there.")
    if account.annual_revenue:
        yield Text(f"The revenue is {account.annual_revenue.normalize():f} dollars.")


def _deal(row: Row) -> Deal:
    days = [day for text in (row.c, row.d) if (day := _day(text))]
    return Deal(row.a, row.b, tuple(days))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def _links(
    claims: tuple[str, ...], by: dict[str, list[Row]], owner: User | None, company: Workspace
) -> Iterator[str]:
    """What we approved for everybody, and the addresses of the people concerned. No record of an
    account is a source of links: names, notes and memory hold what anybody wrote."""
    yield from (row.c for row in by.get("contact", []) if row.c)
    if owner and owner.email:
        yield owner.email
    if company.sender_domain:
        yield company.sender_domain
    for text in (company.offer, company.voice, *claims):
        if "." in text:
            for pattern, _ in addresses.RULES:
                yield from (match[0] for match in pattern.finditer(text))


def domains(known: Known, account: Account) -> set[str]:
    """Where a link that a person types may lead: our own sites and the buyer's."""
    return {host(link) for link in known.links} | ({account.domain} if account.domain else set())
