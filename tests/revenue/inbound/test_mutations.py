"""Five hundred mails with seeded damage: each is read, has a class and fits into its columns."""

import random
import time

import pytest

from revenue.inbound import classify_reply, parse_email
from revenue.inbound.readings import LABELS
from tests import replies
from tests.revenue.inbound.bodies import CASES
from tests.revenue.inbound.test_bodies import raw
from tests.revenue.inbound.test_parse import FILES, is_storable
from tests.revenue.inbound.test_reports import BOUNCES, complaint

WHOLE = [
    *FILES.values(),
    *(raw(kind, body) for _, kind, body, _ in CASES),
    *(mail for mail, *_ in BOUNCES.values()),
    complaint(),
    *(replies.raw(row) for row in replies.rows("seen")[:60]),
]
ODD = [
    b"\x00", b"\xff\xfe", b"\r", b"\n\n", b"--b", b"=?utf-8?b?", b"<", b"<!--", b"\xe2\x80\x8b",
    b"\xed\xa0\x80", b"Content-Type: ", b"boundary=", b";;;", b"@" * 300, b"> " * 400,
]  # fmt: skip


def damaged(seed: int) -> bytes:
    chance = random.Random(seed)
    mail = bytearray(chance.choice(WHOLE))
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(mail) + 1)
        match chance.randrange(5):
            case 0:
                mail[at:at] = chance.choice(ODD)
            case 1:
                del mail[at : at + chance.randint(1, 200)]
            case 2:
                mail[at : at + 1] = bytes([chance.randrange(256)])
            case 3:
                mail[at:at] = mail[at : at + 300]
            case _:
                mail += chance.choice(WHOLE)[: chance.randint(1, 500)]
    return bytes(mail)


@pytest.mark.parametrize("block", range(10))
def test_a_damaged_mail_is_read_and_has_a_class(block: int) -> None:
    for seed in range(50 * block, 50 * (block + 1)):
        start = time.process_time()
        parsed = parse_email(damaged(seed))
        said = classify_reply(parsed)
        assert is_storable(parsed), f"SEED={seed}"
        assert said.label in LABELS, f"SEED={seed}"
        assert len(said.detail) <= 320, f"SEED={seed}"
        assert time.process_time() - start < 1, f"SEED={seed}"
