"""Guard 13: one Message-ID from the approval on, and one mail under it."""

import pytest

from revenue import snapshots
from revenue import workspace as workspaces
from revenue.models import Activity, Workspace
from review import decisions, dispatch, payload
from review.models import OutboxMessage
from tests.races import verbs
from tests.review.guards.test_window import looked_at
from tests.smtp import Sink

pytestmark = pytest.mark.django_db
WRONG = "The mail does not carry the Message-ID that was made for it."
LEFT = "A mail with this Message-ID has left already."


def test_the_id_that_was_approved_is_the_one_that_leaves(here: verbs.Scene, smtp: Sink) -> None:
    assert looked_at(here.message).state == "sent"
    assert smtp.mails[0]["Message-ID"] == here.message.message_id


def test_stored_bytes_with_another_id_do_not_leave(here: verbs.Scene, smtp: Sink) -> None:
    mail = payload.load(snapshots.get(here.message.payload))
    raw = payload.render(mail, date=here.message.created_at).decode()
    other = raw.replace(here.message.message_id, "<1.1.0000@seller.example>")
    OutboxMessage.objects.update(mime=snapshots.put(other))
    message = looked_at(here.message)
    assert (message.state, message.guard, message.detail) == ("blocked", "message_id", WRONG)
    assert smtp.mails == []


def test_stored_bytes_without_an_id_do_not_leave(here: verbs.Scene, smtp: Sink) -> None:
    mail = payload.load(snapshots.get(here.message.payload))
    raw = payload.render(mail, date=here.message.created_at).decode()
    OutboxMessage.objects.update(mime=snapshots.put(raw.replace("Message-ID:", "X-Id:")))
    assert looked_at(here.message).detail == WRONG


def test_an_id_that_nobody_here_made_does_not_leave(here: verbs.Scene, smtp: Sink) -> None:
    OutboxMessage.objects.update(message_id="<1.1.0000000000000000@seller.example>")
    assert looked_at(here.message).detail == WRONG


def test_the_id_of_another_revision_does_not_leave(here: verbs.Scene, smtp: Sink) -> None:
    OutboxMessage.objects.update(revision=2)
    assert looked_at(here.message).detail == WRONG


def test_a_mail_that_is_recorded_as_sent_does_not_leave_again(
    here: verbs.Scene, smtp: Sink
) -> None:
    """It was found in the Sent folder while nobody knew what had become of it."""
    Activity.objects.create(account=here.account, direction="outbound",
                            occurred_at=here.message.created_at,
                            message_id=here.message.message_id)  # fmt: skip
    message = looked_at(here.message)
    assert (message.state, message.detail) == ("blocked", LEFT)
    assert smtp.mails == []


@pytest.mark.parametrize("state", ["sending", "unknown", "sent"])
def test_two_rows_of_one_id_are_one_mail(here: verbs.Scene, smtp: Sink, state: str) -> None:
    fields = {f.attname: getattr(here.message, f.attname) for f in
              OutboxMessage._meta.concrete_fields}  # fmt: skip
    del fields["id"]
    OutboxMessage.objects.create(**fields | {"revision": 9, "state": state,
                                             "claimed_at": here.message.created_at})  # fmt: skip
    message = looked_at(here.message)
    assert (message.state, message.detail) == ("blocked", LEFT)


def test_a_domain_that_was_set_up_meanwhile_stops_nothing(here: verbs.Scene, smtp: Sink) -> None:
    Workspace.objects.update(sender_domain="harbour-supply.example")
    assert looked_at(here.message).state == "sent"
    assert smtp.mails[0]["Message-ID"] == here.message.message_id


def test_a_second_attempt_has_the_same_id(here: verbs.Scene, smtp: Sink, clock: object) -> None:
    smtp.answer = "451 Try later"
    dispatch.send_due()
    smtp.answer = "250 OK"
    clock.travel(hours=1)
    assert looked_at(here.message).state == "sent"
    assert smtp.mails[0]["Message-ID"] == here.message.message_id


def test_another_revision_has_another_id(workspace: Workspace, smtp: Sink) -> None:
    here = verbs.pending()
    first = payload.message_id(here.draft, 1, workspaces.load())
    decisions.approve_edited(
        here.item, by=here.rep, revision=1, subject="GTX", body="Hi Yara,\n\nStill?\n\nPat"
    )
    assert OutboxMessage.objects.get().message_id != first
