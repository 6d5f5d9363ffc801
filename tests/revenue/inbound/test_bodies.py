"""The new words of sixty replies, as mail programs write them."""

import pytest

from revenue.inbound import parse_email
from tests.revenue.inbound.bodies import CASES

TYPES = {
    "plain": "text/plain; charset=utf-8",
    "latin": "text/plain; charset=utf-8",
    "flowed": "text/plain; charset=utf-8; format=flowed",
    "html": "text/html; charset=utf-8",
}


def raw(kind: str, body: str) -> bytes:
    head = (
        "From: bob@larkfield.example\nTo: ana@seller.example\nSubject: Re: Your order volumes\n"
        f"Message-ID: <1@larkfield.example>\nMIME-Version: 1.0\nContent-Type: {TYPES[kind]}\n\n"
    )
    return head.encode() + body.encode("latin-1" if kind == "latin" else "utf-8")


def test_there_are_sixty_of_all_kinds() -> None:
    assert len({name for name, *_ in CASES}) == len(CASES) >= 60
    assert {kind for _, kind, *_ in CASES} == TYPES.keys()


@pytest.mark.parametrize(
    ("kind", "body", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_the_new_words_stand_alone(kind: str, body: str, words: str) -> None:
    parsed = parse_email(raw(kind, body))
    assert parsed.text == words.strip()
    assert "stop" not in parsed.text.casefold()
