"""What a mail of the offline writer is like, for one account and for many."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from agents.outputs import OutreachOutput, ProspectingOutput
from tests.agents.offline import packets
from tests.agents.offline.packets import Row
from tests.agents.offline.writing import (
    answers,
    check_distinct,
    check_grounded,
    check_manners,
    mail,
    whole,
)


def as_follow_up(rows: Row) -> Row:
    return packets.own_read(
        "outreach.follow_up", account=rows["account"], contacts=[rows["contact"]],
        deals=[row | {"stage": "engaging"} for row in rows["deals"]], won=rows["won"],
    )  # fmt: skip


def as_breakup(rows: Row) -> Row:
    return as_follow_up(rows) | {"task": packets.task("outreach", "outreach.breakup")}


def as_first(rows: Row) -> Row:
    return packets.first_mail(**rows)


@pytest.mark.parametrize("thin", [False, True])
@pytest.mark.parametrize("build", [as_first, as_follow_up, as_breakup])
@pytest.mark.parametrize("seed", [1, 2])
def test_eighty_five_accounts_get_eighty_five_mails_without_a_common_sentence(
    build: Callable[[Row], Row], seed: int, thin: bool
) -> None:
    wanted = [build(rows) for rows in packets.invented(85, seed, thin=thin)]
    written = answers(wanted, OutreachOutput)
    assert {output.decision for output in written} == {"act"}
    for output, packet in zip(written, wanted, strict=True):
        check_manners(output)
        check_grounded(output, packet)
    check_distinct(written)


def test_five_hundred_accounts_share_no_sentence_either() -> None:
    wanted = [as_first(rows) for rows in packets.invented(500, seed=7)]
    check_distinct(answers(wanted, OutreachOutput))


@pytest.mark.parametrize("newest", [None, date(2026, 11, 20)])
def test_the_real_accounts_go_the_whole_way_from_choice_to_mail(newest: date | None) -> None:
    accounts = packets.real(newest=newest)
    assert len(accounts) >= 70
    task = packets.task("prospecting", "")
    chosen = answers([{"task": task} | rows for rows in accounts], ProspectingOutput)
    wanted = [as_handed_over(*pair) for pair in zip(accounts, chosen, strict=True)]
    written = answers(wanted, OutreachOutput)
    for output, packet, rows in zip(written, wanted, accounts, strict=True):
        check_manners(output)
        check_grounded(output, packet)
        assert any(deal["product"] in output.body_text for deal in rows["deals"])
        assert output.to in {contact["id"] for contact in rows["contacts"]}
    check_distinct(written)


def as_handed_over(rows: Row, choice: ProspectingOutput) -> Row:
    contact = next(row for row in rows["contacts"] if row["id"] == choice.contact_id)
    deals = [row for row in rows["deals"] if row["id"] in choice.deal_ids]
    evidence = [row.model_dump() for row in choice.evidence]
    return packets.first_mail(
        **choice.handoff.context.model_dump() | {"contact_id": contact["id"]},
        contact=contact, account=rows["account"], deals=deals, won=rows["won"],
        evidence=evidence,
    )  # fmt: skip


def test_the_mail_is_addressed_and_signed() -> None:
    output = mail(packets.first_mail())
    assert output.to == "contact:5"
    assert output.body_text.startswith("Hi Yara,\n\n")
    assert output.body_text.endswith("\nMoses Frase")
    assert output.output_class == "outreach.first_email"
    assert "GTX Pro" in output.body_text
    assert "Acme Corporation" in output.body_text


def test_an_order_of_long_ago_is_mentioned_with_its_month_and_year() -> None:
    won = [packets.order(4, "MG Special", "2017-03-01")]
    output = mail(packets.first_mail(won=won))
    assert "MG Special" in output.body_text
    assert re.search(r"\b(back (in|to)|from) March 2017", output.body_text)


def test_orders_of_the_future_are_not_mentioned() -> None:
    won = [packets.order(4, "MG Special", "2027-03-01")]
    assert "MG Special" not in whole(mail(packets.first_mail(won=won)))


def test_a_follow_up_names_the_product_and_since_when() -> None:
    output = mail(packets.own_read("outreach.follow_up"))
    assert "GTX Pro" in output.body_text
    assert re.search(r"14 September|September 2026", output.body_text)


def test_a_follow_up_after_our_own_mail_stays_in_its_thread_and_with_its_product() -> None:
    sent = packets.message(
        "outbound", "Hi Yara, about MG Special.", subject="MG Special for Acme Corporation"
    )
    deals = [
        packets.deal(stage="engaging", engaged_on="2026-09-14"),
        packets.deal(id="opportunity:78", product="MG Special"),
    ]
    output = mail(packets.own_read("outreach.follow_up", thread=[sent], deals=deals, won=[]))
    assert output.subject == "Re: MG Special for Acme Corporation"
    assert "MG Special" in output.body_text
    assert "on 20 November" in output.body_text
    assert "GTX Pro" not in output.body_text


def test_when_several_classes_are_offered_the_thread_decides() -> None:
    offered = ["outreach.first_email", "outreach.follow_up", "outreach.reply"]
    task = packets.task("outreach", "") | {"output_classes": offered}
    sent, received = packets.message("outbound", "Hi"), packets.message("inbound", "Yes please")
    written = [
        mail(packets.own_read("", task=task, thread=thread)).output_class
        for thread in ([], [sent], [sent, received])
    ]
    assert written == offered
