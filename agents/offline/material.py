"""What a mail may say, each datum with the row it comes from.

Built from a brief and from nothing else: a datum that is not in the packet is not in here, and a
phrase that needs it cannot be written.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from agents.envelope import Evidence
from agents.offline import people, wording
from agents.offline.brief import Brief, Row, id_of, line
from agents.offline.phrases import industries
from revenue.inbound import suspicion

# What a note may say about a buyer and no buyer should read.
PRIVATE = re.compile(
    r"\b(pric(e|es|ing|ey)|discount\w*|budget\w*|margin\w*|cheap\w*|competitor\w*|churn\w*"
    r"|unhappy|angry|complain\w*|difficult|rude|lawsuit|confidential|salar\w*|illness|sick|fired"
    r"|lay-?offs?|blocker|weak\w*|desperate|opt(ed|s|ing)?.?out|unsubscribe\w*)\b",
    re.IGNORECASE,
)
UNQUOTABLE = re.compile(r"[!?{}<>@\n\r\"“”=|\[\]]|https?:|www\.|[.;] ")
SENTENCE_END = re.compile(r"(?<=[a-z0-9])\. (?=[A-Z])")
ADDRESSED = {"their": "your", "its": "your", "they": "you", "the": "the", "this": "this"}
VERB = re.compile(
    r"(uses|runs|has|opened|plans|moved|bought|operates|wants|needs|prefers|launched|closed|signed"
    r"|started|opens|works|switched|replaced|added|expects|is|was|will)",
    re.IGNORECASE,
)

ENDINGS = ("", "_when", "_then", "_on")
ORDER_DATA = (
    *(f"{name}{ending}" for name in ("past", "past2") for ending in ENDINGS),
    *("both_when", "ago", "ago_back"),
)


@dataclass(frozen=True)
class Source:
    """Where one datum comes from."""

    claim: str
    kind: str
    id: str
    quote: str
    as_of: str | None = None

    def evidence(self) -> Evidence:
        return Evidence(
            claim=self.claim[:300],
            source_type=self.kind,
            source_id=self.id[:60],
            quote=self.quote[:300],
            as_of=self.as_of,
        )


def evidence(sources: Iterable[Source]) -> list[Evidence]:
    """Each source once; one without an id or a quote proves nothing."""
    known = [source for source in dict.fromkeys(sources) if source.id and source.quote]
    return [source.evidence() for source in known[:30]]


class Material:
    """`data` for the phrases, `sources` for the evidence, `area` for the recipient's role."""

    def __init__(self, brief: Brief) -> None:
        self.brief = brief
        self.data: dict[str, str] = {}
        self.sources: dict[str, Source] = {}
        self.area = people.area(brief.contact or {}) or "general"
        self._names()
        self._industry()
        self._deal()
        self._orders()
        self._fact()
        self._claim()

    def put(self, name: str, text: str, source: Source | None = None) -> None:
        if text:
            self.data[name] = text
            if source:
                self.sources[name] = source

    def without(self, *names: str) -> None:
        for name in names:
            self.data.pop(name, None)

    def _names(self) -> None:
        name = line(self.brief.account.get("name")) or "your company"
        self.put("n", name)
        self.put("ns", wording.possessive(name))
        self.put("company", line(self.brief.seller.get("company")))

    def _industry(self) -> None:
        industry = str(self.brief.account.get("industry") or "")
        worries = industries.WORRIES.get(industry.lower())
        if worries:
            claim = f"{self.data['n']} is in the {industry} industry"
            source = Source(claim, "account", id_of(self.brief.account), industry)
            chosen = wording.Writer({}, {}, seed(self.brief)).pick(worries, "worry")
            self.put("worry", chosen, source)

    def role_source(self) -> Source | None:
        """The title that the role's own sentences rest on."""
        contact = self.brief.contact or {}
        title = people.title(contact)
        if self.area == "general" or not title:
            return None
        return Source(f"The recipient is {title}", "contact", id_of(contact), title)

    def _deal(self) -> None:
        brief, deal = self.brief, self.brief.deal
        self.put("matter", brief.product or "this")
        if deal is None:
            return
        as_of = str(deal.get("engaged_on") or deal.get("created_on") or "") or None
        claim = f"{brief.product} is an open deal"
        source = Source(claim, "opportunity", id_of(deal), brief.product, as_of)
        for name in ("p", "matter"):
            self.put(name, brief.product, source)
        engaged, mailed = wording.day(deal.get("engaged_on")), self._last_mail()
        if engaged and engaged <= brief.today:
            self.put("engaged_when", wording.when(engaged, brief.today), source)
            self.put("engaged_since", wording.since(engaged, brief.today), source)
        if mailed and mailed <= brief.today:
            self.put("mailed_when", f"on {wording.exact(mailed, brief.today)}")

    def _last_mail(self) -> date | None:
        sent = [row for row in self.brief.thread if row.get("direction") == "outbound"]
        return wording.day(sent[-1].get("at")) if sent else None

    # --- earlier orders ---------------------------------------------------------------------------

    def _orders(self, *, skipped: str = "") -> None:
        """The latest of the same product; of the others the latest, and one before it."""
        product, today = self.brief.product, self.brief.today
        won = [row for row in self.brief.won if wording.is_past(row["closed_on"], today)]
        won = [row for row in won if line(row["product"]) != skipped]
        own = [row for row in won if line(row["product"]) == product]
        others = [row for row in won if line(row["product"]) != product]
        if own:
            self._order("again", own[0])
        if others:
            self._order("past", others[0])
            self._earlier(others)

    def _earlier(self, others: list[Row]) -> None:
        latest = others[0]
        for row in others[1:]:
            if row["product"] != latest["product"] and row["closed_on"] < latest["closed_on"]:
                self._order("past2", row)
                self._together()
                return

    def _together(self) -> None:
        """Two orders of one month are said in one breath."""
        if self.data["past_when"] == self.data["past2_when"]:
            self.put("both_when", self.data["past_when"], self.sources["past"])
            self.without("past2_when", "past2_then")

    def use_order(self, row: Row) -> None:
        """This order and no other, because a rep asked for it."""
        self.without(*ORDER_DATA)
        self._order("past", row)

    def forget_orders(self, *, of: str = "") -> None:
        """Nothing about earlier orders, or nothing about those of one product."""
        self.without(*ORDER_DATA, *(f"again{ending}" for ending in ENDINGS))
        if of:
            self._orders(skipped=of)

    def _order(self, name: str, row: Row) -> None:
        product, moment = line(row["product"]), wording.day(row["closed_on"])
        if moment is None:
            return
        said = wording.when(moment, self.brief.today)
        claim = f"{product} was ordered {said}"
        source = Source(claim, "opportunity", id_of(row), product, str(row["closed_on"]))
        self.put(name, product, source)
        self.put(f"{name}_when", said, source)
        self.put(f"{name}_then", said.removeprefix("back "), source)
        self.put(f"{name}_on", said if said.startswith("on ") else "", source)
        if name == "past" and said.startswith("back "):
            self.put("ago", said, source)
            self.put("ago_back", f"back to {wording.month(moment)}", source)

    # --- notes, statements, the catalogue ---------------------------------------------------------

    def _fact(self) -> None:
        for row in self.brief.facts:
            if self.use_fact(row):
                return

    def use_fact(self, row: Row) -> bool:
        """A note about the account, as a clause where its grammar is plain, else after a colon."""
        self.without("fact", "note")
        text = one_sentence(row.get("text"))
        if not sayable(text) or PRIVATE.search(text) or suspicion.found_in(text):
            return False
        self.put(*addressed(text, self.data["n"]), fact_source(row))
        return True

    def _claim(self) -> None:
        for row in self.brief.claims:
            text, about = one_sentence(row.get("text")), line(row.get("product"))
            if about and about == self.brief.product and sayable(text):
                self.put("claim", text, Source(text, "claim", id_of(row), text))
                return

    def price(self) -> None:
        """The list price of the deal's product; said only when somebody asked for it."""
        for row in self.brief.products:
            amount = str(row.get("list_price") or "")
            if amount and line(row.get("name")) == self.brief.product:
                claim = f"{self.brief.product} has a list price of {amount}"
                self.put("price", money(amount), Source(claim, "product", id_of(row), amount))

    def other(self, row: Row) -> None:
        name = line(row.get("name"))
        self.put("other", name, Source(f"{name} is in the catalogue", "product", id_of(row), name))


def seed(brief: Brief) -> str:
    """What makes this mail this mail; a rewrite is another one."""
    parts = [id_of(brief.account), id_of(brief.contact), id_of(brief.deal), brief.output_class]
    parts += [str(brief.mandate.get("step") or len(brief.thread))]
    return "/".join([*parts, str(brief.rewrite.get("note") or "")])


def one_sentence(value: Any) -> str:
    text = " ".join(str(value or "").split())
    return SENTENCE_END.split(text)[0].rstrip(". ")


def fact_source(row: Row) -> Source:
    """Quoted as far as its first line, since a quote has to be found in the row."""
    quote = str(row.get("text") or "").strip().partition("\n")[0][:300].strip()
    return Source(quote, "fact", id_of(row), quote, str(row.get("as_of") or "") or None)


def sayable(text: str) -> bool:
    return 8 <= len(text) <= 160 and not UNQUOTABLE.search(text)


def addressed(text: str, account: str) -> tuple[str, str]:
    """How it is said, and as what: a `fact` is a clause about the account by its name, a `note`
    anything else."""
    first, _, rest = text.partition(" ")
    if text.startswith(account) and VERB.match(text[len(account) :].strip()):
        return "fact", text
    if VERB.fullmatch(first):
        return "fact", f"{account} {first.lower()} {rest}"
    if first.lower() in ADDRESSED:
        return "note", f"{ADDRESSED[first.lower()]} {rest}"
    return "note", text


def money(amount: str) -> str:
    """4821.00 as 4,821: the packet names no currency, so the mail names none."""
    try:
        value = float(amount)
    except ValueError:
        return ""
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
