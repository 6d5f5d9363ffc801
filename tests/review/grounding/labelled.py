"""The labelled drafts of `tests/data/grounding`, and how well the check does on them."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from review.grounding import KINDS, Deal, Known, Product, Span, Text, check
from tests.house import ROOT

FOLDER = ROOT / "tests" / "data" / "grounding"
Row = dict[str, Any]


def drafts(part: str) -> list[Row]:
    """Of the part that is tuned on ("seen"), or of the one that only figures are taken of."""
    lines = (FOLDER / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def known(row: Row) -> Known:
    company, person, sender = row["account"], row["contact"], row["sender"]
    return Known(
        today=date.fromisoformat(row["today"]),
        company=company["name"],
        person=f"{person['first_name']} {person['last_name']}",
        title=person["title"] or "",
        started=company["year_started"] or 0,
        sender=sender["name"],
        seller=sender["company"],
        people=tuple(dict.fromkeys(said["person"] for said in row["thread"])),
        products=tuple(Product(one["name"], _text(one["list_price"])) for one in row["products"]),
        deals=tuple(
            Deal(one["product"], _text(one["amount"]), tuple(_days(one))) for one in row["deals"]
        ),
        texts=tuple(_texts(row)),
        claims=tuple(claim["text"] for claim in row["claims"]),
        links=tuple(row["links"]),
    )


def _text(value: float | None) -> str:
    return "" if value is None else str(value)


def _days(deal: Row) -> Iterator[date]:
    for name in ("engaged_on", "closed_on"):
        if deal[name]:
            yield date.fromisoformat(deal[name])


def _texts(row: Row) -> Iterator[Text]:
    for fact in row["facts"]:
        day = date.fromisoformat(fact["as_of"]) if fact["as_of"] else None
        yield Text(f"{fact['text']}\n\n{fact['source']}", day)
    for said in row["thread"]:
        theirs = said["direction"] == "inbound"
        yield Text(said["text"], date.fromisoformat(said["at"]), is_theirs=theirs)
    company = row["account"]
    yield Text(f"{company['name']}: {company['industry']}, {company['country']}.")
    yield Text(f"{company['employees']} people work there.")


@dataclass
class Score:
    """`planted` and `found` by the kind that was planted, `said` and `right` by the kind that the
    check named; `alarms` counts clean drafts with a mark."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    said: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    clean: int = 0
    alarms: int = 0

    def recall(self, *kinds: str) -> float:
        kinds = kinds or KINDS
        return sum(self.found[kind] for kind in kinds) / sum(self.planted[kind] for kind in kinds)

    def precision(self, *kinds: str) -> float:
        kinds = kinds or KINDS
        said = sum(self.said[kind] for kind in kinds)
        return sum(self.right[kind] for kind in kinds) / said if said else 1.0

    @property
    def false_alarms(self) -> float:
        return self.alarms / self.clean


def score(rows: Iterable[Row]) -> Score:
    total = Score()
    for row in rows:
        spans = check(row["subject"], row["body"], known(row))
        planted = row["planted"]
        if planted is None:
            total.clean += 1
            total.alarms += bool(spans)
            continue
        hits = [span for span in spans if is_on(span, row)]
        total.planted[planted["kind"]] += 1
        total.found[planted["kind"]] += bool(hits)
        total.said.update(span.kind for span in spans)
        total.right.update(span.kind for span in hits)
    return total


def is_on(span: Span, row: Row) -> bool:
    """Does it touch the planted words?"""
    text, wrong = row[span.part], row["planted"]["text"]
    at = text.find(wrong)
    while at >= 0:
        if span.start < at + len(wrong) and at < span.end:
            return True
        at = text.find(wrong, at + 1)
    return False
