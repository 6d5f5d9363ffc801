"""No file, however broken, brings the importer down."""

import random
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from revenue import importing
from revenue.importing import FileFault
from revenue.importing.tables import read
from revenue.models import Account, Contact, Opportunity

from .conftest import ACCOUNTS, CONTACTS, DEALS, FILES, plan_of, source

pytestmark = pytest.mark.django_db
ODD = ["\x00", '"', '""', ",", ";", "\r", "\n", "\t", "=", "\ufeff", "\u202e", "é", "中", "1e309",
       "-1", "9" * 40, "\x1b[31m", " ", "{found}", "%s", "2/31/2017", "'"]  # fmt: skip


def patient(examples: int) -> settings:
    return settings(
        max_examples=examples, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )


@patient(200)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(FileFault):
        list(read(source(data)).rows())


@patient(100)
@given(st.sampled_from(sorted(FILES)), st.randoms(use_true_random=False))
def test_any_damage_to_a_good_file_is_told_or_harmless(name: str, dice: random.Random) -> None:
    text = FILES[name]
    for _ in range(dice.randint(1, 6)):
        place = dice.randrange(len(text))
        text = text[:place] + dice.choice(ODD) + text[place + dice.randint(0, 3) :]
    files = {key.removesuffix(".csv"): value for key, value in FILES.items()}
    made = plan_of(**{**files, name.removesuffix(".csv"): text})
    good = sum(made.spool.total(kind) for kind in importing.KINDS)
    assert good == made.good
    for issue in made.issues():
        assert issue.problem
        assert issue.found.isprintable()


@pytest.mark.parametrize("number", range(12))
def test_what_is_left_of_a_damaged_file_can_be_stored(number: int) -> None:
    dice = random.Random(number)
    files = {}
    for name, text in {"accounts": ACCOUNTS, "contacts": CONTACTS, "deals": DEALS}.items():
        body = text
        for _ in range(4):
            place = dice.randrange(text.index("\n"), len(body))
            body = body[:place] + dice.choice(ODD) + body[place:]
        files[name] = body
    made = plan_of(people=FILES["people.csv"], products=FILES["products.csv"], **files)
    importing.commit(made)
    assert Account.objects.count() == made.spool.total("accounts")
    assert Contact.objects.count() == made.spool.total("contacts")
    assert Opportunity.objects.count() == made.spool.total("opportunities")
