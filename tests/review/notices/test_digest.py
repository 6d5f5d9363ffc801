"""The digest mail: what stands in it, for whom, when, and once."""

import re
import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as conf
from django.db import connection
from django.test import Client

from revenue import clock as clocks
from revenue.calendars import zone_of
from revenue.models import User
from review import decisions, notices, tasks
from review.models import Notice, NoticeChoice, OutboxMessage, ReviewItem
from review.notices import choices, contents, mailing
from tests.mailboxes import connected
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.delegation.conftest import away
from tests.review.inbox.strays import stray
from tests.review.notices import scene
from tests.review.notices.scene import asks

pytestmark = pytest.mark.django_db(transaction=True)


def text(smtp) -> str:
    [mail] = smtp.mails
    return mail.get_content().replace("\r\n", "\n")


def morning(early) -> None:
    early.travel(minutes=31)
    notices.work()


def states() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("state", flat=True))


def test_it_says_what_waits_shortly_and_links_to_each(rep, early, smtp) -> None:
    account = cast.account_of(rep, name="Acme Ltd")
    item = cast.item_at(account, subject="Second order", body="The body stays on the desk")
    morning(early)
    words, row = text(smtp), Notice.objects.get()
    assert "Acme Ltd: Follow-up mail, “Second order”\nTo approve, until " in words
    assert f"{conf.SITE_URL}/desk/items/{item.pk}/?notice={row.pk}\n" in words
    assert "1 waits for you" in smtp.mails[0]["Subject"]
    assert "stays on the desk" not in words
    contact = account.contacts.get()
    assert contact.email not in words
    assert contact.last_name not in words
    assert (row.state, row.items, row.kind) == ("sent", [item.pk], "digest")


def test_it_names_the_time_that_the_desk_counts_down_to(rep, early, smtp) -> None:
    item = cast.item_at(cast.account_of(rep))
    assert item.decide_by < item.expires_at
    morning(early)
    until = item.decide_by.astimezone(ZoneInfo("Europe/Berlin"))
    assert f"To approve, until {until:%a %-d %b, %H:%M}.\n" in text(smtp)


def test_what_is_over_on_the_desk_is_overdue_here(rep, early, smtp) -> None:
    item = cast.item_at(cast.account_of(rep, name="Late"))
    cast.item_at(cast.account_of(rep, name="Tame"))
    ReviewItem.objects.filter(pk=item.pk).update(decide_by=clocks.now())
    morning(early)
    words = text(smtp)
    assert words.index("OVERDUE") < words.index("Late: ") < words.index("THE REST")


def test_it_comes_from_the_installation_and_tells_how_to_end_it(rep, early, smtp, imap) -> None:
    connected(rep)
    cast.item_at(cast.account_of(rep))
    morning(early)
    [mail] = smtp.mails
    assert conf.DEFAULT_FROM_EMAIL in mail["From"]
    assert smtp.recipients == [rep.email]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].strip("<>") in text(smtp)


def test_the_links_open_the_very_page(rep, early, smtp) -> None:
    item = cast.item_at(cast.account_of(rep))
    morning(early)
    [path] = re.findall(rf"{re.escape(conf.SITE_URL)}(/desk/items/\S+)", text(smtp))
    page = cast.signed_in(rep).get(path)
    assert page.status_code == 200
    assert f'id="item-{item.pk}"' in page.content.decode()


def test_what_is_overdue_comes_first_then_what_cannot_wait(workspace, early, smtp) -> None:
    scene.reader(cast.manager())
    late, plain, asked = (
        cast.account_of(cast.rep(), name=name) for name in ("Late", "Tame", "Ask")
    )
    for account in (plain, late):
        cast.item_at(account)
    asks(asked)
    ReviewItem.objects.filter(account=late).update(
        state="escalated", due_at=clocks.now() + timedelta(days=1)
    )
    morning(early)
    words = text(smtp)
    wanted = ("OVERDUE", "Late: ", "NEEDS YOU FIRST", "Ask: Question", "THE REST", "Tame: ")
    places = [words.index(one) for one in wanted]
    assert places == sorted(places)
    assert "Nobody decided in time, until Wed 5 Mar" in words
    assert "3 wait for you, 2 of them first" in smtp.mails[0]["Subject"]


def test_ten_are_told_and_how_many_more_there_are(rep, early, smtp) -> None:
    for _ in range(12):
        cast.item_at(cast.account_of(rep))
    morning(early)
    words = text(smtp)
    assert words.count("/desk/items/") == contents.SHOWN == 10
    assert f"2 more: {conf.SITE_URL}/desk/\n" in words


def test_beyond_the_cap_it_says_that_there_are_more(rep, early, smtp, monkeypatch) -> None:
    monkeypatch.setattr("review.queue.MOST", 12)
    for _ in range(13):
        cast.item_at(cast.account_of(rep))
    morning(early)
    assert "1+ more: " in text(smtp)
    assert "11+ wait for you" in smtp.mails[0]["Subject"]


def test_mails_that_need_a_person_are_counted_unless_one_wants_none(workspace, early, smtp) -> None:
    manager = scene.reader(cast.manager())
    here = verbs.queued(verbs.scene())
    User.objects.filter(pk=here.rep.pk).update(team=manager.team)
    OutboxMessage.objects.update(state="blocked")
    stray()
    morning(early)
    assert "1 mail stopped in the outbox: " in text(smtp)
    assert "1 mail belongs to no account: " in text(smtp)
    choices.choose(manager, by=manager, with_mails=False)
    early.travel(days=1)
    notices.work()
    assert states() == ["sent", "nothing"]


def test_whoever_decides_for_a_colleague_is_told_so_even_when_nothing_waits(
    rep, early, smtp
) -> None:
    away(cast.colleague(), delegate=rep, days=7)
    morning(early)
    assert f"You decide for {cast.colleague()}, too, until 11 Mar." in text(smtp)
    assert smtp.mails[0]["Subject"].startswith("Your desk: you decide for")
    early.travel(days=1)
    notices.work()
    assert states() == ["sent", "nothing"]  # once is enough where nothing waits


def test_the_subject_names_the_day_that_it_is_where_the_reader_is(rep, early, smtp) -> None:
    away(cast.colleague(), delegate=rep, days=7 + 17 / 24)  # half an hour after midnight there
    morning(early)
    assert "until 12 Mar" in text(smtp)
    assert "until 12 Mar" in smtp.mails[0]["Subject"]


def test_nothing_comes_when_nothing_waits_and_not_later_either(rep, early, smtp) -> None:
    morning(early)
    cast.item_at(cast.account_of(rep))
    early.travel(hours=1)
    notices.work()
    assert (smtp.mails, states()) == ([], ["nothing"])


def test_what_was_decided_since_the_row_was_made_is_not_told(rep, early, smtp) -> None:
    first, second = (cast.item_at(cast.account_of(rep)) for _ in range(2))
    early.travel(minutes=31)
    notices.making.make_due()
    decisions.reject(first, by=rep, revision=1, reason="tone")
    verbs.context.moved(second.account_id)
    notices.work()
    assert (smtp.mails, states()) == ([], ["nothing"])


def test_others_items_are_not_told(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(cast.colleague()))
    cast.item_at(cast.account_of(cast.outsider()))
    morning(early)
    assert smtp.mails == []


# --- when -----------------------------------------------------------------------------------------


def test_not_before_its_hour_and_once_a_working_day(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    notices.work()
    assert smtp.mails == []
    came = []
    for _ in range(24 * 7):
        early.travel(hours=1)
        before = len(smtp.mails)
        notices.work()
        came += [clocks.now().isoweekday()] * (len(smtp.mails) - before)
    assert came == [2, 3, 4, 5, 1]


def test_in_between_only_while_something_cannot_wait(rep, early, smtp) -> None:
    scene.reader(rep, schedule="urgent", every=3)
    account = cast.account_of(rep)
    cast.item_at(account)
    for _ in range(12):
        early.travel(hours=1)
        notices.work()
    assert len(smtp.mails) == 1
    asks(cast.account_of(rep, name="Asking"))
    for _ in range(24):
        early.travel(hours=1)
        notices.work()
    kinds = list(Notice.objects.filter(state="sent").order_by("pk").values_list("kind", flat=True))
    assert kinds == ["digest", "digest", "urgent", "urgent", "urgent"]
    assert account.name not in smtp.mails[-1].get_content()
    assert "Asking: Question" in smtp.mails[-1].get_content()


def test_a_choice_made_later_in_the_day_brings_none_at_once(workspace, early, smtp) -> None:
    early.travel(hours=5)
    rep = scene.reader(cast.rep())
    cast.item_at(cast.account_of(rep))
    notices.work()
    assert smtp.mails == []
    assert NoticeChoice.objects.get().next_at == datetime(2031, 3, 5, 7, tzinfo=UTC)


def test_a_morning_that_was_missed_comes_later_that_day_and_not_the_next(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    early.travel(hours=6)
    notices.work()
    assert len(smtp.mails) == 1
    early.travel(days=2)  # to Thursday at noon, with nothing running
    notices.work()
    assert len(smtp.mails) == 2


def test_who_travels_reads_it_in_the_morning_there(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    User.objects.update(time_zone="America/New_York")
    early.travel(minutes=31)
    notices.work()
    assert smtp.mails == []
    early.travel(hours=6)  # 8:01 there
    notices.work()
    assert len(smtp.mails) == 1


@pytest.mark.parametrize(
    "day", [datetime(2031, 3, 28, tzinfo=UTC), datetime(2031, 10, 24, tzinfo=UTC)]
)
def test_eight_stays_eight_when_the_clocks_change(rep, day) -> None:
    choice = choices.of(rep)
    zone = zone_of("Europe/Berlin")
    times = [choices.times.following(choice, day, zone)]
    times.append(choices.times.following(choice, times[0], zone))
    assert [one.astimezone(zone).hour for one in times] == [8, 8]
    assert times[0].hour != times[1].hour


def test_off_means_none_and_so_does_a_closed_access(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    choices.choose(rep, by=rep, schedule="off")
    morning(early)
    scene.reader(rep)
    User.objects.filter(pk=rep.pk).update(is_active=False)
    early.travel(days=1)
    notices.work()
    assert smtp.mails == []
    assert not Notice.objects.exists()


def test_who_leaves_while_one_is_due_gets_none(workspace, early, smtp) -> None:
    scene.reader(cast.manager())
    stray()
    early.travel(minutes=31)
    notices.making.make_due()
    User.objects.update(is_active=False)
    notices.work()
    assert (smtp.mails, states()) == ([], ["nothing"])


# --- once -----------------------------------------------------------------------------------------


def test_two_ticks_at_once_send_one(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    early.travel(minutes=31)
    both = threading.Barrier(2)

    def tick() -> None:
        both.wait(10)
        try:
            notices.work()
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    assert len(smtp.mails) == 1
    assert states() == ["sent"]


def test_who_died_after_the_claim_sends_no_second_one_and_says_so(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    early.travel(minutes=31)
    notices.making.make_due()
    row = Notice.objects.get()
    assert mailing.telling.claim(row, pauses=mailing.PAUSES, state="sending")
    early.travel(minutes=1)
    notices.work()
    assert states() == ["sending"]
    early.travel(minutes=10)
    notices.work()
    notices.work()
    assert (smtp.mails, states()) == ([], ["unknown"])
    page = cast.signed_in(rep).get("/notices/").content.decode()
    assert "Nobody knows whether it left" in page


def test_a_line_that_broke_after_the_mail_was_taken_is_not_repeated(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    smtp.drop = True
    morning(early)
    early.travel(hours=2)
    notices.work()
    assert (len(smtp.mails), states()) == (1, ["unknown"])


def test_what_the_server_refused_is_tried_three_times_and_told(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    smtp.answer = "451 Try later"
    morning(early)
    for _ in range(6):
        notices.work()
        early.travel(minutes=20)
    row = Notice.objects.get()
    assert (row.state, row.attempts) == ("failed", 3)
    assert "451 Try later" in cast.signed_in(rep).get("/notices/").content.decode()


def test_a_refusal_that_passes_is_one_mail(rep, early, smtp) -> None:
    item = cast.item_at(cast.account_of(rep))
    gone = cast.item_at(cast.account_of(rep))
    smtp.answer = "451 Try later"
    morning(early)
    assert states() == ["due"]
    smtp.answer = "250 OK"
    decisions.reject(gone, by=rep, revision=1, reason="tone")
    early.travel(minutes=6)
    notices.work()
    assert (len(smtp.mails), states()) == (1, ["sent"])
    assert Notice.objects.get().items == [item.pk]


def test_a_server_in_trouble_gets_one_mail_a_round(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    scene.reader(cast.colleague())
    cast.item_at(cast.account_of(cast.colleague()))
    smtp.answer = "451 Try later"
    morning(early)
    assert list(Notice.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 0]


def test_without_a_mail_server_it_stays_here_and_says_so(rep, early, settings) -> None:
    settings.EMAIL_BACKEND = "review.channels.local.EmailBackend"
    cast.item_at(cast.account_of(rep, name="Acme Ltd"))
    morning(early)
    assert states() == ["failed"]
    page = cast.signed_in(rep).get("/notices/").content.decode()
    assert "No mail server is connected" in page
    assert "Acme Ltd: Follow-up mail" in page


def test_the_tick_sends_it(rep, early, smtp) -> None:
    cast.item_at(cast.account_of(rep))
    early.travel(minutes=31)
    tasks.tick()
    assert len(smtp.mails) == 1


def test_a_round_with_nothing_due_costs_little(rep, early, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(7):
        assert notices.work() == 0


def test_scanners_that_open_every_link_change_nothing(rep, early, smtp) -> None:
    item = cast.item_at(cast.account_of(rep))
    morning(early)
    links = re.findall(rf"{re.escape(conf.SITE_URL)}(/\S*)", text(smtp))
    assert len(links) >= 3
    before = list(NoticeChoice.objects.values()), list(Notice.objects.values())
    for client in (Client(), cast.signed_in(rep)):
        for link in links:
            assert client.get(link).status_code in (200, 302)
            assert client.head(link).status_code in (200, 302, 405)
    item.refresh_from_db()
    assert item.state == "pending"
    assert (list(NoticeChoice.objects.values()), list(Notice.objects.values())) == before
