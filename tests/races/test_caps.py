"""The last place under a cap: of two mails that are claimed at the same moment one takes it."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from revenue import ingest
from revenue.models import Contact, Workspace
from review import dispatch
from review.models import OutboxMessage
from tests.races import laws, verbs
from tests.smtp import Sink

ROUNDS = 5


def to(email: str) -> verbs.Scene:
    """An approved mail; its address was seen before, so that no claim waits to make its row."""
    ingest.see_address(email)
    here = verbs.scene()
    Contact.objects.filter(account=here.account).update(email=email)
    return verbs.queued(here)


def at_once(*verbs_: Callable[[], object]) -> list[object]:
    """All from one barrier, each on its own connection; the errors."""
    barrier, errors = threading.Barrier(len(verbs_)), []

    def run(verb: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            verb()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[verb]) for verb in verbs_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return errors


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("cap", "emails"),
    [
        ("domain_cap", ["ann{0}@one{0}.example", "bob{0}@one{0}.example", "eve{0}@one{0}.example"]),
        ("contact_cap", ["ann{0}@two{0}.example"] * 3),
        ("mailbox_cap", ["ann{0}@x{0}.example", "bob{0}@y{0}.example", "eve{0}@z{0}.example"]),
    ],
)
def test_of_mails_that_are_claimed_at_once_one_takes_the_last_place(
    workspace: Workspace, smtp: Sink, settings: object, cap: str, emails: list[str]
) -> None:
    settings.EMAIL_URL = "smtp://one-address-for-all"
    for number in range(ROUNDS):
        before = len(smtp.mails)
        most = before + 1 if cap == "mailbox_cap" else 1
        Workspace.objects.update(**{cap: most})
        scenes = [to(email.format(number)) for email in emails]
        sends = [lambda pk=one.message.pk: dispatch.send(pk) for one in scenes]
        assert at_once(*sends) == []
        assert len(smtp.mails) == before + 1
        ids = [one.message.pk for one in scenes]
        states = OutboxMessage.objects.filter(pk__in=ids).values_list("state", flat=True)
        assert sorted(states) == ["queued", "queued", "sent"]
        assert [laws.always_broken(one.account) for one in scenes] == [[], [], []]
