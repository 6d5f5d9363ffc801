"""Scopes, filters and search: the state is in the address, and all of the desk follows it."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from agents.models import RoutingDecision
from revenue import clock as time
from revenue import ingest
from revenue.models import Account, Workspace
from review import intake
from review.filters import CHOICES, read
from review.models import ReviewItem
from tests.factories import ContactFactory, UserFactory, prospect
from tests.review.desk.conftest import draft_for, put_on_desk
from tests.review.desk.test_column import lines
from tests.review.desk.test_ring import shown

pytestmark = pytest.mark.django_db

NOTE = {"effect": "none", "contact": None, "evidence": [], "output_class": "brief.one"}


def ask(account: Account) -> ReviewItem:
    return intake.ask(RoutingDecision.objects.create(
        account=account, verdict="escalate", reason="Who?", needs_item=True, at=time.now()
    ))  # fmt: skip


def age(item: ReviewItem, **distance: float) -> ReviewItem:
    ReviewItem.objects.filter(pk=item.pk).update(created_at=time.now() - timedelta(**distance))
    return item


def found(get, rep, **query: str) -> list[int]:
    """What the desk shows of it, which is what every other address shows, too."""
    page = get("desk", by=rep, query=query)
    cards = shown(page)
    assert cards == lines(page) == lines(get("column", by=rep, query=query))
    assert cards == shown(get("ring", by=rep, query=query))
    assert len(cards) == get("pulse", by=rep, query=query).json()["pending"]
    listed = get("queue", by=rep, query=query).content.decode()
    assert cards == [int(pk) for pk in re.findall(r'href="/desk/\?item=(\d+)', listed)]
    return cards


# --- each filter ----------------------------------------------------------------------------------


def test_a_class_shows_its_own(get, rep) -> None:
    mail, note = put_on_desk(rep), put_on_desk(rep, **NOTE)
    question = ask(prospect(owner=rep))
    assert found(get, rep, **{"class": "outreach.first_email"}) == [mail.pk]
    assert found(get, rep, **{"class": "none"}) == [note.pk]
    assert found(get, rep, **{"class": "question"}) == [question.pk]
    assert len(found(get, rep)) == 3


def test_an_agent_shows_what_it_wrote(get, rep) -> None:
    ours = put_on_desk(rep)
    theirs = put_on_desk(rep, agent="outside:Helpdesk")
    assert found(get, rep, agent="outreach") == [ours.pk]
    assert found(get, rep, agent="outside") == [theirs.pk]
    assert found(get, rep, agent="prospecting") == []


@pytest.mark.parametrize(
    ("value", "wanted"), [("new", [0]), ("day", [1, 2]), ("days", [2]), ("over", [1])]
)
def test_an_age_shows_what_has_waited_so_long(get, rep, value, wanted) -> None:
    items = [age(put_on_desk(rep), days=days) for days in (0, 2, 4)]
    ReviewItem.objects.filter(pk=items[1].pk).update(decide_by=time.now() - timedelta(hours=1))
    ids = [items[place].pk for place in wanted]
    assert sorted(found(get, rep, age=value)) == sorted(ids)


def test_a_reason_shows_what_is_here_for_it(get, rep) -> None:
    account = prospect(owner=rep)
    said = ingest.record_message(
        account=account, direction="inbound", body="How long?", occurred_at=time.now(),
        contact=account.contacts.get(),
    )  # fmt: skip
    by_reason = {
        "untrusted": put_on_desk(rep),
        "claim": put_on_desk(rep, body="Hi Yara,\n\nWe saved Initech 40 % last year.\n\nPat"),
        "always": put_on_desk(rep, account=account, in_reply_to=said),
        "question": ask(prospect(owner=rep)),
    }
    Workspace.objects.update(postal_address="")
    by_reason["guard"] = put_on_desk(rep)
    missing = {reason: item.reason for reason, item in by_reason.items() if item.cause != reason}
    assert missing == {}
    for reason, item in by_reason.items():
        assert found(get, rep, reason=reason) == [item.pk], reason


def test_what_was_rewritten_is_found(get, post, rep, item) -> None:
    put_on_desk(rep)
    post("rewrite", item, by=rep, note="Shorter.")
    intake.route(draft_for(item.account, supersedes=item.draft))
    assert found(get, rep, reason="rewritten") == [item.pk]


def test_what_nobody_decided_in_time_is_found_by_the_manager(get, item, rep, manager) -> None:
    put_on_desk(rep)
    ReviewItem.objects.filter(pk=item.pk).update(state="escalated")
    assert found(get, manager, reason="expired") == [item.pk]


def test_an_account_is_found_by_a_part_of_its_name(get, rep) -> None:
    item = put_on_desk(rep, account=prospect(owner=rep, name="Northwind Traders"))
    put_on_desk(rep)
    assert found(get, rep, account="wind TR") == [item.pk]


@pytest.mark.parametrize(
    "words", ["northwind", "grace", "HOPPER", "grace hopper", "hopper northwind", "compiler",
              "grace@navy", "  grace  "],
)  # fmt: skip
def test_words_are_looked_for_in_account_person_address_and_subject(get, rep, words) -> None:
    account = prospect(owner=rep, name="Northwind")
    person = ContactFactory(account=account, first_name="Grace", last_name="Hopper",
                            email="grace@navy.example")  # fmt: skip
    item = put_on_desk(rep, account=account, contact=person, subject="A compiler for you")
    put_on_desk(rep)
    assert found(get, rep, q=words) == [item.pk]


@pytest.mark.parametrize("words", ["grace cobol", "%", "_", "\\", "'", '"><b>', "\x00"])
def test_signs_in_a_search_mean_themselves(get, rep, item, words) -> None:
    assert found(get, rep, q=words) == ([item.pk] if words == "\x00" else [])
    assert "<b>" not in get("desk", by=rep, query={"q": words}).content.decode()


def test_filters_narrow_each_other(get, rep) -> None:
    item = age(put_on_desk(rep), days=2)
    age(put_on_desk(rep, agent="outside:Helpdesk"), days=2)
    put_on_desk(rep)
    assert found(get, rep, age="day", agent="outreach") == [item.pk]


# --- whose ----------------------------------------------------------------------------------------


def test_a_manager_chooses_between_theirs_the_teams_and_everything(get, post, rep, manager) -> None:
    of_rep, given = put_on_desk(rep), put_on_desk(rep)
    post("reassign", given, by=rep, to=manager.pk)
    own = put_on_desk(rep, account=prospect(owner=manager))
    nobodys = put_on_desk(rep, account=prospect(owner=None))
    ids = {"": {of_rep, given, own, nobodys}, "team": {of_rep, given, own},
           "mine": {given, own, nobodys}}  # fmt: skip
    for scope, wanted in ids.items():
        assert set(found(get, manager, scope=scope)) == {one.pk for one in wanted}, scope


def test_a_rep_is_offered_no_scope_and_refused_with_a_sentence(get, item, rep, colleague) -> None:
    others = put_on_desk(colleague)
    page = get("desk", by=rep).content.decode()
    assert 'name="scope"' not in page
    for scope in ("team", "mine"):
        response = get("desk", by=rep, query={"scope": scope})
        assert shown(response) == [item.pk]
        assert "You see your own accounts alone" in response.content.decode()
    assert others.pk not in found(get, rep, scope="team")


def test_a_manager_of_no_team_is_not_offered_a_teams(get, db) -> None:
    alone = UserFactory(username="alone", role="manager", team=None)
    page = get("queue", by=alone).content.decode()
    assert 'value="mine"' in page
    assert 'value="team"' not in page


def test_a_filter_shows_nobody_elses(get, item, outsider) -> None:
    assert found(get, outsider, q=item.account.name) == []


# --- the address ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["desk", "column", "ring", "pulse", "queue"])
@pytest.mark.parametrize("param", list(CHOICES))
def test_a_choice_that_is_none_is_left_out(get, item, rep, name, param) -> None:
    response = get(name, by=rep, query={param: "%00nothing'"})
    assert response.status_code == 200
    if name in ("desk", "queue"):
        assert "there is no such choice" in response.content.decode()


def test_the_page_asks_for_more_with_the_same_filters(get, item, rep) -> None:
    query = urlencode({"class": "outreach.first_email", "q": "GTX & more"}).replace("&", "&amp;")
    page = get("desk", by=rep, query={"q": "GTX & more", "class": "outreach.first_email"})
    text = page.content.decode()
    for address in ("/desk/ring/", "/desk/pulse/", "/desk/column/", "/queue/"):
        assert f'{address}?{query}"' in text


def test_each_filter_is_a_chip_that_takes_itself_away(get, item, rep) -> None:
    query = {"class": "outreach.first_email", "q": "GTX"}
    text = get("desk", by=rep, query=query).content.decode()
    assert (
        'href="/desk/?q=GTX"><span class="visually-hidden">Remove the filter Class: </span>' in text
    )
    assert 'href="/desk/?class=outreach.first_email"><span' in text
    assert '<a class="button small quiet" href="/desk/">Clear</a>' in text
    assert "filters-on" not in get("desk", by=rep).content.decode()


def test_a_line_of_the_column_keeps_the_filters(get, item, rep) -> None:
    text = get("desk", by=rep, query={"q": "GTX"}).content.decode()
    assert f'href="/desk/?item={item.pk}&amp;q=GTX"' in text


def test_the_frame_goes_on_saying_how_much_waits_in_all(get, rep) -> None:
    put_on_desk(rep, account=prospect(owner=rep, name="Northwind"))
    put_on_desk(rep)
    text = get("desk", by=rep, query={"q": "northwind"}).content.decode()
    assert 'Desk <span class="count">2</span>' in text
    assert "<title>Desk, 1 waiting" in text


def test_nothing_that_matches_is_no_empty_desk(get, item, rep) -> None:
    text = get("desk", by=rep, query={"q": "nobody"}).content.decode()
    assert "Nothing here matches" in text
    assert "Nothing waits for you" not in text


def test_a_page_that_is_open_is_told_what_is_new_of_its_own_filter(get, item, rep) -> None:
    as_of = time.now().isoformat()
    put_on_desk(rep)
    put_on_desk(rep, account=prospect(owner=rep, name="Northwind"))
    query = {"q": "northwind", "as_of": as_of, "have": item.pk}
    said = get("pulse", by=rep, query=query).json()
    assert (said["new"], said["pending"], said["gone"]) == (1, 1, [])


def test_what_is_read_is_written_back_the_same(rep) -> None:
    query = {"q": "a b", "age": "new", "account": "Acme", "state": "snoozed", "unknown": "x"}
    asked = read(query, rep)
    assert read(dict(asked.asked), rep) == asked
    assert dict(asked.asked) == {name: query[name] for name in query if name != "unknown"}


# --- without script -------------------------------------------------------------------------------


def test_a_decision_without_script_leads_back_under_the_same_filters(
    get, item, rep, client
) -> None:
    page = get("desk", by=rep, query={"q": "GTX", "age": "new"}).content.decode()
    (address,) = set(re.findall(rf'action="(/desk/items/{item.pk}/reject/[^"]*)"', page))
    answer = client.post(unescape(address), {"revision": item.revision, "reason": "tone"})
    assert answer["Location"] == "/desk/?age=new&q=GTX"


def test_a_refusal_without_script_keeps_the_filters(item, rep, client) -> None:
    client.force_login(rep)
    address = f"/desk/items/{item.pk}/reject/?q=GTX"
    page = client.post(address, {"revision": item.revision, "reason": ""})
    assert page.status_code == 422
    assert f'action="/desk/items/{item.pk}/reject/?q=GTX"' in page.content.decode()


def test_what_the_address_of_a_decision_cannot_ask_for_is_left_out(item, rep, client) -> None:
    client.force_login(rep)
    address = f"/desk/items/{item.pk}/approve/?scope=nonsense&next=//evil.example"
    assert client.post(address, {"revision": item.revision})["Location"] == "/desk/"
