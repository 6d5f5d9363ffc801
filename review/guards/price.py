"""Guard 8: who may give how much off the list. Up to 15 % a rep, up to 25 % a manager; more is
for the deal desk, and nobody's approval here lifts it. No discount leaves without a person.
"""

from decimal import Decimal

from revenue.models import User
from review.grounding.discounts import Discount, discounts
from review.guards.base import Finding, Sight

REP, MANAGER = Decimal(15), Decimal(25)


def look(sight: Sight) -> Finding | None:
    found = discounts(f"{sight.payload.subject}\n\n{sight.payload.body}", sight.known)
    return judge(found, by=sight.approver, is_decided=sight.message is not None)


def judge(found: list[Discount], *, by: User | None, is_decided: bool = False) -> Finding | None:
    """`by` is whoever approves, nobody for a draft that waits; decided by nobody is auto."""
    if not found:
        return None
    most = found[0]
    says = f"“{most.text}” is {most.percent:f} % off the list."
    if most.percent > MANAGER:
        return Finding("price", f"{says} More than {MANAGER} % is for the deal desk.",
                       "Offer less: choose Edit. Nobody's approval lifts this here.")  # fmt: skip
    if most.percent > REP and not (by and by.is_manager):
        return Finding("price", f"{says} More than {REP} % needs a manager's approval.",
                       "Hand it over to your manager, or offer less: choose Edit.")  # fmt: skip
    if is_decided and by is None:
        return Finding("price", f"{says} A person has to approve a discount.",
                       "Approve it yourself.")  # fmt: skip
    return None
