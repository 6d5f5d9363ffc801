"""Packets for the offline writer: one by hand, many invented, and those of the real export."""

import csv
import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

Row = dict[str, Any]

TODAY = date(2026, 11, 23)
CRM = Path(__file__).parents[2] / "data" / "crm"
PRODUCTS = ["GTX Basic", "GTX Pro", "MG Special", "MG Advanced", "GTX Plus Pro", "GTX Plus Basic"]
PRICES = ["550.00", "4821.00", "55.00", "3393.00", "5482.00", "1096.00"]
TITLES = [
    "Regional Manager", "VP Operations", "Director of Finance", "IT Director", "Buyer",
    "Operations Analyst", "Head of Procurement", "General Counsel", "Chief Operating Officer",
    "Plant Manager",
]  # fmt: skip
INDUSTRIES = ["retail", "technology", "medical", "marketing", "finance", "software", "services"]


def catalogue() -> list[Row]:
    rows = enumerate(zip(PRODUCTS, PRICES, strict=True), start=1)
    return [
        {"id": f"product:{number}", "name": name, "series": name[:3], "list_price": price}
        for number, (name, price) in rows
    ]


def seller(**changes: Any) -> Row:
    return {"company": "Meridian Hardware", "sender_name": "Moses Frase"} | changes


def contact(**changes: Any) -> Row:
    return {
        "id": "contact:5", "first_name": "Yara", "last_name": "Zhou", "title": "Plant Manager",
        "buying_role": "user", "time_zone": "America/Chicago", "writable": True,
        "sensitive": False,
    } | changes  # fmt: skip


def deal(**changes: Any) -> Row:
    return {
        "id": "opportunity:77", "product": "GTX Pro", "stage": "prospecting", "amount": None,
        "engaged_on": None,
    } | changes  # fmt: skip


def order(number: int, product: str, closed_on: str) -> Row:
    return {
        "id": f"opportunity:{number}", "product": product, "closed_on": closed_on,
        "amount": "50.00",
    }  # fmt: skip


def account(**changes: Any) -> Row:
    return {
        "id": "account:12", "name": "Acme Corporation", "industry": "technology",
        "employees": 2822, "annual_revenue_musd": "1100.04", "country": "United States",
        "year_started": 1996, "parent": None, "stage": "prospecting",
    } | changes  # fmt: skip


def fact(text: str, **changes: Any) -> Row:
    return {
        "id": "fact:9", "text": text, "source": "call", "as_of": "2026-10-02", "confidence": 0.9,
        "trust": "internal",
    } | changes  # fmt: skip


def message(direction: str, text: str, **changes: Any) -> Row:
    return {
        "id": "activity:3", "direction": direction, "at": "2026-11-20T10:00:00+00:00",
        "person": "Yara Zhou", "subject": "GTX Pro", "text": text,
        "trust": "untrusted" if direction == "inbound" else "internal",
    } | changes  # fmt: skip


def task(agent: str, output_class: str, **mandate: Any) -> Row:
    return {
        "agent": agent,
        "today": TODAY.isoformat(),
        "output_classes": [output_class] if output_class else [],
        "mandate": {"output_class": output_class} | mandate if output_class else mandate,
    }


def first_mail(**context: Any) -> Row:
    """What outreach reads when prospecting handed over."""
    package = {
        "why": "A deal is open.",
        "contact_id": "contact:5",
        "contact": contact(),
        "account": account(),
        "deals": [deal()],
        "won": [order(4, "MG Special", "2017-03-01"), order(3, "GTX Basic", "2017-01-12")],
        "evidence": [],
    }
    mandate = {"contact_id": "contact:5", "output_class": "outreach.first_email"}
    return {
        "task": task("outreach", "outreach.first_email"),
        "seller": seller(),
        "products": catalogue(),
        "claims": [],
        "handoff": {
            "id": "handoff:4", "from": "prospecting", "context": package | context,
            "state_update": {}, "mandate": mandate,
        },
    }  # fmt: skip


def own_read(output_class: str, **changes: Any) -> Row:
    """What outreach reads when nobody handed over: follow-ups and replies."""
    return {
        "task": task("outreach", output_class),
        "seller": seller(),
        "products": catalogue(),
        "claims": [],
        "account": account(),
        "contacts": [contact()],
        "deals": [deal(stage="engaging", engaged_on="2026-09-14")],
        "won": [order(4, "MG Special", "2017-03-01")],
        "facts": [],
        "thread": [],
        "signals": [],
    } | changes  # fmt: skip


def reply_to(text: str, **changes: Any) -> Row:
    thread = [
        message("outbound", "Hi Yara", id="activity:2", subject="GTX Pro for Acme Corporation"),
        message("inbound", text),
    ]
    return own_read("outreach.reply", thread=thread) | changes


# --- many -----------------------------------------------------------------------------------------


def invented(count: int, seed: int, *, thin: bool = False) -> list[Row]:
    """Accounts as alike as a real book is: few products, few titles, orders of the last weeks."""
    dice = random.Random(seed)
    return [_invented(dice, number, thin=thin) for number in range(count)]


def _invented(dice: random.Random, number: int, *, thin: bool) -> Row:
    rows = {
        "account": account(
            id=f"account:{dice.randrange(10**6)}", name=f"Company {seedling(number)}",
            industry=None if thin else dice.choice(INDUSTRIES),
        ),
        "contact": contact(
            id=f"contact:{dice.randrange(10**6)}", title="" if thin else dice.choice(TITLES)
        ),
        "deals": [
            deal(id=f"opportunity:{dice.randrange(10**6)}", product=dice.choice(PRODUCTS),
                 engaged_on=_days_ago(dice.randrange(20, 400)))
        ],
        "won": [] if thin else [
            order(number * 10 + index, dice.choice(PRODUCTS),
                  _days_ago(int(dice.expovariate(1 / 15)) + 3))
            for index in range(6)
        ],
    }  # fmt: skip
    rows["contact_id"] = rows["contact"]["id"]
    return rows


def seedling(number: int) -> str:
    """A name of letters alone, so that every figure in a mail can be asked for its source."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(number)).capitalize()


def _days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def real(*, newest: date | None = None) -> list[Row]:
    """The export's accounts with an open deal in stage Prospecting; dates moved to end at
    `newest`."""
    deals = list(_rows("sales_pipeline.csv"))
    last = max(_date(row["close_date"]) for row in deals if row["close_date"])
    shift = newest - last if newest else timedelta(0)
    people, by_account = defaultdict(list), defaultdict(lambda: defaultdict(list))
    for number, row in enumerate(_rows("contacts.csv"), start=1):
        people[row["account"]].append(_person(number, row))
    for number, row in enumerate(deals, start=1):
        by_account[row["account"]][row["deal_stage"]].append(_opportunity(number, row, shift))
    found = [
        _real(number, row, people[row["account"]], by_account[row["account"]])
        for number, row in enumerate(_rows("accounts.csv"), start=1)
    ]
    return [row for row in found if row["deals"] and row["contacts"]]


def _real(number: int, row: Row, people: list[Row], deals: dict[str, list[Row]]) -> Row:
    won = sorted(deals["Won"], key=lambda deal: deal["closed_on"], reverse=True)
    return {
        "account": account(id=f"account:{number}", name=row["account"], industry=row["sector"]),
        "contacts": people,
        "deals": deals["Prospecting"],
        "won": won[:6],
    }


def _person(number: int, row: Row) -> Row:
    fields = ("first_name", "last_name", "title", "buying_role", "time_zone")
    sensitive = any(word in row["title"] for word in ("Chief", "Counsel"))
    return {
        "id": f"contact:{number}",
        **{field: row[field] for field in fields},
        "writable": not row["do_not_contact"],
        "sensitive": sensitive,
    }


def _opportunity(number: int, row: Row, shift: timedelta) -> Row:
    def moved(text: str) -> str | None:
        return (_date(text) + shift).isoformat() if text else None

    return {
        "id": f"opportunity:{number}",
        "product": row["product"].replace("GTXPro", "GTX Pro"),
        "stage": row["deal_stage"].lower(),
        "engaged_on": moved(row["engage_date"]),
        "closed_on": moved(row["close_date"]),
    }


def _date(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()


def _rows(name: str) -> list[Row]:
    with (CRM / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
