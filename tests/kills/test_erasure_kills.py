"""An erasure is killed at any boundary, and whoever looks next brings it to its end."""

import itertools
import os
import random

import pytest

from revenue import consent
from revenue.models import Account, Erasure, Suppression
from review import privacy, tasks
from review.models import OutboxMessage
from tests import factories
from tests.kills import forks
from tests.races import laws, verbs
from tests.review.privacy import scene as play

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
KILLS = int(os.environ.get("KILLS_PER_STEP", "12"))
_numbers = itertools.count(1)


def known_at_two() -> tuple[str, Account]:
    """Somebody to whom a mail is queued, and who is known at another account as well."""
    here = verbs.queued()
    email = f"yara{next(_numbers)}@kill.example"
    here.account.contacts.update(email=email)
    OutboxMessage.objects.filter(pk=here.message.pk).update(recipient=email)
    factories.ContactFactory(email=email)
    return email, here.account


def erase(email: str) -> None:
    privacy.go_on(privacy.begin(email, by="system"))


def test_a_kill_at_any_boundary_leaves_nobody_half_erased(
    workspace: object, smtp: object, seed: int
) -> None:
    email, _ = known_at_two()
    met = forks.run(lambda: erase(email))
    assert met > 20
    assert play.found((email,)) == []
    for fatal in sorted(random.Random(seed).sample(range(1, met), min(KILLS, met - 1))):
        email, account = known_at_two()
        forks.run(lambda: erase(email), fatal=fatal)  # noqa: B023
        assert laws.the_log_holds(account) == []
        begun = Erasure.objects.filter(address=email).exists()
        is_blocked = bool(consent.blocked(email))
        assert is_blocked or not begun, fatal
        if not is_blocked:  # it was killed before anything was kept: somebody asks again
            privacy.begin(email, by="system")
        tasks.tick()
        assert not Erasure.objects.filter(finished_at=None).exists(), fatal
        assert play.found((email,)) == [], fatal
        assert laws.always_broken(account) == [], fatal
        assert smtp.mails == []
    assert Suppression.objects.filter(ground="erased").count() == min(KILLS, met - 1) + 1
