"""Chooses whom at an account to write to, and about which deals: a handoff, no draft."""

from datetime import timedelta

from agents.envelope import Evidence, Handoff, Mandate, Package
from agents.offline import people
from agents.offline.brief import Row, id_of, line, rows, section, trusted
from agents.offline.material import Source, evidence, fact_source
from agents.offline.wording import day, when
from agents.outputs import Fit, Person, ProspectingOutput

FIRST_EMAIL = "outreach.first_email"
MOST_DEALS = 3
DAYS_TO_TAKE_UP = 3


def choose(packet: Row) -> ProspectingOutput:
    contacts = rows(packet, "contacts")
    deals = open_deals(packet)
    candidates = people.ranked(contacts)
    if not candidates or not deals:
        return _stopped(packet, anyone=bool(candidates))
    return _handed_over(packet, candidates[0], deals, len(contacts))


def open_deals(packet: Row) -> list[Row]:
    """Those in stage Prospecting, else any other; one for each product, at most a few."""
    named = [row for row in rows(packet, "deals") if line(row.get("product"))]
    early = [row for row in named if str(row.get("stage") or "").lower() == "prospecting"]
    of_product = {str(row["product"]): row for row in reversed(early or named)}
    return list(reversed(of_product.values()))[:MOST_DEALS]


def _handed_over(packet: Row, contact: Row, deals: list[Row], known: int) -> ProspectingOutput:
    why = _why(contact, deals, known)
    proof = _evidence(packet, contact, deals)
    return ProspectingOutput(
        decision="act",
        output_class="",
        confidence=_confidence(contact, packet),
        risk_flags=["sensitive_contact"] if people.sensitive(contact) else [],
        evidence=proof,
        missing_context=[],
        state_update=[],
        handoff=_handoff(packet, contact, deals, why, proof),
        rationale=why,
        accounts=[_fit(packet, deals, anyone=True)],
        contacts=[_person(contact)],
        contact_id=id_of(contact),
        deal_ids=[id_of(deal) for deal in deals],
    )


def _stopped(packet: Row, *, anyone: bool) -> ProspectingOutput:
    reason = "No open deal names a product, so there is no reason to write yet."
    missing = ["an open deal with its product"]
    if not anyone:
        known = len(rows(packet, "contacts"))
        reason = (
            f"None of the {known} known contacts may be written to."
            if known
            else "No contact is known at this account."
        )
        missing = ["a contact who may be written to"]
    return ProspectingOutput(
        decision="skip" if anyone else "escalate",
        output_class="",
        confidence=0.9,
        risk_flags=[],
        evidence=[],
        missing_context=missing,
        state_update=[],
        handoff=None,
        rationale=reason,
        accounts=[_fit(packet, open_deals(packet), anyone=anyone)],
        contacts=[],
        contact_id="",
        deal_ids=[],
    )


def _handoff(
    packet: Row, contact: Row, deals: list[Row], why: str, proof: list[Evidence]
) -> Handoff:
    today = day(section(packet, "task").get("today"))
    return Handoff(
        to="outreach",
        context=Package(
            why=why,
            contact_id=id_of(contact),
            deal_ids=[id_of(deal) for deal in deals],
            messages_sent=[],
            response="",
            engagement=[],
            questions=[],
            objections=[],
            assessment=_assessment(packet),
            evidence_ids=list(dict.fromkeys(row.source_id for row in proof))[:20],
        ),
        mandate=Mandate(
            do=f"Write the first mail, about {line(deals[0]['product'])}, and ask one question.",
            output_class=FIRST_EMAIL,
            contact_id=id_of(contact),
            allowed_means=["one mail to this contact"],
            stop_when=["any reply", "an opt-out", "a person writes to the account"],
        ),
        success_criteria=["an answer from this contact, or a name of somebody better placed"],
        escalate_if=["the contact may no longer be written to", "the deal has closed"],
        deadline=(today + timedelta(days=DAYS_TO_TAKE_UP)).isoformat() if today else None,
    )


def _why(contact: Row, deals: list[Row], known: int) -> str:
    name = people.full_name(contact) or "The contact"
    role, title = people.buying_role(contact), people.title(contact)
    described = ", ".join(filter(None, [title, role]))
    products = _listed([str(deal["product"]) for deal in deals])
    best = "the only one known" if known == 1 else f"the best placed of {known}"
    sensitive = " Nobody less sensitive may be written to." if people.sensitive(contact) else ""
    return (
        f"There is an open deal for {products}. "
        f"{name}{f' ({described})' if described else ''} is {best}.{sensitive}"
    )


def _assessment(packet: Row) -> str:
    """What is known of their intent: earlier orders, or nothing."""
    ordered, today = _orders(packet), day(section(packet, "task").get("today"))
    if not ordered:
        return "Their intent is unknown: no order of theirs is on record."
    moment = day(ordered[0]["closed_on"])
    said = when(moment, today) if moment and today else "before"
    return (
        f"They are customers: {line(ordered[0]['product'])} was ordered {said}. "
        "Whether they want more is unknown."
    )


def _evidence(packet: Row, contact: Row, deals: list[Row]) -> list[Evidence]:
    sources = [_deal_source(deal) for deal in deals]
    sources += [_order_source(row) for row in _orders(packet)[:2]]
    title = people.title(contact)
    if title:
        sources.append(Source(f"The contact is {title}", "contact", id_of(contact), title))
    sources += [fact_source(row) for row in rows(packet, "facts") if trusted(row)][:5]
    return evidence(sources)


def _deal_source(deal: Row) -> Source:
    product = line(deal["product"])
    as_of = str(deal.get("engaged_on") or deal.get("created_on") or "") or None
    return Source(f"{product} is an open deal", "opportunity", id_of(deal), product, as_of)


def _order_source(row: Row) -> Source:
    product, closed_on = line(row["product"]), str(row["closed_on"])
    return Source(f"{product} was ordered", "opportunity", id_of(row), product, closed_on)


def _orders(packet: Row) -> list[Row]:
    won = [row for row in rows(packet, "won") if line(row.get("product"))]
    dated = [row for row in won if day(row.get("closed_on"))]
    return sorted(dated, key=lambda row: str(row["closed_on"]), reverse=True)


def _fit(packet: Row, deals: list[Row], *, anyone: bool) -> Fit:
    """What speaks for and against the account, 25 points for each reason."""
    reasons = [f"An open deal for {line(deal['product'])}" for deal in deals[:1]]
    reasons += [f"A customer already: {line(row['product'])}" for row in _orders(packet)[:1]]
    reasons += ["Somebody may be written to"] if anyone else []
    return Fit(
        domain=str(section(packet, "account").get("domain") or "")[:253],
        fit_score=25 + 25 * len(reasons) if deals and anyone else 0,
        fit_reasons=reasons,
        disqualifiers=[] if anyone else ["Nobody there may be written to"],
    )


def _person(contact: Row) -> Person:
    return Person(
        title=people.title(contact),
        buying_role=people.buying_role(contact)[:80],
        email_status="writable",
    )


def _confidence(contact: Row, packet: Row) -> float:
    known = [people.title(contact), people.buying_role(contact), _orders(packet)]
    return round(0.7 + 0.05 * sum(map(bool, known)), 2)


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
