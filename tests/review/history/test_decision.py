"""One decision, whole: the text before and after, what it rests on, and what became of it."""

from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.http import HttpResponse
from django.urls import reverse

from agents import configs
from agents.models import Draft
from revenue import clock as clocks
from revenue.inbound import receive_email
from revenue.models import User
from review import autonomy, decisions, dispatch, intake, privacy
from review.autonomy import gate
from review.models import Decision, OutboxMessage, ReviewItem
from tests.review.accounts import cast
from tests.review.autonomy import trusted
from tests.review.history import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def account(workspace):
    return scene.book()


def opened(decision: Decision, by: User | None = None) -> HttpResponse:
    return cast.signed_in(by or cast.rep()).get(reverse("decision", args=[decision.pk]))


def words(decision: Decision, by: User | None = None) -> str:
    response = opened(decision, by)
    assert response.status_code == 200
    return response.content.decode()


def test_an_edit_is_shown_word_by_word_with_what_it_says_differently(account) -> None:
    page = words(scene.edited(account))
    assert "Before and after" in page
    assert "<del>" in page
    assert "<ins>May I call you about" in page
    assert "Major edit" in page
    assert "1 min 14 s" in page


def test_an_approval_shows_what_was_approved_and_that_nothing_was_changed(account) -> None:
    decision = scene.approved(account)
    page = words(decision)
    assert "Approved as it was written." in page
    assert "Exactly what was approved" in page
    assert decision.payload[:4] in page
    message = OutboxMessage.objects.get(decision=decision)
    assert message.recipient in page
    assert reverse("outbox_message", args=[message.pk]) in page


def test_a_rejection_shows_the_text_that_was_looked_at_and_why(account) -> None:
    page = words(scene.rejected(account, note="Too loud for them."))
    assert "Is the second order still wanted?" in page
    assert "Tone: Too loud for them." in page


def test_it_says_who_wrote_it_from_which_prompt_and_what_was_known(account) -> None:
    config = configs.active("outreach")
    decision = scene.approved(account, config=config, model="gpt-x", context_hash="ab12cd34ef" * 6)
    page = words(decision)
    assert f"Outreach, version {config.version} of its prompt, gpt-x" in page
    assert "ab12 cd34" in page
    assert "ab12cd34ef" not in page


def test_a_rewrite_that_came_later_does_not_change_what_was_asked_for(account) -> None:
    item = cast.item_at(account, body="Hi Yara,\n\nThe first words.\n\nMoses")
    decision = decisions.request_rewrite(item, by=account.owner, revision=1, note="Shorter")
    later = decision.at + timedelta(seconds=5)
    new = cast.draft_at(account, body="The later words.", supersedes=item.draft, created_at=later,
                        needs_item=False)  # fmt: skip
    ReviewItem.objects.filter(pk=item.pk).update(draft=new, state="pending", revision=2)
    page = words(decision)
    assert "The first words." in page
    assert "The later words." not in page
    assert 'Asked for</dt><dd class="prewrap">Shorter' in page
    Decision.objects.filter(pk=decision.pk).update(before="")  # as older rows have it
    assert "The first words." in words(decision)
    assert Draft.objects.filter(supersedes=item.draft).count() == 1


def test_one_that_was_taken_back_says_by_whom_and_stands_beside_the_next(account) -> None:
    decision = scene.approved(account)
    item = ReviewItem.objects.get(pk=decision.item_id)
    decisions.undo(item, by=cast.manager())
    again = decisions.reject(item, by=account.owner, revision=1, reason="tone")
    page = words(decision)
    assert "Dustin Brinkmann took it back" in page
    assert reverse("decision", args=[again.pk]) in page
    assert "You took it back" in words(decision, cast.manager())


def test_one_that_the_system_took_back_says_so(account) -> None:
    draft, manager = cast.draft_at(account), cast.manager()
    lane = trusted.trust(draft)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gate, "is_drawn", lambda draft_id, share: False)
        item = intake.route(draft)
    autonomy.pause(lane, by=manager, reason="Holiday")
    intake.sweep()
    page = words(item.decisions.get())
    assert "<strong>Automatic: " in page
    assert "The system took it back" in page


def test_a_mail_that_left_says_when_and_who_answered(account, clock, smtp) -> None:
    decision = scene.approved(account)
    message = OutboxMessage.objects.get(decision=decision)
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    page = words(decision)
    assert "<dt>Left</dt>" in page
    assert "None so far" in page
    receive_email(answer_to(message))
    assert "Yara Zhou answered" in words(decision)


def answer_to(message: OutboxMessage) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = message.recipient, message.sender
    mail["Subject"], mail["Message-ID"] = f"Re: {message.subject}", "<answer@brookfield.example>"
    mail["In-Reply-To"] = message.message_id
    mail.set_content("Tell me more about delivery, please?")
    return mail.as_bytes()


def test_a_question_without_a_draft_is_told_as_one(account) -> None:
    item = cast.item_at(account)
    ReviewItem.objects.filter(pk=item.pk).update(draft=None, reason="Who owns this account?")
    item.refresh_from_db()
    decision = decisions.resolve(item, by=account.owner, revision=1, verdict="rightly_mine")
    page = words(decision)
    assert "Who owns this account?" in page
    assert "Rightly mine" in page
    assert "there was no draft" in page


def test_what_was_erased_stays_erased(account, clock, smtp) -> None:
    decision = scene.edited(account)
    message = OutboxMessage.objects.get(decision=decision)
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    assert privacy.go_on(privacy.begin(message.recipient, by="system"))
    decision.refresh_from_db()
    page = words(decision)
    assert "Yara" not in page
    assert "May I call you" not in page
    assert "rased" in page


# --- whose ----------------------------------------------------------------------------------------


def test_only_whoever_may_see_it_finds_it(account) -> None:
    decision = scene.approved(account)
    assert opened(decision, cast.manager()).status_code == 200
    for other in (cast.colleague(), cast.outsider(), cast.admin()):
        assert opened(decision, other).status_code == 404


def test_a_post_changes_nothing(account) -> None:
    decision = scene.approved(account)
    client = cast.signed_in(cast.rep())
    assert client.post(reverse("decision", args=[decision.pk])).status_code == 405


def test_the_pages_beside_lead_here(account) -> None:
    decision = scene.approved(account)
    client, here = cast.signed_in(cast.rep()), reverse("decision", args=[decision.pk])
    message = OutboxMessage.objects.get(decision=decision)
    mail = client.get(reverse("outbox_message", args=[message.pk])).content.decode()
    page = client.get(reverse("account", args=[account.pk])).content.decode()
    assert here in mail
    assert here in page
    assert f"{reverse('history')}?account={account.pk}" in page


def test_it_asks_a_fixed_number_of_questions(account, django_assert_max_num_queries) -> None:
    decision = scene.edited(account)
    assert decision.at <= clocks.now()
    client = cast.signed_in(cast.rep())
    opened(decision)
    with django_assert_max_num_queries(16):
        client.get(reverse("decision", args=[decision.pk]))
