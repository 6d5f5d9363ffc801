"""A rep writes to a buyer themselves: their own mailbox, the same outbox, the same guards."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django_q.models import OrmQ

from agents.models import Draft
from agents.orchestration import conflicts, situation
from revenue import consent, ingest, leases, snapshots, switches
from revenue.models import Account, Activity, Workspace
from review import decisions, dispatch, intake, payload
from review.audit import replay
from review.models import Decision, OutboxMessage, ReviewItem, Verdict
from tests.factories import ContactFactory, prospect
from tests.mailboxes import connected
from tests.review.accounts import cast
from tests.review.outbox import mails

pytestmark = pytest.mark.django_db
TYPED = {"subject": "Your order in May", "body": "Hi Yara,\n\nDoes the 4th suit you?\n\nMoses"}


@pytest.fixture
def account(workspace):
    return prospect(owner=cast.rep(), name="Condax")


def url(account) -> str:
    return reverse("account_send", args=[account.pk])


def form(account, **more) -> dict:
    version = Account.objects.get(pk=account.pk).context_version
    return {"to": account.contacts.first().pk, "seen": version, **TYPED, **more}


def press(account, by=None, data=None, **more):
    said = form(account) if data is None else data
    return cast.signed_in(by or cast.rep()).post(url(account), said, **more)


def left(account, clock) -> OutboxMessage:
    press(account)
    clock.travel(seconds=11)
    message = OutboxMessage.objects.get()
    assert dispatch.send(message.pk)
    return message


def inbound(account, clock, **more) -> Activity:
    contact = account.contacts.first()
    return ingest.record_message(
        account=account, direction="inbound", body="When does it come?", subject="Delivery",
        occurred_at=clock.now(), contact=contact, message_id="<theirs@brookfield.example>",
        thread=ingest.thread_for(account, contact, "Delivery", token="t1"), **more,
    )  # fmt: skip


# --- what it does ---------------------------------------------------------------------------------


def test_it_is_a_draft_of_nobodys_but_theirs_approved_as_it_is_written(account) -> None:
    response = press(account, follow=True)
    assert "Your mail to Yara Zhou is on its way." in response.content.decode()
    draft, item = Draft.objects.get(), ReviewItem.objects.get()
    decision, message = Decision.objects.get(), OutboxMessage.objects.get()
    assert (draft.agent, draft.effect, draft.subject) == ("human", "buyer", TYPED["subject"])
    assert (item.draft, item.state, decision.verb) == (draft, "approved", "approve")
    assert (decision.by, message.state) == (cast.rep(), "queued")
    assert abs(message.not_before - decision.at - timedelta(seconds=10)) < timedelta(seconds=1)
    assert leases.current(account).holder == f"outbox:{message.pk}"
    assert replay.contradictions() == []


def test_the_bell_is_rung(account) -> None:
    OrmQ.objects.all().delete()
    press(account)
    assert OrmQ.objects.count() == 1


def test_it_leaves_and_counts_as_the_touch_of_a_colleague(account, clock, smtp) -> None:
    before = Account.objects.get(pk=account.pk).context_version
    left(account, clock)
    mail = Activity.objects.get()
    assert (mail.user, mail.direction) == (cast.rep(), "outbound")
    assert Account.objects.get(pk=account.pk).context_version > before
    assert leases.current(account) is None
    account.refresh_from_db()
    [seen] = situation.look({}, [account], now=clock.now())
    assert conflicts.outward(seen).reason == "A colleague wrote or called within the last 24 hours."
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk])).content.decode()
    assert "wrote to Yara Zhou: Your order in May" in page
    assert "Approved unchanged" not in page
    assert replay.contradictions() == []


def test_it_comes_from_the_writers_own_mailbox(account, clock, smtp) -> None:
    connected(cast.rep())
    own = connected(cast.manager(), address="dustin@seller.example")
    press(account, cast.manager())
    message = OutboxMessage.objects.get()
    assert message.sender == own.address
    found = dispatch.guards.look(dispatch._sight(message, account, None, []))
    assert [one for one in found if one.guard == "identity"] == []


def test_it_proves_nothing_about_any_agent(account, clock, smtp) -> None:
    left(account, clock)
    intake.sweep()
    assert not Verdict.objects.exists()


def test_it_answers_in_the_thread(account, clock, smtp) -> None:
    theirs = inbound(account, clock)
    page = cast.signed_in(cast.rep()).get(
        reverse("account_write", args=[account.pk]), {"answers": theirs.pk}
    )
    assert 'value="Re: Delivery"' in page.content.decode()
    press(account, data=form(account, answers=theirs.pk))
    clock.travel(seconds=11)
    message = OutboxMessage.objects.get()
    assert dispatch.send(message.pk)
    mine = Activity.objects.get(direction="outbound")
    assert (mine.in_reply_to, mine.thread) == (theirs.message_id, theirs.thread)


def test_a_mail_of_somebody_else_is_not_answered_to_this_person(account, clock) -> None:
    theirs = inbound(account, clock)
    other = ContactFactory(account=account, first_name="Elena", email="elena@brookfield.example")
    response = press(account, data=form(account, to=other.pk, answers=theirs.pk))
    assert response.status_code == 409
    assert not OutboxMessage.objects.exists()


# --- who speaks -----------------------------------------------------------------------------------


def test_drafts_of_agents_are_out_of_date_and_what_is_queued_does_not_leave(account) -> None:
    item = cast.item_at(account)
    page = cast.signed_in(cast.rep()).get(reverse("account_write", args=[account.pk]))
    assert "The draft of Outreach to Yara Zhou, which waits on the desk" in page.content.decode()
    press(account)
    assert ReviewItem.objects.get(pk=item.pk).state == "stale"
    with pytest.raises(decisions.Conflict):
        decisions.approve(item, by=cast.rep(), revision=1)
    assert replay.contradictions() == []


def test_a_queued_mail_of_an_agent_is_cancelled(account) -> None:
    message = mails.queued(account)
    press(account)
    assert OutboxMessage.objects.get(pk=message.pk).state == "cancelled"
    assert OutboxMessage.objects.get(state="queued").draft.agent == "human"


def test_a_mail_that_is_leaving_is_not_interrupted(account, clock, smtp) -> None:
    mails.unknown(account, clock, smtp)
    response = press(account)
    assert response.status_code == 409
    words = response.content.decode()
    assert "A mail to this account is on its way" in words
    assert "Does the 4th suit you?" in words
    assert OutboxMessage.objects.count() == 1


def test_a_colleague_who_holds_the_account_is_named(account) -> None:
    decisions.take_over(account, by=cast.manager())
    response = press(account)
    assert response.status_code == 409
    assert "Dustin Brinkmann took this account over" in response.content.decode()


def test_who_holds_the_account_writes_and_holds_it_still(account, clock, smtp) -> None:
    decisions.take_over(account, by=cast.rep())
    press(account)
    held = leases.current(account)
    assert (held.holder, held.person) == (
        f"outbox:{OutboxMessage.objects.get().pk}", f"user:{cast.rep().pk}",
    )  # fmt: skip
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk])).content.decode()
    assert "You have held this account since" in page
    clock.travel(seconds=11)
    assert dispatch.send(OutboxMessage.objects.get().pk)
    held = leases.current(account)
    assert (held.holder, held.returns_to) == (f"user:{cast.rep().pk}", "")
    assert replay.contradictions() == []


def test_who_hands_back_while_their_mail_waits_lets_it_leave(account, clock, smtp) -> None:
    decisions.take_over(account, by=cast.rep())
    press(account)
    decisions.hand_back(account, by=cast.rep(), note="", next_action="Follow up")
    clock.travel(seconds=11)
    assert dispatch.send(OutboxMessage.objects.get().pk)
    assert leases.current(account) is None
    assert replay.contradictions() == []


def test_a_reply_while_it_waits_pulls_it_back_and_the_account_stays_theirs(account, clock) -> None:
    decisions.take_over(account, by=cast.rep())
    press(account)
    inbound(account, clock)
    intake.sweep()
    assert OutboxMessage.objects.get().state == "cancelled"
    assert leases.current(account).holder == f"user:{cast.rep().pk}"


def shown(account) -> str:
    page = cast.signed_in(cast.rep()).get(reverse("account", args=[account.pk]))
    return page.content.decode()


def test_a_mail_that_was_pulled_back_is_told_until_one_is_written_again(account, clock) -> None:
    press(account)
    assert "did not leave." not in shown(account)
    inbound(account, clock)
    intake.sweep()
    assert "Your mail to Yara Zhou did not leave." in shown(account)
    press(account)
    assert "did not leave." not in shown(account)


def test_a_mail_that_was_pulled_back_is_not_told_for_ever(account, clock) -> None:
    press(account)
    inbound(account, clock)
    intake.sweep()
    clock.travel(days=8)
    assert "did not leave." not in shown(account)


def test_it_is_taken_back_and_may_be_written_anew(account) -> None:
    press(account)
    item = ReviewItem.objects.get()
    response = cast.signed_in(cast.rep()).post(reverse("item_undo", args=[item.pk]), follow=True)
    assert response.status_code == 200
    assert OutboxMessage.objects.get().state == "cancelled"
    card = cast.signed_in(cast.rep()).get(reverse("item", args=[item.pk])).content.decode()
    assert "Does the 4th suit you?" in card
    assert 'data-opens="rewrite"' not in card
    with pytest.raises(decisions.DecisionError, match="A person wrote this"):
        decisions.request_rewrite(item, by=cast.rep(), revision=1, note="Shorter")
    assert replay.contradictions() == []


# --- twice, stale, wrong --------------------------------------------------------------------------


def test_the_same_press_twice_is_one_mail(account) -> None:
    said = form(account)
    assert press(account, data=said).status_code == 302
    assert press(account, data=said).status_code == 302
    assert OutboxMessage.objects.count() == Draft.objects.count() == 1


def test_the_same_press_twice_is_one_mail_after_it_left(account, clock, smtp) -> None:
    said = form(account)
    press(account, data=said)
    clock.travel(seconds=11)
    dispatch.send(OutboxMessage.objects.get().pk)
    assert press(account, data=said).status_code == 302
    assert OutboxMessage.objects.count() == 1


def test_a_second_one_waits_until_the_first_has_left(account) -> None:
    press(account)
    response = press(account, data=form(account, subject="And another thing"))
    assert response.status_code == 409
    words = response.content.decode()
    assert "Your mail to Yara Zhou has not left yet." in words
    assert "And another thing" in words


def test_what_happened_while_it_was_typed_is_told_and_then_it_may_leave(account, clock) -> None:
    said = form(account)
    inbound(account, clock)
    response = press(account, data=said)
    assert response.status_code == 409
    words = response.content.decode()
    assert "Something happened at Condax since you opened this." in words
    assert "Does the 4th suit you?" in words
    account.refresh_from_db()
    assert f'name="seen" value="{account.context_version}"' in words
    assert press(account).status_code == 302


def test_a_get_changes_nothing(account) -> None:
    assert cast.signed_in(cast.rep()).get(url(account)).status_code == 405
    assert not Draft.objects.exists()


@pytest.mark.parametrize("who", [cast.colleague, cast.outsider, cast.admin])
def test_somebody_elses_account_is_not_there(who, account) -> None:
    assert press(account, who()).status_code == 404
    assert not Draft.objects.exists()


def test_the_verb_asks_for_the_right_again(account) -> None:
    letter = decisions.Letter(account.contacts.get(), **TYPED)
    with pytest.raises(decisions.NotYours):
        decisions.write(account, letter, by=cast.colleague(), seen=account.context_version)


@pytest.mark.parametrize("field", ["subject", "body"])
def test_nothing_typed_is_said_beside_the_field(account, field) -> None:
    response = press(account, data=form(account, **{field: ""}))
    assert response.status_code == 422
    assert "Write a" in response.content.decode()


# --- the guards that protect the buyer ------------------------------------------------------------


def refused(account, **more) -> str:
    response = press(account, data=form(account, **more))
    assert response.status_code in (409, 422)
    assert not OutboxMessage.objects.exists()
    assert not Draft.objects.exists()
    return response.content.decode()


def test_nobody_who_opted_out_is_written_to(account) -> None:
    consent.suppress(account.contacts.get().email, scope="address", reason="asked", by="contact")
    words = refused(account)
    assert "This person may not be written to any more." in words
    assert "Does the 4th suit you?" in words
    letter = decisions.Letter(account.contacts.get(), **TYPED)
    account.refresh_from_db()
    with pytest.raises(decisions.DecisionError, match="may not be written to"):
        decisions.write(account, letter, by=cast.rep(), seen=account.context_version)


def test_a_person_of_another_account_is_not_written_to(account) -> None:
    stranger = ContactFactory(account=prospect(owner=cast.rep()), email="x@other.example")
    refused(account, to=stranger.pk)
    letter = decisions.Letter(stranger, **TYPED)
    with pytest.raises(decisions.NotYours):
        decisions.write(account, letter, by=cast.rep(), seen=account.context_version)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Hi {{first_name}},\n\nStill?", "Unfilled field"),
        ("Hi Yara,\n\nSee https://evil.example/x for more.", "evil.example"),
        ("Hi Yara,\n\nThe GTX Pro with 20% off the list price?", "needs a manager"),
        ("Hi Yara,\n\nThe GTX Pro with 40% off the list price?", "deal desk"),
    ],
)
def test_a_text_that_a_guard_stops_is_refused_with_its_words(account, body, words) -> None:
    assert words in refused(account, body=body).replace("’", "'")


def test_a_manager_gives_what_a_manager_may_give(account) -> None:
    body = "Hi Yara,\n\nThe GTX Pro with 20% off the list price?"
    assert press(account, cast.manager(), data=form(account, body=body)).status_code == 302


def test_names_and_figures_are_the_writers_own_word(account) -> None:
    body = "Hi Yara,\n\nPriya Raman told me that 37 machines stand still since 3 March.\n\nMoses"
    assert press(account, data=form(account, body=body)).status_code == 302


def test_nothing_is_written_while_sending_is_stopped(account) -> None:
    switches.stop("account", str(account.pk), by=cast.manager(), reason="A complaint")
    assert "Sending to this account is stopped" in refused(account)


def test_it_waits_for_the_hours_of_the_buyer_and_the_page_says_until_when(
    account, clock, smtp
) -> None:
    Workspace.objects.update(opens_at="09:00", closes_at="18:00")
    clock.at(datetime(2026, 12, 2, 3, tzinfo=ZoneInfo("America/Chicago")))
    response = press(account, data=form(account, preview="1"))
    assert "Leaves 09:00 in Chicago." in response.content.decode()
    press(account)
    assert "Leaves 09:00 in Chicago." in shown(account)
    clock.travel(seconds=11)
    message = OutboxMessage.objects.get()
    assert not dispatch.send(message.pk)
    message.refresh_from_db()
    assert (message.state, message.not_before.hour) == ("queued", 15)


# --- what leaves ----------------------------------------------------------------------------------


def test_the_preview_is_exactly_what_leaves(account) -> None:
    response = press(account, data=form(account, preview="1"))
    words = response.content.decode()
    assert not Draft.objects.exists()
    assert "1 Quay Street, Springfield" in words
    press(account)
    message = OutboxMessage.objects.get()
    shown = payload.load(snapshots.get(message.payload))
    link = shown.unsubscribe.partition(":1")[0]  # what follows is the second and its seal
    for part in (*shown.footer.splitlines()[:-1], link, shown.recipient, shown.sender):
        assert part in words


def test_the_preview_says_why_it_could_not_leave(account) -> None:
    response = press(account, data=form(account, preview="1", body="Hi {{name}},\n\nStill?"))
    assert response.status_code == 200
    assert "It cannot leave like this. Unfilled field" in response.content.decode()


def test_htmx_gets_the_form_alone_and_what_was_typed(account) -> None:
    response = press(account, data=form(account, subject=""), headers={"HX-Request": "true"})
    assert response.status_code == 422
    words = response.content.decode()
    assert "<html" not in words
    assert "Does the 4th suit you?" in words
    done = press(account, headers={"HX-Request": "true"})
    assert done.headers["HX-Redirect"] == reverse("account", args=[account.pk])


def test_without_anybody_to_write_to_the_page_says_what_to_do(account) -> None:
    account.contacts.all().delete()
    page = cast.signed_in(cast.rep()).get(reverse("account_write", args=[account.pk]))
    assert "Nobody here can be written to" in page.content.decode()
