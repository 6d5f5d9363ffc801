"""Somebody who looks closely cannot tell a practice draft or a second look from any other draft."""

import csv
import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from agents.models import AgentRun, Handoff, RoutingDecision, WakeUp
from revenue import clock
from revenue.models import Account, Activity, User
from review import cards, decisions, intake, practice
from review.autonomy import doubles
from review.models import ApprovedSentence, Decision, Double, OutboxMessage, Plant, ReviewItem
from tests.factories import UserFactory
from tests.review.desk.conftest import draft_for
from tests.review.practice import scene as scenes
from tests.review.practice.scene import Scene

pytestmark = pytest.mark.django_db

TAG = re.compile(r"<(/?[a-z0-9]+)([^>]*)>")
NAMED = re.compile(r'([a-z-]+)="([^"]*)"')
SAME = {"class", "data-tone", "name", "type", "role", "data-verb", "data-opens", "data-state"}


def handed(account: Account) -> Handoff:
    contact = account.contacts.get()
    return Handoff.objects.create(
        account=account, from_agent="prospecting", to_agent="outreach", created_at=clock.now(),
        context={"why": f"{contact.name} is the best placed.", "assessment": "They are customers.",
                 "contact": {"first_name": contact.first_name, "last_name": contact.last_name}},
        mandate={"do": f"Write to {contact.first_name}."},
    )  # fmt: skip


def ordinary(here: Scene, name: str = "Ashgrove") -> ReviewItem:
    account = scenes.account(here.rep, name, "Nina", "Voss")
    body = scenes.BODY.format(name="Nina")
    subject = f"GTX Pro, {name}"
    draft = draft_for(account, body=body, subject=subject, handoff=handed(account))
    item = intake.route(draft)
    assert item
    return item


@pytest.fixture
def planted(here: Scene) -> Plant:
    """Made of a mail that another agent handed over."""
    here.source.handoff = handed(here.source.account)
    here.source.save(update_fields=["handoff"])
    return here.plant()


def seen(who: User, name: str, *args: object, **query: object) -> str:
    client = Client()
    client.force_login(who)
    answer: HttpResponse = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


def card(who: User, item: ReviewItem) -> str:
    page = seen(who, "item", item.pk)
    return page[page.index(f'id="item-{item.pk}"') :].partition("</li>\n")[0].partition(
        '<li class="card review"'
    )[0]  # fmt: skip


def built(markup: str) -> list[str]:
    """What it is built of: tags with what does not differ from one draft to the next."""
    found = []
    for tag, rest in TAG.findall(markup):
        kept = [f"{key}={value}" for key, value in NAMED.findall(rest) if key in SAME]
        keys = sorted(key for key, _ in NAMED.findall(rest))
        found.append(" ".join([tag, *kept, *keys]))
    return found


# --- practice ------------------------------------------------------------------------------------


def test_but_for_the_error_its_card_is_built_like_any_other(here: Scene, planted: Plant) -> None:
    draft = planted.item.draft
    draft.body = draft.body.replace(planted.after, planted.before, 1)
    draft.save(update_fields=["body"])
    assert built(card(here.rep, planted.item)) == built(card(here.rep, ordinary(here)))


def test_it_says_what_led_to_it_of_its_own_account(here: Scene, planted: Plant) -> None:
    brief = cards.build([planted.item.pk], reader=here.rep)[0].brief
    assert brief.title == "Handoff from Prospecting"
    assert ("Do", "Write to Milo.") in brief.lines
    assert ("Why now", "Milo Brandt is the best placed.") in brief.lines
    assert "Yara" not in str(brief) + str(planted.item.draft.fields)


@pytest.mark.parametrize(
    "asked",
    [{}, {"reason": "untrusted"}, {"class": "outreach.first_email"}, {"agent": "outreach"},
     {"age": "new"}, {"q": "GTX Pro"}],
)  # fmt: skip
def test_every_filter_finds_both_or_neither(here: Scene, planted: Plant, asked: dict) -> None:
    other, page = ordinary(here), seen(here.rep, "queue", **asked)
    for item in (planted.item, other):
        assert f"item={item.pk}" in page


@pytest.mark.parametrize("asked", [{"reason": "claim"}, {"reason": "guard"}, {"age": "over"}])
def test_no_filter_finds_it_alone(here: Scene, planted: Plant, asked: dict) -> None:
    ordinary(here)
    assert "item=" not in seen(here.rep, "queue", **asked)


def test_the_list_says_the_same_of_both(here: Scene, planted: Plant) -> None:
    other, page = ordinary(here), seen(here.rep, "queue")
    found = re.findall(r"<tr>(.*?)</tr>", page, re.DOTALL)
    rows = {pk: row for row in found for pk in re.findall(r"item=(\d+)", row)}
    mine, theirs = rows[str(planted.item.pk)], rows[str(other.pk)]
    assert built(mine) == built(theirs)
    assert "Class not trusted yet" in mine


def test_its_card_does_not_say_that_the_agents_wait(here: Scene, planted: Plant) -> None:
    """An agent that has written does not wait any more; beside practice one may."""
    due = clock.now() + timedelta(days=9)
    WakeUp.objects.update_or_create(account=here.account, defaults={"due_at": due})
    shown = cards.build([planted.item.pk], reader=here.rep)[0]
    assert [line.what for line in shown.live] == ["1 open deal"]


def test_its_account_is_held_like_any_other(here: Scene, planted: Plant) -> None:
    other = ordinary(here)
    for item, name in ((planted.item, "Milo Brandt"), (other, "Nina Voss")):
        page = seen(here.rep, "account", item.account_id)
        assert f"Outreach, through the draft to {name}" in page
        assert reverse("item", args=[item.pk]) in page


def run_of(account: Account, agent: str, result: str, **more: object) -> AgentRun:
    now = clock.now()
    return AgentRun.objects.create(
        account=account, agent=agent, state="done", result=result, model="offline-writer",
        prompt_tokens=900, cost="0.0021", started_at=now - timedelta(seconds=1), ended_at=now,
        alive_until=now, **more,
    )  # fmt: skip


def written(account: Account) -> dict[str, object]:
    """What the agents leave behind where they write a draft."""
    called = RoutingDecision.objects.create(
        account=account, verdict="run", agent="outreach", rule="a handoff waits",
        reason=f"{account} has a handoff.", at=clock.now(), mandate={"do": "Write a first mail."},
    )  # fmt: skip
    handoff = handed(account)
    handoff.run = run_of(account, "prospecting", "handoff")
    handoff.save(update_fields=["run"])
    return {"handoff": handoff, "run": run_of(account, "outreach", "draft", decision=called)}


def test_the_page_of_its_account_says_who_wrote_it_and_why(here: Scene) -> None:
    for name, row in written(here.source.account).items():
        setattr(here.source, name, row)
    here.source.save()
    planted = here.plant().item
    other = scenes.account(here.rep, "Ashgrove", "Nina", "Voss")
    real = draft_for(other, body=scenes.BODY.format(name="Nina"), **written(other))
    assert intake.route(real)
    for account in (planted.account, other):
        due = clock.now() + timedelta(days=9)
        WakeUp.objects.filter(account=account).delete()
        if account == planted.account:
            WakeUp.objects.create(account=account, due_at=due)
    parts = []
    for account in (planted.account, other):
        page = seen(here.rep, "account", account.pk)
        work = page[page.index('id="runs"') :].partition("</section>")[0]
        where = page[page.index('id="decided"') :].partition("</section>")[0]
        assert "2 runs, $0.0042 for models" in work
        assert f"<strong>Outreach acts.</strong> {account} has a handoff." in where
        parts.append(built(work) + built(where))
    assert parts[0] == parts[1]
    decisions.reject(planted, by=here.rep, revision=1, reason="wrong_fact")
    assert "No agent has worked here yet." in seen(here.rep, "account", planted.account_id)


def test_the_list_of_accounts_names_its_holder(here: Scene, planted: Plant) -> None:
    ordinary(here)
    page = seen(here.rep, "accounts")
    for name in ("Milo Brandt", "Nina Voss"):
        assert f"Outreach, through the draft to {name}" in page


def test_a_bulk_preview_shows_both(here: Scene, planted: Plant) -> None:
    other = ordinary(here)
    page = seen(here.rep, "bulk", item=[planted.item.pk, other.pk])
    assert "Left out" not in page
    for item in (planted.item, other):
        assert f'value="{item.pk}:1:{item.draft.context_hash}"' in page


def test_what_is_over_leaves_in_the_words_of_any_other(here: Scene, planted: Plant) -> None:
    other = ordinary(here)
    Account.objects.update(context_version=99)
    intake.sweep()
    practice.sweep()
    words = {decisions.who_was_first(scenes.fresh(item)) for item in (planted.item, other)}
    assert words == {"The conversation moved on; this draft is out of date."}


def test_an_export_before_the_verdict_holds_what_was_put_off_of_both(
    here: Scene, planted: Plant
) -> None:
    other, soon = ordinary(here), clock.now() + timedelta(hours=1)
    for item in (planted.item, other):
        decisions.snooze(item, by=here.rep, revision=1, until=soon)
    client = Client()
    client.force_login(here.rep)
    answer = client.post(reverse("history_export"))
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))
    put_off = {row["item"] for row in rows if row["verb"] == "snooze"}
    assert put_off == {str(planted.item.pk), str(other.pk)}


# --- a second look -------------------------------------------------------------------------------


@pytest.fixture
def shadow(here: Scene, monkeypatch: pytest.MonkeyPatch) -> ReviewItem:
    """The copy of a first mail that has left, on the desk of a colleague who does not see the
    account."""
    OutboxMessage.objects.update(state="sent", settled_at=clock.now())
    intake.sweep()
    monkeypatch.setattr(doubles, "SHARE", 1.0)
    more = UserFactory(username="fourth", team=here.rep.team)
    monkeypatch.setattr(
        doubles, "reviewers", lambda team: [here.rep, here.manager, here.colleague, more]
    )
    item = ordinary(here, "Larkfield")
    moved = {"created_at": clock.now() - timedelta(hours=5)}
    ReviewItem.objects.filter(pk=item.pk).update(**moved)
    type(item.draft).objects.filter(pk=item.draft_id).update(**moved)
    decisions.approve(item, by=here.rep, revision=1, dwell_ms=60_000)
    OutboxMessage.objects.filter(item=item).update(state="sent", settled_at=clock.now())
    Activity.objects.create(
        account=item.account, contact=item.draft.contact, kind="email", direction="outbound",
        subject=item.draft.subject, body="This very mail", occurred_at=clock.now(), user=here.rep,
    )  # fmt: skip
    intake.sweep()
    practice.sweep()
    return Double.objects.get(original=item).shadow


@pytest.fixture
def given(here: Scene, shadow: ReviewItem) -> ReviewItem:
    """An ordinary draft that the rep handed to the same colleague."""
    item = ordinary(here)
    decisions.reassign(item, by=here.rep, revision=1, to=shadow.assigned_to)
    return scenes.fresh(item)


def test_a_second_look_is_built_like_a_draft_that_was_handed_over(shadow, given) -> None:
    second = shadow.assigned_to
    assert built(card(second, shadow)) == built(card(second, given))


def test_it_is_a_new_contact_still_and_waits_as_long_as_its_original(shadow) -> None:
    shown = cards.build([shadow.pk], reader=shadow.assigned_to)[0]
    assert ("info", "New contact") in shown.addressee.badges
    assert shown.thread == []
    original = Double.objects.get(shadow=shadow).original
    assert (shadow.created_at, shadow.expires_at) == (original.created_at, original.expires_at)
    assert shadow.draft.created_at == original.draft.created_at


def test_what_its_original_said_is_as_new_as_it_was(shadow, given) -> None:
    """The first mail of the scene said all of it but the name, and so did the original itself."""
    found = cards.build([shadow.pk, given.pk], reader=shadow.assigned_to)
    assert len({one.letter.newness for one in found}) == 1
    Double.objects.update(said=[])
    assert ApprovedSentence.objects.exists()
    alone = cards.build([shadow.pk], reader=shadow.assigned_to)[0].letter.newness
    assert alone.new == alone.words


def test_only_somebody_to_whom_the_account_is_closed_looks(here: Scene, shadow) -> None:
    client = Client()
    client.force_login(shadow.assigned_to)
    assert shadow.assigned_to not in (here.rep, here.manager)
    assert client.get(reverse("account", args=[shadow.account_id])).status_code == 404


def test_the_history_names_nobody_who_handed_it_over_before_it_is_decided(
    here: Scene, shadow, given
) -> None:
    second = shadow.assigned_to
    assert list(Decision.objects.for_user(second)) == []
    assert Decision.objects.for_user(here.rep).filter(item=given, verb="reassign").exists()
    decisions.reject(given, by=second, revision=1, reason="tone")
    verbs = Decision.objects.for_user(second).values_list("verb", flat=True)
    assert sorted(verbs) == ["reassign", "reject"]


def test_nor_does_the_page_of_what_they_put_off(here: Scene, shadow, given) -> None:
    second = shadow.assigned_to
    pages = []
    for item in (shadow, given):
        row = decisions.snooze(item, by=second, revision=1, until=clock.now() + timedelta(hours=1))
        page = seen(second, "decision", row.pk)
        pages.append(built(page[page.index("<main") :]))
    assert pages[0] == pages[1]


def test_many_at_once_close_it_without_counting(shadow) -> None:
    seen_as = decisions.bulk.Seen(shadow.pk, 1, shadow.draft.context_hash)
    result = decisions.approve_many([seen_as], by=shadow.assigned_to)[0]
    assert result.told.startswith("This was a blind second look")
    double = Double.objects.get(shadow=shadow)
    assert double.closed_at
    assert double.second == ""


def test_an_account_where_somebody_speaks_ends_it(here: Scene, shadow) -> None:
    follow = draft_for(shadow.account, output_class="outreach.follow_up")
    assert intake.route(follow)
    practice.sweep()
    assert scenes.fresh(shadow).state == "stale"
    assert Double.objects.get().closed_at
