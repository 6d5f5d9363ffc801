"""What a rep asked for, when sending a draft back or as a preference for every draft of its class:
shorter, without a price, with this or that."""

import re
from dataclasses import dataclass

from agents.offline.brief import Brief, Row, line, names_product
from agents.offline.material import Material

SHORTER = re.compile(r"\b(short\w*|brief\w*|too long|cut|trim|fewer words|concise)\b")
PRICE = re.compile(r"\b(prices?|pricing|figures?|cost)\b")
NEGATIVE = re.compile(
    r"\b(no|not|without|don'?t|do not|never|leave out|drop|remove|skip|omit|avoid|delete)\b"
    r"(?P<what>[^.;,]*?)(?=[.;,]|\bbut\b|$)"
)
WARM = re.compile(r"\b(warm\w*|friendl\w*|casual|informal|softer|personal)\b")
FORMAL = re.compile(r"\b(formal|stiff|serious|businesslike)\b")
HISTORY = re.compile(r"\b(past|history|earlier|previous|orders?|purchases?|bought)\b")
ROLE = re.compile(r"\b(titles?|roles?|jobs?|position)\b")
INDUSTRY = re.compile(r"\b(industry|sector|timing|season)\b")
NOTES = re.compile(r"\b(facts?|notes?|background)\b")
STOP_WORDS = frozenset(
    {"about", "also", "have", "mention", "more", "please", "that", "their", "them", "they", "this"}
    | {"with", "your", "from", "mail", "make", "write"}
)


@dataclass(frozen=True)
class Wishes:
    shorter: bool = False
    formal: bool = False
    warm: bool = False
    extra: tuple[str, ...] = ()


def grant(brief: Brief, material: Material) -> Wishes:
    """Takes out of the material what the notes refuse, puts in what they ask for and exists."""
    asked_for = [str(brief.rewrite.get("note") or ""), *brief.preferences]
    note = " ".join("; ".join(filter(None, asked_for)).lower().split())
    refused = " ".join(found["what"] for found in NEGATIVE.finditer(note))
    asked = NEGATIVE.sub(" ", note)
    _refuse(refused, material)
    return Wishes(
        shorter=bool(SHORTER.search(note)),
        formal=bool(FORMAL.search(asked)),
        warm=bool(WARM.search(asked)),
        extra=tuple(_extra(asked, refused, brief, material)),
    )


def _refuse(refused: str, material: Material) -> None:
    if HISTORY.search(refused):
        material.forget_orders()
    for name in ("past", "past2"):
        if names_product(refused, material.data.get(name)):
            material.forget_orders(of=material.data[name])
    if ROLE.search(refused):
        material.area = "general"
    if INDUSTRY.search(refused):
        material.without("worry")
    told = material.data.get("fact") or material.data.get("note")
    if NOTES.search(refused) or _overlaps(refused, told):
        material.without("fact", "note")
    if PRICE.search(refused):
        material.without("price")


def _extra(asked: str, refused: str, brief: Brief, material: Material) -> list[str]:
    """The sentences that the note asks for, as names of phrases."""
    names = []
    if PRICE.search(asked) and not PRICE.search(refused):
        material.price()
        names += ["detail_price"]
    fact = next((row for row in brief.facts if _overlaps(asked, row.get("text"))), None)
    if fact and material.use_fact(fact):
        names += ["detail_fact"]
    order = next((row for row in brief.won if names_product(asked, row.get("product"))), None)
    if order and line(order["product"]) != brief.product:
        material.use_order(order)
        names += ["detail_past"]
    elif HISTORY.search(asked):
        names += ["detail_past"]
    elif other := _other_product(asked, brief):
        material.other(other)
        names += ["detail_other"]
    return names


def _other_product(asked: str, brief: Brief) -> Row | None:
    known = [row for row in brief.products if line(row.get("name")) != brief.product]
    found = [row for row in known if names_product(asked, row.get("name"))]
    return max(found, key=lambda row: len(line(row.get("name"))), default=None)


def _overlaps(text: str, other: object) -> bool:
    words = set(re.findall(r"[a-z]{4,}", text)) - STOP_WORDS
    return bool(words & set(re.findall(r"[a-z]{4,}", str(other or "").lower())))
