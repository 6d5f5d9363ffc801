"""The phrases themselves: what they may name, and whose they are."""

import re

import pytest

from agents.offline.phrases import first, follow, replies, roles
from agents.offline.wording import TOKEN

KNOWN = {
    "n", "ns", "p", "company", "worry", "matter", "topic", "price", "claim", "fact", "note",
    "other", "ago", "ago_back", "both_when", "engaged_when", "engaged_since", "mailed_when",
    *(f"{name}{end}" for name in ("past", "past2", "again") for end in ("", "_when", "_then",
                                                                        "_on")),
}  # fmt: skip
BANKS = [
    first.PHRASES, follow.FOLLOW_UP, follow.BREAKUP, replies.INTERESTED, replies.PRICE,
    replies.QUESTION, replies.MEETING, replies.NOT_NOW, replies.REFERRAL, replies.OBJECTION,
    replies.UNCLEAR, roles.DETAILS, roles.ASKS, roles.STALLED,
    {"general": (*roles.GENERAL_DETAILS, *roles.GENERAL_ASKS, *roles.GENERAL_STALLED)},
]  # fmt: skip
ANCHORS = ("{n}", "{ns}", "{past2_on}", "{fact}")


@pytest.mark.parametrize("bank", BANKS)
def test_every_phrase_names_only_data_that_can_be_there(bank: dict[str, tuple[str, ...]]) -> None:
    for phrase in (phrase for options in bank.values() for phrase in options):
        names = set(re.findall(r"\{(\w+)\}", phrase))
        assert names <= KNOWN | set(bank), phrase
        assert not TOKEN.sub("", phrase), phrase
        assert not re.search(r"\d|!", re.sub(r"\{\w+\}", "", phrase)), phrase


@pytest.mark.parametrize("bank", BANKS)
def test_every_whole_sentence_belongs_to_one_account(bank: dict[str, tuple[str, ...]]) -> None:
    for phrase in (phrase for options in bank.values() for phrase in options):
        if phrase.endswith((".", "?")) and not re.fullmatch(r"(\{\w+\}[,.]? ?)+", phrase):
            assert any(anchor in phrase for anchor in ANCHORS), phrase


@pytest.mark.parametrize("bank", BANKS)
def test_only_questions_ask_and_each_asks_once(bank: dict[str, tuple[str, ...]]) -> None:
    for name, options in bank.items():
        if name.startswith("subject"):
            continue
        for phrase in options:
            assert phrase.count("?") == phrase.endswith("?"), phrase
