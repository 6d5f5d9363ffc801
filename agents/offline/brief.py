"""One request, read into what a writer needs: whom, about what, from whom, and what may be said.

Only what stands in the packet exists here. Text marked untrusted never reaches `data`; it can
only raise a flag.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from agents.offline import people, wording
from revenue.inbound import suspicion

Row = dict[str, Any]
REPLY = "reply"
QUOTED = re.compile(r"“[^”]*”")
NAME_PARTS = ("first_name", "last_name")


@dataclass(frozen=True)
class Brief:
    packet: Row
    today: date
    output_class: str
    mandate: Row
    account: Row
    contact: Row | None
    deals: list[Row]
    won: list[Row]
    facts: list[Row]
    claims: list[Row]
    products: list[Row]
    thread: list[Row]
    seller: Row
    rewrite: Row
    flags: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """first_email, follow_up, breakup or reply."""
        return self.output_class.rpartition(".")[2]

    @property
    def deal(self) -> Row | None:
        return self.deals[0] if self.deals else None

    @property
    def product(self) -> str:
        return line(self.deal.get("product")) if self.deal else ""

    @property
    def preferences(self) -> list[str]:
        """What the reps want of this class of mail, without the words that they quote."""
        saved = rows(section(self.packet, "task"), "preferences")
        fitting = [row for row in saved if row.get("output_class") == self.output_class]
        return [QUOTED.sub(" ", str(row.get("do") or "")) for row in fitting]

    @property
    def sender(self) -> str:
        return line(self.seller.get("sender_name"))


def read(packet: Row) -> Brief:
    handoff = section(packet, "handoff")
    package = section(handoff, "context")
    asked = section(section(packet, "task"), "mandate")
    mandate = section(handoff, "mandate") | {key: value for key, value in asked.items() if value}
    thread = rows(packet, "thread") or rows(package, "thread")
    output_class = _output_class(packet, mandate, thread)
    facts = rows(packet, "facts") + rows(package, "facts") + _evident_facts(package)
    return Brief(
        packet=packet,
        today=wording.day(section(packet, "task").get("today")) or date.min,
        output_class=output_class,
        mandate=mandate,
        account=section(package, "account") or section(packet, "account"),
        contact=_contact(packet, package, mandate, thread, is_reply=output_class.endswith(REPLY)),
        deals=_deals(packet, package, mandate, thread, output_class),
        won=_latest_first(rows(package, "won") or rows(packet, "won")),
        facts=[fact for fact in facts if trusted(fact)],
        claims=rows(packet, "claims"),
        products=rows(packet, "products"),
        thread=thread,
        seller=section(packet, "seller"),
        rewrite=section(packet, "rewrite"),
        flags=_flags(facts, thread),
    )


# --- pieces of a packet: any of them may be missing, null or of another kind ----------------------


def section(row: Any, name: str) -> Row:
    value = row.get(name) if isinstance(row, dict) else None
    return value if isinstance(value, dict) else {}


def rows(row: Any, name: str) -> list[Row]:
    value = row.get(name) if isinstance(row, dict) else None
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def id_of(row: Row | None) -> str:
    return str((row or {}).get("id") or "")


def ids(row: Row, name: str) -> list[str]:
    value = row.get(name)
    return [str(entry) for entry in value] if isinstance(value, list) else [str(value or "")]


def line(value: Any, longest: int = 80) -> str:
    """A name as it stands, on one line; empty when it is none."""
    text = " ".join(str(value or "").split())
    return text if len(text) <= longest and not re.search(r"[{}<>|\[\]]|https?:", text) else ""


def trusted(row: Row) -> bool:
    return str(row.get("trust") or "internal").lower() not in {"untrusted", "tainted"}


def mails(thread: list[Row]) -> list[Row]:
    """What was said between them and us, oldest first; notes of our own are no mails."""
    return [row for row in thread if row.get("direction") in ("inbound", "outbound")]


def _output_class(packet: Row, mandate: Row, thread: list[Row]) -> str:
    """The one that is asked for; where several are offered, the one that the thread calls for."""
    asked, offered = mandate.get("output_class"), section(packet, "task").get("output_classes")
    if asked or not isinstance(offered, list) or not offered:
        return str(asked or "outreach.first_email")
    said = mails(thread)
    fitting = "first_email"
    if said:
        fitting = REPLY if said[-1]["direction"] == "inbound" else "follow_up"
    return next((str(name) for name in offered if str(name).endswith(fitting)), str(offered[0]))


def _contact(
    packet: Row, package: Row, mandate: Row, thread: list[Row], *, is_reply: bool
) -> Row | None:
    """The person that the mandate names, else the one we are in conversation with, else the best
    one to write to. Nobody, when that person may not be written to."""
    known = [row for row in [section(package, "contact"), *rows(packet, "contacts")] if row]
    wanted = mandate.get("contact_id") or package.get("contact_id")
    chosen = [row for row in known if wanted and row.get("id") == wanted]
    chosen = chosen or _in_conversation(known, thread, is_reply=is_reply)
    if chosen:
        return chosen[0] if people.writable(chosen[0]) else None
    if is_reply or (wanted and not known):
        return None
    return next(iter(people.ranked(known)), None)


def _in_conversation(known: list[Row], thread: list[Row], *, is_reply: bool) -> list[Row]:
    said = [row for row in mails(thread) if not is_reply or row["direction"] == "inbound"]
    spoken = _name(said[-1].get("person")) if said else ""
    return [row for row in known if spoken and spoken == _name(*map(row.get, NAME_PARTS))]


def _name(*parts: Any) -> str:
    return " ".join(" ".join(str(part or "") for part in parts).split()).casefold()


def _deals(
    packet: Row, package: Row, mandate: Row, thread: list[Row], output_class: str
) -> list[Row]:
    """Open deals with a product. First the one that is asked for, then what our last mail named,
    then one in the stage that this kind of mail is for, then the latest."""
    known = rows(package, "deals") or rows(packet, "deals")
    wanted = [*ids(mandate, "deal_id"), *ids(mandate, "deal_ids"), *ids(package, "deal_ids")]
    stage = "prospecting" if output_class.endswith("first_email") else "engaging"
    last = _last_words(thread)

    def order(row: Row) -> tuple[int, bool, bool, str, str]:
        asked = wanted.index(id_of(row)) if id_of(row) in wanted else len(wanted)
        other_stage = str(row.get("stage") or "").lower() != stage
        unnamed = not names_product(last, row.get("product"))
        return asked, unnamed, other_stage, _reversed(row.get("engaged_on")), id_of(row)

    return sorted((row for row in known if line(row.get("product"))), key=order)


def names_product(text: str, product: Any) -> bool:
    wanted = re.escape(line(product).lower())
    return bool(wanted) and re.search(rf"(?<!\w){wanted}(?!\w)", text.lower()) is not None


def _last_words(thread: list[Row]) -> str:
    ours = [row for row in mails(thread) if row["direction"] == "outbound"]
    return f"{ours[-1].get('subject') or ''}\n{ours[-1].get('text') or ''}" if ours else ""


def _reversed(value: Any) -> str:
    """Sorts the latest date first, and those without a date last."""
    moment = wording.day(value)
    return f"{date.max.toordinal() - moment.toordinal():08d}" if moment else "9"


def _latest_first(won: list[Row]) -> list[Row]:
    named = [row for row in won if line(row.get("product")) and wording.day(row.get("closed_on"))]
    return sorted(named, key=lambda row: str(row["closed_on"]), reverse=True)


def _evident_facts(package: Row) -> list[Row]:
    """Facts that a handoff carries as evidence."""
    found = [row for row in rows(package, "evidence") if row.get("source_type") == "fact"]
    return [
        {
            "id": row.get("source_id"),
            "text": row.get("quote") or row.get("claim"),
            "as_of": row.get("as_of"),
            "trust": row.get("trust"),
        }
        for row in found
    ]


def _flags(facts: list[Row], thread: list[Row]) -> list[str]:
    foreign = [row for row in facts if not trusted(row)]
    foreign += [row for row in thread if row.get("direction") == "inbound"]
    texts = [f"{row.get('subject') or ''} {row.get('text') or ''}" for row in foreign]
    return ["suspected_instructions"] if any(map(suspicion.found_in, texts)) else []
