"""A mail that found no account: where a person says it belongs, it does what a reply does."""

import threading

import pytest
from django.db import connection

from revenue import consent, context, events, ingest, leases, snapshots
from revenue.inbound import filing, receive_email
from revenue.models import Account, Activity, Address, Contact, Event, Signal, Suppression, User
from tests.factories import AccountFactory, ContactFactory, UserFactory
from tests.revenue.test_receive import mail, report

pytestmark = pytest.mark.django_db
ELSEWHERE = "Yara Zhou <y.zhou@private.example>"


@pytest.fixture
def account(db: None) -> Account:
    account = AccountFactory()
    ContactFactory(account=account, email="yara@brookfield.example")
    return account


@pytest.fixture
def rep(account: Account) -> User:
    return account.owner


def stray(text: str = "How long does delivery take?", **more: str) -> Activity:
    return receive_email(mail(text, sender=ELSEWHERE, answers="", **more))


def yara(account: Account) -> Contact:
    return account.contacts.get(email="yara@brookfield.example")


def test_it_becomes_a_message_of_the_account_with_everything_that_it_said(account, rep) -> None:
    before = stray()
    raw = snapshots.get(before.raw)
    row = filing.assign(before, account, by=rep, contact=yara(account))
    assert (row.account, row.contact, row.direction) == (account, yara(account), "inbound")
    same = ("subject", "body", "sender", "message_id", "occurred_at", "reply_class", "is_auto")
    assert [getattr(row, name) for name in same] == [getattr(before, name) for name in same]
    assert snapshots.get(row.raw) == raw
    assert row.thread.account == account
    assert Activity.objects.count() == 1


def test_it_moves_the_version_and_the_hash(account, rep) -> None:
    """Even when a later mail of the account was there first."""
    before = stray()
    receive_email(mail("Tuesday works for me.", answers="", number=2))
    seen = context.account_context(account)
    filing.assign(before, account, by=rep, contact=yara(account))
    after = context.account_context(account)
    assert after.version == seen.version + 1
    assert after.hash != seen.hash


def test_it_ends_the_voice_of_an_agent(account, rep) -> None:
    leases.acquire(account, holder="item:1", ttl=600)
    filing.assign(stray(), account, by=rep, contact=yara(account))
    assert leases.current(account) is None


def test_it_leaves_the_voice_of_a_person(account, rep) -> None:
    held = leases.acquire(account, holder=f"user:{rep.pk}", ttl=600)
    filing.assign(stray(), account, by=rep, contact=yara(account))
    assert leases.current(account) == held


def test_it_wakes_the_account_with_a_reply(account, rep) -> None:
    row = filing.assign(stray(), account, by=rep, contact=yara(account))
    signal = Signal.objects.get()
    assert (signal.account, signal.kind, signal.handled_at) == (account, "reply", None)
    assert signal.payload["message"] == row.pk
    assert signal.payload["reply_class"] == row.reply_class == "question"


def test_somebody_spoke_so_the_account_is_engaged(account, rep) -> None:
    filing.assign(stray(), account, by=rep)
    account.refresh_from_db()
    assert account.stage == "engaged"


def test_an_automatic_answer_moves_nothing(account, rep) -> None:
    seen = context.account_context(account)
    held = leases.acquire(account, holder="item:1", ttl=600)
    auto = stray("I am out of the office until 4 December.", Auto_Submitted="auto-replied")
    filing.assign(auto, account, by=rep, contact=yara(account))
    account.refresh_from_db()
    assert (account.context_version, account.stage) == (seen.version, "prospect")
    assert leases.current(account) == held
    assert Signal.objects.get().payload["return_date"].endswith("-12-04")


def test_an_opt_out_holds_for_the_person_whose_mail_it_is(account, rep) -> None:
    asked = stray("Please remove me from your list.")
    assert not consent.blocked("yara@brookfield.example")
    filing.assign(asked, account, by=rep, contact=yara(account))
    blocked = set(Suppression.objects.values_list("value", flat=True))
    assert blocked == {"yara@brookfield.example", "y.zhou@private.example"}


def test_a_report_is_booked_on_the_contact_whose_address_failed(account, rep) -> None:
    raw = report(failed="yara@brookfield.example", original="<lost@seller.example>")
    filing.assign(receive_email(raw), account, by=rep, contact=yara(account))
    assert Address.objects.get(email="yara@brookfield.example").hard_bounced_at
    assert Signal.objects.get().kind == "bounce"


def test_a_report_of_another_address_suppresses_nobody(account, rep) -> None:
    raw = report(failed="somebody@else.example", original="<lost@seller.example>")
    filing.assign(receive_email(raw), account, by=rep, contact=yara(account))
    assert not Suppression.objects.exists()


def test_somebody_new_becomes_a_contact_of_the_account(account, rep) -> None:
    row = filing.assign(stray(), account, by=rep, name="  Yara  van der Zhou ")
    new = account.contacts.get(email="y.zhou@private.example")
    assert row.contact == new
    assert (new.first_name, new.last_name) == ("Yara van der", "Zhou")
    assert row.warning == ""
    assert Address.objects.filter(email="y.zhou@private.example").exists()
    assert Event.objects.get(kind="contact.added").actor == f"user:{rep.pk}"


def test_the_next_mail_of_somebody_new_finds_its_way(account, rep) -> None:
    filing.assign(stray(), account, by=rep, name="Yara Zhou")
    again = receive_email(mail("And the price?", sender=ELSEWHERE, answers="", number=7))
    assert again.account == account


def test_an_address_that_is_there_already_makes_no_second_contact(account, rep) -> None:
    ContactFactory(account=account, email="Y.Zhou@private.example")
    ContactFactory(email="y.zhou@private.example")  # at another account: hence no place
    row = filing.assign(stray(), account, by=rep, name="Y. Zhou")
    assert row.contact.email == "Y.Zhou@private.example"
    assert account.contacts.count() == 2


def test_without_a_person_it_says_so(account, rep) -> None:
    row = filing.assign(stray(), account, by=rep)
    assert row.contact is None
    assert row.warning == "y.zhou@private.example is not a contact of this account."


def test_a_doubt_about_the_sender_stays(account, rep) -> None:
    forged = stray(Authentication_Results="mx.seller.example; dmarc=fail")
    row = filing.assign(forged, account, by=rep, contact=yara(account))
    assert row.warning == "The sender could not be verified (DMARC)."


def test_it_says_who_did_it(account, rep) -> None:
    row = filing.assign(stray(), account, by=rep, contact=yara(account))
    told = Event.objects.filter(account=account, actor=f"user:{rep.pk}")
    kinds = list(told.values_list("kind", flat=True))
    assert sorted(kinds) == ["message.assigned", "message.recorded"]
    assert told.get(kind="message.assigned").data == {"message": row.pk}
    assert list(events.faults()) == []


def test_the_same_mail_again_is_known(account, rep) -> None:
    row = filing.assign(stray(), account, by=rep, contact=yara(account))
    assert stray() == row


def test_whoever_comes_second_is_told_who_was_first(account, rep) -> None:
    before, other = stray(), AccountFactory()
    filing.assign(before, account, by=rep)
    with pytest.raises(filing.FilingError, match=f"{rep} said where this mail belongs already"):
        filing.assign(before, other, by=UserFactory())
    with pytest.raises(filing.FilingError, match=str(rep)):
        filing.set_aside(before, by=UserFactory())
    assert not other.activities.exists()
    assert not Signal.objects.filter(account=other).exists()


def test_what_is_set_aside_is_not_assigned_by_whoever_saw_it_before(account, rep) -> None:
    seen = stray()
    filing.set_aside(seen, by=rep)
    with pytest.raises(filing.FilingError, match="set this mail aside already"):
        filing.assign(seen, account, by=UserFactory())
    seen.refresh_from_db()
    assert filing.assign(seen, account, by=rep).account == account


def test_it_is_set_aside_once_and_put_back_once(rep) -> None:
    row = stray()
    filing.set_aside(row, by=rep)
    with pytest.raises(filing.FilingError, match=f"{rep} set this mail aside"):
        filing.set_aside(row, by=UserFactory())
    filing.put_back(row, by=rep)
    with pytest.raises(filing.FilingError, match="put this mail back already"):
        filing.put_back(row, by=rep)
    kinds = list(Event.objects.filter(chain=filing.CHAIN).values_list("kind", flat=True))
    assert kinds == ["message.set_aside", "message.put_back"]


def test_a_mail_whose_original_is_gone_is_assigned_by_what_is_left(account, rep) -> None:
    for row in (stray(), stray("And the price?", number=2)):
        Activity.objects.filter(pk=row.pk).update(raw="")
        row.refresh_from_db()
        kept = filing.assign(row, account, by=rep, contact=yara(account))
        assert (kept.body, kept.message_id) == (row.body, row.message_id)
    assert Signal.objects.filter(account=account).count() == 2


def test_mail_of_an_account_cannot_be_taken_from_it(account, rep) -> None:
    row = ingest.record_message(
        account=account, direction="inbound", body="x", occurred_at=account.created_at
    )
    with pytest.raises(filing.FilingError, match="not here any more"):
        filing.assign(row, AccountFactory(), by=rep)
    assert account.activities.get() == row


def together(*verbs) -> list[str]:
    """Each on a connection of its own, from a barrier: "done", or what it was told."""
    barrier, said = threading.Barrier(len(verbs)), [""] * len(verbs)

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            barrier.wait()
            verbs[place]()
            said[place] = "done"
        except filing.FilingError as fault:
            said[place] = str(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[place]) for place in range(len(verbs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["assign", "set_aside"])
def test_of_two_at_once_one_wins_and_the_other_is_told_who(other: str) -> None:
    for number in range(20):
        row = receive_email(mail(sender=ELSEWHERE, answers="", number=number))
        first, second, one, two = (
            UserFactory(), UserFactory(), AccountFactory(), AccountFactory(),
        )  # fmt: skip
        verb = {
            "assign": lambda: filing.assign(row, two, by=second),  # noqa: B023
            "set_aside": lambda: filing.set_aside(row, by=second),  # noqa: B023
        }[other]
        said = together(lambda: filing.assign(row, one, by=first), verb)  # noqa: B023
        assert sorted(words == "done" for words in said) == [False, True], said
        loser = next(words for words in said if words != "done")
        assert str(first if said[0] == "done" else second) in loser
        assert Activity.objects.filter(message_id=row.message_id).count() == 1
        assert Signal.objects.filter(account__in=[one, two]).count() == (
            1 if said[0] == "done" or other == "assign" else 0
        )
