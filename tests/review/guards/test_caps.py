"""Guard 9, caps: how many mails a person, an account, a domain and a mailbox get or send."""

from datetime import timedelta

import pytest

from revenue import clock as clocks
from revenue import mailboxes
from revenue.inbound import outgoing
from revenue.models import Account, Activity, Contact, Mailbox, Workspace
from review import caps, dispatch
from review.models import OutboxMessage
from tests.mailboxes import mail
from tests.races import verbs
from tests.review.guards.test_window import answering, looked_at
from tests.smtp import Sink

pytestmark = pytest.mark.django_db


def limit(**most: int) -> None:
    Workspace.objects.update(**most)


def written(account: Account, contact: Contact | None, ago: timedelta, **more: object) -> Activity:
    """A mail of ours that left before this one was written."""
    return Activity.objects.create(
        account=account, contact=contact, direction="outbound", body="Hi",
        occurred_at=clocks.now() - ago, **more,
    )  # fmt: skip


def left(here: verbs.Scene, ago: timedelta, count: int = 1, **more: object) -> None:
    """Messages of other accounts that left, as rows."""
    other = verbs.queued()
    fields = {f.attname: getattr(other.message, f.attname) for f in
              OutboxMessage._meta.concrete_fields} | {"state": "sent"}  # fmt: skip
    del fields["id"]
    values = {"claimed_at": clocks.now() - ago, "settled_at": clocks.now() - ago} | more
    OutboxMessage.objects.filter(pk=other.message.pk).delete()
    OutboxMessage.objects.bulk_create(
        OutboxMessage(**fields | values | {"revision": number + 1}) for number in range(count)
    )


# --- a person -------------------------------------------------------------------------------------


def test_one_mail_a_day_to_a_person(here: verbs.Scene, smtp: Sink, clock: object) -> None:
    limit(contact_cap=1)
    sent = written(here.account, here.contact, timedelta(hours=5))
    message = looked_at(here.message)
    assert message.state == "queued"
    assert message.hold_reason.startswith(
        f"{here.contact.email} got a mail from us within 24 hours. Leaves"
    )
    assert message.not_before == sent.occurred_at + timedelta(hours=24)
    clock.travel(hours=19, minutes=1)
    assert looked_at(message).state == "sent"


def test_four_mails_in_a_fortnight(here: verbs.Scene, smtp: Sink) -> None:
    limit(contact_cap=1, contact_cap_14_days=4)
    mails = [written(here.account, here.contact, timedelta(days=day)) for day in (13, 9, 5, 2)]
    message = looked_at(here.message)
    assert "got 4 mails from us within 14 days." in message.hold_reason
    assert message.not_before == mails[0].occurred_at + timedelta(days=14)


def test_what_is_older_does_not_count(here: verbs.Scene, smtp: Sink) -> None:
    limit(contact_cap=1, contact_cap_14_days=1)
    written(here.account, here.contact, timedelta(days=14, minutes=1))
    assert looked_at(here.message).state == "sent"


def test_a_colleagues_own_mail_counts(here: verbs.Scene, smtp: Sink) -> None:
    limit(contact_cap=1)
    written(here.account, here.contact, timedelta(hours=5), user=here.successor)
    assert looked_at(here.message).state == "queued"


def test_a_mail_to_somebody_else_there_does_not_count(here: verbs.Scene, smtp: Sink) -> None:
    limit(contact_cap=1, account_cap=5)
    other = Contact.objects.create(account=here.account, email="other@brookfield.example")
    written(here.account, other, timedelta(hours=5))
    assert looked_at(here.message).state == "sent"


def test_the_same_address_at_another_account_is_the_same_person(
    here: verbs.Scene, smtp: Sink
) -> None:
    limit(contact_cap=1)
    other = verbs.scene()
    email = here.contact.email.upper()
    same = Contact.objects.create(account=other.account, email=email)
    written(other.account, same, timedelta(hours=5))
    assert looked_at(here.message).state == "queued"


def test_a_mail_whose_outcome_nobody_knows_counts(here: verbs.Scene, smtp: Sink) -> None:
    limit(contact_cap=1)
    left(here, timedelta(hours=5), recipient=here.contact.email, state="unknown")
    assert looked_at(here.message).state == "queued"


def test_calls_and_notes_are_no_mail(here: verbs.Scene, smtp: Sink) -> None:
    limit(contact_cap=1)
    written(here.account, here.contact, timedelta(hours=5), kind="call")
    assert looked_at(here.message).state == "sent"


def test_an_answer_is_not_held_by_the_caps_of_a_person_and_an_account(
    workspace: Workspace, smtp: Sink
) -> None:
    limit(contact_cap=1, contact_cap_14_days=1, account_cap=1)
    here = answering()
    written(here.account, here.contact, timedelta(hours=5))
    assert looked_at(here.message).state == "sent"


def test_an_answer_does_not_count_either(here: verbs.Scene, smtp: Sink) -> None:
    limit(contact_cap=1, account_cap=1)
    ask = "<asked@buyer.example>"
    Activity.objects.create(account=here.account, direction="inbound", message_id=ask,
                            occurred_at=clocks.now() - timedelta(hours=6))  # fmt: skip
    written(here.account, here.contact, timedelta(hours=5), in_reply_to=ask)
    assert looked_at(here.message).state == "sent"


def test_a_mail_that_only_says_to_be_an_answer_counts(here: verbs.Scene, smtp: Sink) -> None:
    limit(contact_cap=1)
    written(here.account, here.contact, timedelta(hours=5), in_reply_to="<invented@nowhere>")
    assert looked_at(here.message).state == "queued"


# --- an account -----------------------------------------------------------------------------------


def test_two_mails_a_day_to_an_account(here: verbs.Scene, smtp: Sink) -> None:
    limit(account_cap=2, contact_cap=1)
    people = [Contact.objects.create(account=here.account, email=f"{name}@brookfield.example")
              for name in ("ann", "bob")]  # fmt: skip
    first = written(here.account, people[0], timedelta(hours=9))
    written(here.account, people[1], timedelta(hours=3))
    message = looked_at(here.message)
    assert message.hold_reason.startswith("This account got 2 mails from us within 24 hours.")
    assert message.not_before == first.occurred_at + timedelta(hours=24)


# --- a domain -------------------------------------------------------------------------------------


def domain_of(here: verbs.Scene) -> str:
    return here.contact.email.rpartition("@")[2]


def test_a_domain_has_its_mails_of_all_accounts(
    here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    limit(domain_cap=3)
    left(here, timedelta(hours=5), 3, domain=domain_of(here))
    message = looked_at(here.message)
    assert message.hold_reason.startswith(f"{domain_of(here)} got 3 mails from us within 24 hours.")
    clock.travel(hours=19, minutes=1)
    assert looked_at(message).state == "sent"


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"domain": "else.example"}, id="another domain"),
        pytest.param({"state": "cancelled"}, id="never left"),
        pytest.param({"state": "failed"}, id="refused"),
        pytest.param({"ago": timedelta(hours=25)}, id="yesterday"),
    ],
)
def test_what_does_not_count_for_a_domain(here: verbs.Scene, smtp: Sink, more: dict) -> None:
    limit(domain_cap=3)
    left(here, count=3, **{"domain": domain_of(here), "ago": timedelta(hours=5)} | more)
    assert looked_at(here.message).state == "sent"


def test_an_answer_counts_for_a_domain_and_waits_for_it(workspace: Workspace, smtp: Sink) -> None:
    limit(domain_cap=3)
    here = answering()
    left(here, timedelta(hours=5), 3, domain=domain_of(here))
    assert looked_at(here.message).state == "queued"


def test_a_domain_where_everybody_has_an_address_is_nobodys(here: verbs.Scene, smtp: Sink) -> None:
    limit(domain_cap=1)
    left(here, timedelta(hours=1), 3, domain="gmail.com")
    to_all = {"company": Workspace.objects.get(), "now": clocks.now()}
    assert caps.to_domain("gmail.com", **to_all) is None
    left(here, timedelta(hours=1), 3, domain="one.example")
    assert caps.to_domain("one.example", **to_all)


# --- a mailbox ------------------------------------------------------------------------------------


@pytest.fixture
def noon(clock: object) -> None:
    """The whole test is at midday; asked for before `here`, whose mail is of then."""
    clock.at(clocks.now().replace(hour=12))


def test_an_address_sends_so_many_a_day(
    noon: None, here: verbs.Scene, smtp: Sink, clock: object
) -> None:
    limit(mailbox_cap=2)
    left(here, timedelta(hours=1), 2, sender=here.message.sender)
    message = looked_at(here.message)
    assert message.hold_reason.startswith(
        f"{here.message.sender} sent 2 mails today and may not send more."
    )
    tomorrow = clocks.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert message.not_before == tomorrow
    clock.at(tomorrow)
    assert looked_at(message).state == "sent"


def test_another_address_has_room_of_its_own(here: verbs.Scene, smtp: Sink) -> None:
    limit(mailbox_cap=2)
    left(here, timedelta(minutes=1), 2, sender="other@seller.example")
    assert looked_at(here.message).state == "sent"


def test_a_rep_with_a_mailbox_has_its_number(noon: None, here: verbs.Scene, smtp: Sink) -> None:
    limit(mailbox_cap=100)
    may_send(here, 2)
    left(here, timedelta(hours=1), 2, sender=here.message.sender)
    assert "sent 2 mails today and may not send more." in looked_at(here.message).hold_reason


def test_what_a_rep_sends_by_themselves_fills_their_mailbox(
    noon: None, here: verbs.Scene, smtp: Sink
) -> None:
    may_send(here, 2)
    wrote_themselves(here, verbs.scene())
    wrote_themselves(here, verbs.scene())
    assert "sent 2 mails today and may not send more." in looked_at(here.message).hold_reason


def test_what_both_sent_counts_together(noon: None, here: verbs.Scene, smtp: Sink) -> None:
    may_send(here, 2)
    left(here, timedelta(hours=1), 1, sender=here.message.sender)
    wrote_themselves(here, verbs.scene())
    assert "sent 2 mails today and may not send more." in looked_at(here.message).hold_reason


def test_a_mail_to_people_of_two_accounts_and_our_own_in_the_sent_folder_count_once(
    noon: None, here: verbs.Scene, smtp: Sink
) -> None:
    may_send(here, 3)
    ours = to("ann@elsewhere.example")
    OutboxMessage.objects.update(sender=here.message.sender)
    dispatch.send(ours.message.pk)
    [raw] = smtp.raw
    assert outgoing.file_sent(raw, user=here.rep) == []
    wrote_themselves(here, verbs.scene(), verbs.scene())
    assert mailboxes.written_on(Mailbox.objects.get(), at=clocks.now()) == 1
    assert "may not send more" not in looked_at(here.message).hold_reason


def may_send(here: verbs.Scene, most: int) -> None:
    """The rep's own mailbox, warm for long."""
    Mailbox.objects.create(
        user=here.rep, address=here.message.sender, username="rep", secret="-", key_id="1",
        smtp_host="127.0.0.1", daily_cap=most, started_at=clocks.now() - timedelta(days=90),
        tested_at=clocks.now(),
    )  # fmt: skip


def wrote_themselves(here: verbs.Scene, *others: verbs.Scene) -> None:
    """A mail that the rep wrote in their mail program, as it lies in the Sent folder."""
    people = ", ".join(other.contact.email for other in others)
    name = f"<own-{others[0].account.pk}@seller.example>"
    raw = mail(here.message.sender.title(), people, message_id=name)
    assert len(outgoing.file_sent(raw, user=here.rep)) == len(others)


def test_what_stays_on_this_machine_fills_no_mailbox(here: verbs.Scene, local_outbox: None) -> None:
    limit(mailbox_cap=1)
    left(here, timedelta(minutes=1), 2, sender=here.message.sender)
    assert looked_at(here.message).state == "sent"


# --- all of them ----------------------------------------------------------------------------------


def test_the_cap_that_lasts_longest_is_the_one_that_is_told(here: verbs.Scene, smtp: Sink) -> None:
    limit(contact_cap=1, domain_cap=1)
    written(here.account, here.contact, timedelta(hours=5))
    left(here, timedelta(hours=1), domain=domain_of(here))
    assert looked_at(here.message).hold_reason.startswith(domain_of(here))


def test_an_approval_by_a_manager_lifts_no_cap(workspace: Workspace, smtp: Sink) -> None:
    limit(contact_cap=1)
    here = verbs.pending()
    written(here.account, here.contact, timedelta(hours=5))
    here.manager.undo_seconds = 0
    verbs.approve_by_manager(here)
    assert looked_at(OutboxMessage.objects.get()).state == "queued"


def to(email: str) -> verbs.Scene:
    """An approved mail to this address, at an account of its own."""
    new = verbs.scene()
    Contact.objects.filter(account=new.account).update(email=email)
    return verbs.queued(new)


@pytest.mark.parametrize(
    ("most", "emails"),
    [
        ({"domain_cap": 1}, ["ann@one.example", "bob@one.example"]),
        ({"contact_cap": 1}, ["ann@one.example", "Ann@ONE.example"]),
        ({"mailbox_cap": 1}, ["ann@one.example", "bob@two.example"]),
    ],
)
def test_what_one_dispatch_sends_the_next_one_counts(
    workspace: Workspace, smtp: Sink, most: dict[str, int], emails: list[str],
    settings: object,
) -> None:  # fmt: skip
    settings.EMAIL_URL = "smtp://one-address-for-all"
    limit(**most)
    first, second = to(emails[0]), to(emails[1])
    assert looked_at(first.message).state == "sent"
    assert looked_at(second.message).state == "queued"
    assert len(smtp.mails) == 1


def test_what_was_refused_leaves_its_place_to_the_next(workspace: Workspace, smtp: Sink) -> None:
    limit(domain_cap=1)
    first, second = to("ann@one.example"), to("bob@one.example")
    smtp.answer = "451 Try later"
    assert dispatch.send(first.message.pk) is False
    smtp.answer = "250 OK"
    assert looked_at(second.message).state == "sent"
