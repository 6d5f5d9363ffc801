"""Recording that something which left did harm, and settling it."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from review import autonomy, dispatch
from review.audit import replay
from review.autonomy import Refused
from review.models import Critical, Decision, LaneChange, OutboxMessage, ReviewItem
from tests.review.accounts import cast
from tests.review.autonomy import scenes
from tests.review.outbox import mails

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace", "local_outbox")]


@pytest.fixture
def left(clock) -> OutboxMessage:
    """A mail of the class that has left."""
    return mails.sent(cast.account_of(cast.rep()), clock)


def record(item: ReviewItem, *, by=None, kind: str = "price", note: str = ""):
    client = cast.signed_in(by or cast.rep())
    return client.post(reverse("harm", args=[item.pk]), {"kind": kind, "note": note})


def settle(harm: Critical, *, by=None, reason: str = "We called them."):
    client = cast.signed_in(by or cast.manager())
    return client.post(reverse("harm_settle", args=[harm.pk]), {"reason": reason})


def test_an_automatic_class_loses_its_trust_at_once(left) -> None:
    before = scenes.automatic()
    answer = record(left.item, kind="recipient", note="It went to their competitor.")
    assert (answer.status_code, answer["Location"]) == (302, f"/outbox/{left.pk}/")
    row, harm = scenes.lane(), Critical.objects.get()
    assert (row.state, row.epoch, row.demotions) == ("review", None, before.demotions + 1)
    assert (harm.kind, harm.note, harm.by) == (
        "recipient", "It went to their competitor.", cast.rep(),
    )  # fmt: skip
    kinds = LaneChange.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["promoted", "harmed", "demoted"]


def test_a_paused_class_does_not_come_back_as_if_nothing_had_been(left) -> None:
    scenes.automatic()
    scenes.press("pause")
    record(left.item)
    row = scenes.lane()
    assert (row.state, row.paused_from, row.epoch, row.demotions) == ("paused", "review", None, 1)
    scenes.press("resume")
    assert scenes.lane().state == "review"


def test_the_form_stands_where_it_is_seen_that_it_left(left) -> None:
    rep = cast.signed_in(cast.rep())
    decision = Decision.objects.get(item=left.item)
    for path in (f"/outbox/{left.pk}/", f"/history/{decision.pk}/"):
        assert "This harmed" in scenes.said(rep.get(path))
    record(left.item, note="List price instead of theirs.")
    for path in (f"/outbox/{left.pk}/", f"/history/{decision.pk}/"):
        page = scenes.said(rep.get(path))
        assert "It named a wrong price. Recorded by Moses Frase" in page
        assert "Proven" not in page


def test_it_stands_where_nothing_left_no_more(clock) -> None:
    waiting = mails.queued(cast.account_of(cast.rep()))
    page = cast.signed_in(cast.rep()).get(f"/outbox/{waiting.pk}/")
    assert "This harmed" not in scenes.said(page)
    answer = record(waiting.item)
    assert answer.status_code == 409
    assert "It has not left, so it cannot have done harm." in scenes.said(answer)
    assert not Critical.objects.exists()


def test_what_a_person_wrote_is_no_harm_of_a_class(clock) -> None:
    own = mails.sent(cast.account_of(cast.rep()), clock)
    own.draft.__class__.objects.filter(pk=own.draft_id).update(agent="human")
    assert record(ReviewItem.objects.get(pk=own.item_id)).status_code == 409
    assert autonomy.harmed(
        ReviewItem.objects.get(pk=own.item_id), kind="price", by=cast.rep()
    ) is None  # fmt: skip


@pytest.mark.parametrize("kind", ["", "rude"])
def test_what_went_wrong_is_chosen_and_what_was_written_stays(left, kind: str) -> None:
    answer = record(left.item, kind=kind, note="They are angry.")
    assert answer.status_code == 422
    assert "Choose what went wrong." in scenes.said(answer)
    assert "They are angry." in answer.content.decode()
    with pytest.raises(Refused):
        autonomy.harmed(left.item, kind=kind, by=cast.rep())


def test_it_is_recorded_once(left) -> None:
    record(left.item)
    assert record(left.item).status_code == 302
    assert Critical.objects.count() == 1
    assert record(left.item, kind="complaint").status_code == 302
    assert Critical.objects.count() == 2


@pytest.mark.parametrize("who", ["outsider", "admin"])
def test_whoever_may_not_see_it_finds_nothing(left, who: str) -> None:
    assert record(left.item, by=getattr(cast, who)()).status_code == 404


def test_a_manager_settles_it_and_it_stands_in_the_way_no_more(left) -> None:
    scenes.ready()
    record(left.item, note="A digit too many.")
    client = cast.signed_in(cast.manager())
    page = scenes.said(client.get("/autonomy/"))
    assert "It named a wrong price. Follow-up mail" in page
    assert "“A digit too many.”" in page
    harm = Critical.objects.get()
    assert settle(harm).status_code == 302
    harm.refresh_from_db()
    assert (harm.settled_by, LaneChange.objects.first().reason) == (
        cast.manager(), "We called them.",
    )  # fmt: skip
    assert "It may be promoted." in scenes.page_of()


@pytest.fixture
def of_a_segment(clock) -> Critical:
    """Recorded of a mail that left while the class was split."""
    scenes.press("split")
    record(mails.sent(cast.account_of(cast.rep()), clock).item)
    return Critical.objects.get()


def test_a_harm_of_a_segment_is_settled_on_the_page_of_the_whole(of_a_segment) -> None:
    assert of_a_segment.lane.segment
    scenes.press("join")
    whole = scenes.lane()
    assert "Settle it" in scenes.page_of(whole)
    blank = settle(of_a_segment, reason="")
    assert blank.status_code == 422
    assert "Say why, in a few words." in scenes.said(blank)
    answer = settle(of_a_segment)
    assert (answer.status_code, answer["Location"]) == (302, f"/autonomy/{whole.output_class}/")
    assert settle(of_a_segment, reason="Me, too.").status_code == 409
    assert "A harm is recorded that nobody has settled." not in scenes.page_of(whole)


def test_a_harm_of_one_segment_is_shown_where_it_stands_in_the_way(of_a_segment) -> None:
    for segment in ("small", "mid", "enterprise", ""):
        assert "Settle it" in scenes.page_of(scenes.lane(segment=segment))
    own = f"/autonomy/{scenes.CLASS}/{of_a_segment.lane.segment}/"
    assert settle(of_a_segment)["Location"] == own


def test_who_records_it_reads_what_it_does_and_to_whom(of_a_segment) -> None:
    client = cast.signed_in(cast.rep())
    page = client.post(reverse("harm", args=[of_a_segment.item_id]), {"kind": "complaint"},
                       follow=True)  # fmt: skip
    name = autonomy.label(of_a_segment.lane)
    assert name.startswith("Follow-up mail, ")
    assert (
        f"Noted. {name}: every draft is read before it leaves, until a manager has settled this "
        "and new reviews have earned it again."
    ) in scenes.said(page)


@pytest.fixture
def judged(clock) -> Callable[[], ReviewItem]:
    """A mail that left, and was judged by the lane that stood for its account then."""

    def left() -> ReviewItem:
        item = scenes.reviewed(cast.account_of(cast.rep(), number_of_employees=500)).item
        clock.travel(seconds=11)
        assert dispatch.send(item.messages.get().pk)
        return item

    return left


def told(item: ReviewItem) -> str:
    client = cast.signed_in(cast.rep())
    data = {"kind": "complaint"}
    return scenes.said(client.post(reverse("harm", args=[item.pk]), data, follow=True))


def test_what_left_before_the_segments_were_joined_ends_the_trust_of_the_whole(judged) -> None:
    scenes.press("split")
    item = judged()
    scenes.press("join")
    before = scenes.automatic()
    assert "Noted. Follow-up mail: every draft is read before it leaves" in told(item)
    row = scenes.lane()
    assert (row.state, row.epoch, row.demotions) == ("review", None, before.demotions + 1)
    assert Critical.objects.get().lane == scenes.lane(segment="mid")
    assert not [words for words in replay.contradictions() if words.startswith("lane")]


def test_what_left_before_the_split_ends_the_trust_of_its_segment(judged) -> None:
    item = judged()
    scenes.press("split")
    scenes.automatic(segment="mid")
    scenes.automatic(segment="small")
    assert "Noted. Follow-up mail, mid-size (100 to 999 people): every draft" in told(item)
    states = {name: scenes.lane(segment=name).state for name in ("mid", "small")}
    assert states == {"mid": "review", "small": "auto"}


def test_settling_asks_why_and_happens_once(left) -> None:
    record(left.item)
    harm = Critical.objects.get()
    blank = settle(harm, reason="")
    assert blank.status_code == 422
    assert "Say why, in a few words." in scenes.said(blank)
    settle(harm)
    late = settle(harm, reason="Me, too.")
    assert late.status_code == 409
    assert "Somebody settled this already." in scenes.said(late)


def test_a_rep_settles_none(left) -> None:
    record(left.item)
    assert settle(Critical.objects.get(), by=cast.rep()).status_code == 403


def test_whose_account_it_was_is_not_told_to_who_may_not_see_it(left) -> None:
    record(left.item, note="Call Yara.")
    page = scenes.said(cast.signed_in(cast.admin()).get("/autonomy/"))
    assert "It named a wrong price." in page
    assert left.account.name not in page
    assert "Yara" not in page
