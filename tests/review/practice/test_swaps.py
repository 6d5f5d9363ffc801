"""One fact swapped, of each kind: the text is really wrong, and only a reader can see it."""

from datetime import date

import pytest

from agents.models import Draft
from revenue.models import Account, Claim
from review import autonomy, cards, edits, guards
from review.grounding import Known
from review.practice import planting, swaps
from review.practice.swaps import Record, Swap
from tests.factories import ContactFactory
from tests.review.practice.scene import Scene

RECORD = Record(
    products=("GTX Basic", "GTX Pro"), names=("Vera Lind", "Omar Reyes"),
    days=(date(2017, 1, 9), date(2017, 3, 1)), amounts=(550.0, 4821.0),
    links=("https://seller.example/pro", "https://seller.example/basic"),
)  # fmt: skip
TEXTS = {
    "product": ("You ordered GTX Basic.", ("GTX Basic", "GTX Pro")),
    "amount": ("It came to $550 then.", ("$550", "$4,821")),
    "date": ("You ordered it on 1 March 2017.", ("1 March 2017", "9 January 2017")),
    "month": ("You ordered it in March 2017.", ("March 2017", "January 2017")),
    "day": ("You ordered it on 2017-03-01.", ("2017-03-01", "2017-01-09")),
    "weekday": ("Is Tuesday good for you?", ("Tuesday", "Wednesday")),
    "name": ("Vera Lind gave me your name.", ("Vera Lind", "Omar Reyes")),
    "url": ("See https://seller.example/basic for it.",
            ("https://seller.example/basic", "https://seller.example/pro")),
    "percentage": ("It saves 20 % of the power.", ("20 %", "30 %")),
    "negation": ("You said that it is quick.", ("", "not")),
    "denial": ("It is not loud.", ("not", "")),
}  # fmt: skip


@pytest.mark.parametrize("kind", TEXTS)
def test_exactly_one_fact_is_another(kind: str) -> None:
    text, (before, after) = TEXTS[kind]
    found = [one for one in swaps.of(text, RECORD) if one.change.before == before]
    swap = next(one for one in found if one.change.after == after)
    edit = edits.compare(text, swap.text, products=RECORD.products)
    assert edit.kind == "major"
    assert edit.changed_facts == (swap.change,)


def test_a_text_without_a_fact_has_none() -> None:
    assert swaps.of("Thank you, and until soon.", RECORD) == []


# --- on the desk ----------------------------------------------------------------------------------

MAILS = {
    "product": "You ordered GTX Basic in {won}. Is GTX Pro of use to you?",
    "date": "You ordered GTX Basic in {won}, and GTX Pro has been open since {open}.",
    "amount": "You spent ${amount} on GTX Basic. Is GTX Pro of use to you?",
    "name": "{second} is Head of IT with you. Is GTX Pro of use to you?",
    "url": "More about GTX Pro is here: https://seller.example/pro",
    "negation": "GTX Pro runs without a fan, so it can stand in an office.",
}  # fmt: skip
CLAIMS = {
    "url": (
        "GTX Pro is at https://seller.example/pro",
        "GTX Basic is at https://seller.example/basic",
    ),
    "negation": ("GTX Pro runs without a fan, so it can stand in an office",),
}


def records(account: Account, number: int) -> dict[str, str]:
    """Two deals, and two people besides the recipient, with the words for them."""
    won = account.opportunities.get(is_won=True)
    won.amount, won.engaged_on = 500 + number, date(2016, 8 + number, 12)
    won.closed_on = date(2017, 2 + number, 3)
    won.save()
    deal = account.opportunities.get(is_closed=False)
    deal.engaged_on = date(2017, 6 + number, 20)
    deal.save()
    named = {"first_name": ("Vera", "Omar")[number], "last_name": ("Lind", "Reyes")[number]}
    second = ContactFactory(account=account, title="Head of IT", **named)
    ContactFactory(account=account, title="Buyer", first_name=("Ines", "Hugo")[number],
                   last_name=("Marsh", "Falk")[number])  # fmt: skip
    return {
        "won": f"{won.closed_on:%B %Y}", "open": f"{deal.engaged_on:%-d %B %Y}",
        "amount": f"{won.amount:,.0f}", "second": second.name,
        "won_id": f"opportunity:{won.pk}", "deal_id": f"opportunity:{deal.pk}",
        "second_id": f"contact:{second.pk}",
    }  # fmt: skip


def cited(claim: str, source_id: str, quote: str) -> dict[str, str]:
    kind = source_id.partition(":")[0]
    return {"claim": claim, "source_type": kind, "source_id": source_id, "quote": quote}


def evidence(kind: str, said: dict[str, str]) -> list[dict[str, str]]:
    claims = [Claim.objects.create(text=text, approved_by="x") for text in CLAIMS.get(kind, ())]
    found = [cited(claims[0].text, f"claim:{claims[0].pk}", claims[0].text)] if claims else []
    if "won" in MAILS[kind] or kind == "amount":
        found.append(cited(f"GTX Basic was ordered in {said['won']}", said["won_id"], "GTX Basic"))
    if "GTX Pro" in MAILS[kind] and not claims:
        found.append(cited("GTX Pro is an open deal", said["deal_id"], "GTX Pro"))
    if kind == "name":
        found.append(cited(f"{said['second']} is Head of IT", said["second_id"], "Head of IT"))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("kind", MAILS)
def test_it_is_wrong_and_nothing_is_marked(here: Scene, monkeypatch, kind: str) -> None:
    there = records(here.source.account, 0)
    records(here.account, 1)
    here.source.body = f"Hi Yara,\n\n{MAILS[kind].format(**there)}\n\nBest regards"
    here.source.evidence = evidence(kind, there)
    here.source.save()
    in_order, rights = planting._in_order, []

    def of_kind(draft: Draft, known: Known) -> list[Swap]:
        rights.append(draft.body)
        return [one for one in in_order(draft, known) if one.change.kind == kind]

    monkeypatch.setattr(planting, "_in_order", of_kind)
    plant = here.plant()
    draft, right = plant.item.draft, rights[-1]
    edit = edits.compare(right, draft.body, products=["GTX Basic", "GTX Pro"])
    assert [(one.kind, one.before, one.after) for one in edit.changed_facts] == [
        (kind, plant.before, plant.after)
    ]
    assert "Vera Lind" not in right
    assert there["won"] not in right
    shown = cards.build([plant.item.pk], reader=here.rep)[0]
    assert not shown.letter.doubts
    assert [chip.is_resolved for chip in shown.chips] == [True] * len(shown.chips)
    assert plant.item.reason == ordinary_reason(right, draft)


def ordinary_reason(right: str, wrong: Draft) -> str:
    """What the card of the right text says."""
    twin = Draft(pk=-1, account=wrong.account, contact=wrong.contact, agent="outreach",
                 output_class=wrong.output_class, effect="buyer", subject=wrong.subject,
                 body=right, evidence=wrong.evidence, created_at=wrong.created_at,
                 context_version=wrong.context_version)  # fmt: skip
    assert guards.findings(twin, by_the_hour=False) == []
    return autonomy.verdict(twin).reason
