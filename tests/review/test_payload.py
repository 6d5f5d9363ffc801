"""What leaves is what was approved: nobody's text becomes a header, or the end of the headers."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from revenue import clock, ingest, snapshots
from revenue.inbound import receive_email
from revenue.models import Contact, User, Workspace
from review import decisions, dispatch, payload
from review.models import Decision, GuardBlock, OutboxMessage
from tests.races import verbs
from tests.review.accounts.cast import draft_at, item_at
from tests.smtp import Sink

pytestmark = pytest.mark.django_db

OURS = [
    "From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post",
    "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
]  # fmt: skip
A_HEADER = "=?utf-8?q?Hi=0AReply-To:_thief@elsewhere.example?="
THE_END = "=?utf-8?q?Hi=0D=0A=0D=0AAnother_mail_altogether?="
HOSTILE = [
    A_HEADER,
    THE_END,
    f"x {A_HEADER} y",
    "=?=?utf-8?q?=0Ax=3A_y?=",
    "Hi\n",
    "Hi\r",
    "Hi\x85",
]


@pytest.fixture
def here(workspace: Workspace) -> verbs.Scene:
    return verbs.scene()


def written(here: verbs.Scene, **more: object) -> EmailMessage:
    draft = draft_at(here.account, contact=here.contact, **more)
    mail = payload.prepare(draft, revision=1)
    found = message_from_bytes(payload.render(mail, date=clock.now()), policy=default)
    assert found.get_content().splitlines() == mail.text.splitlines()
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_a_subject_is_one_header(here: verbs.Scene, text: str) -> None:
    mail = written(here, subject=text)
    assert mail.keys() == OURS
    assert mail["Subject"].startswith(("Hi", "= ?", "x = ?", "= "))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_name_is_one_header(here: verbs.Scene, text: str) -> None:
    Contact.objects.filter(pk=here.contact.pk).update(first_name=text)
    User.objects.filter(pk=here.rep.pk).update(first_name=text)
    here.account.refresh_from_db()
    mail = written(here)
    assert mail.keys() == OURS
    assert [one.addr_spec for one in mail["To"].addresses] == [here.contact.email]
    assert [one.addr_spec for one in mail["From"].addresses] == [here.rep.email]


@pytest.mark.parametrize(
    "message_id", [f"<{A_HEADER}@x.example>", f"<{THE_END}@x.example>", "<\u00e9@x.example>", "<@>"]
)
def test_the_id_of_their_mail_is_one_header(here: verbs.Scene, message_id: str) -> None:
    theirs = ingest.record_message(
        account=here.account, direction="inbound", body="Yes?", message_id=message_id,
        contact=here.contact, occurred_at=clock.now(),
    )  # fmt: skip
    mail = written(here, in_reply_to=theirs)
    assert set(mail.keys()) - {"In-Reply-To", "References"} == set(OURS)
    assert mail["Reply-To"] is None


def test_an_ordinary_answer_names_what_it_answers(here: verbs.Scene) -> None:
    theirs = ingest.record_message(
        account=here.account, direction="inbound", body="Yes?", contact=here.contact,
        message_id="<CAK=9x+4?_~!@mail.brookfield.example>", occurred_at=clock.now(),
    )  # fmt: skip
    mail = written(here, in_reply_to=theirs)
    assert mail["In-Reply-To"] == mail["References"] == theirs.message_id


def test_their_message_id_writes_nothing_into_our_answer(here: verbs.Scene, smtp: Sink) -> None:
    raw = (
        f"From: {here.contact.email}\nSubject: Price\nMessage-ID: <{A_HEADER}@x.example>\n\n"
        "How long does delivery take?"
    )
    theirs = receive_email(raw.encode())
    assert theirs.account == here.account
    item = item_at(here.account, contact=here.contact, in_reply_to=theirs)
    decisions.approve(item, by=here.rep, revision=1)
    assert dispatch.send_due() == 1
    [mail] = smtp.mails
    assert mail["Reply-To"] is None
    assert item.draft.body in mail.get_content().replace("\r\n", "\n")
    assert mail["List-Unsubscribe"]


def test_what_cannot_be_written_as_it_was_approved_is_not_written(here: verbs.Scene) -> None:
    mail = payload.prepare(draft_at(here.account, contact=here.contact), revision=1)
    broken = payload.load(mail.canonical.replace(mail.subject, A_HEADER))
    with pytest.raises(ValueError, match="as it was approved"):
        payload.render(broken, date=clock.now())


def test_a_mail_that_cannot_be_written_is_blocked_and_the_next_one_leaves(
    smtp: Sink, workspace: Workspace
) -> None:
    bad, good = verbs.queued(), verbs.queued()
    broken = snapshots.put(snapshots.get(bad.message.payload).replace("The GTX Pro", A_HEADER))
    OutboxMessage.objects.filter(pk=bad.message.pk).update(payload=broken, approved=broken)
    Decision.objects.filter(pk=bad.message.decision_id).update(payload=broken)
    assert dispatch.send_due() == 1
    assert smtp.recipients == [good.contact.email]
    assert OutboxMessage.objects.get(pk=bad.message.pk).state == "blocked"
    assert GuardBlock.objects.get().detail
    assert dispatch.send_due() == 0
