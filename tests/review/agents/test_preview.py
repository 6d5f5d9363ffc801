"""Before the click: what a version changes, and what that does to the evidence of each lane."""

import pytest

from agents import configs
from revenue import clock
from review.autonomy import epochs
from review.models import EvidenceEpoch, Lane
from review.setup import agents
from tests.review.accounts import cast
from tests.review.agents.pages import AGENT, lane, latest, looked_at, press, published, typed
from tests.review.setup.doors import text

pytestmark = pytest.mark.django_db


def test_other_words_are_minor_and_each_lane_is_named() -> None:
    lane("outreach.first_email", state=Lane.State.AUTO, units=41)
    lane("outreach.follow_up", units=1)
    said = text(press("preview", typed()))
    assert "Minor" in said
    assert "the evidence begins anew" in said
    assert "Every draft is reviewed again. 41 reviewed account days no longer count." in said
    assert "1 reviewed account day no longer counts." in said
    assert "Follow-up mail" in said
    assert "<ins>" in said
    assert latest().version == 1


def test_a_version_that_returns_is_told_with_what_was_collected_for_it() -> None:
    row, first = lane(units=7), latest()
    draft = cast.draft_at(cast.account_of(cast.rep()), output_class=row.output_class, config=first)
    EvidenceEpoch.objects.update(fingerprint=epochs.fingerprint(draft), closed_at=clock.now())
    row.epoch = EvidenceEpoch.objects.create(
        lane=row, attempt=2, fingerprint="2" * 64, opened_at=clock.now(), count=3
    )
    row.save()
    published()
    said = text(press("preview", typed(prompt=first.prompt)))
    assert "3 reviewed account days no longer count. 7 of this version count again." in said
    assert "of this version" not in text(press("preview", typed(prompt="Something else.")))


def test_white_space_is_cosmetic_and_the_evidence_goes_on() -> None:
    lane()
    said = text(press("preview", typed(prompt=f"{latest().prompt}\n\n ")))
    assert "Cosmetic" in said
    assert "Stays as it is." in said


@pytest.mark.parametrize(
    "change", [{"model": "gpt-5"}, {"temperature": "1"}, {"max_tokens": "900"}]
)
def test_another_model_or_parameter_is_major(change: dict[str, str]) -> None:
    lane()
    assert "Major" in text(press("preview", typed(prompt=latest().prompt, **change)))


def test_money_shapes_no_answer() -> None:
    said = text(press("preview", typed(prompt=latest().prompt, budget="2.50")))
    assert "Cosmetic" in said
    assert "$2.50 a day" in said


def test_a_model_without_a_price_is_told_before() -> None:
    assert "No price is known for “unheard-of”." in text(
        press("preview", typed(model="unheard-of"))
    )
    assert "No price is known" not in text(press("preview", typed(model="gpt-5")))


def test_where_nothing_changes_there_is_nothing_to_publish() -> None:
    said = text(press("preview", typed(prompt=latest().prompt)))
    assert "Nothing is changed yet." in said
    assert "Publish version" not in said


def test_what_stayed_is_shortened_around_what_changed() -> None:
    lines = [f"Line {number}." for number in range(40)]
    spans = agents.compared("\n".join(lines), "\n".join([*lines, "More."]))
    assert "Line 20." not in "".join(span.text for span in spans)
    assert spans[-1].text.strip() == "More."


def test_the_form_is_given_back_with_what_was_looked_at() -> None:
    form = looked_at(typed())
    assert len(form["seal"]) == 64
    assert form["seal"] != looked_at(typed(note="x", prompt="Other words."))["seal"]


def test_a_lane_that_moves_is_another_preview() -> None:
    row = lane()
    same = configs.content_of(latest())
    before = agents.preview(AGENT, same).seal
    Lane.objects.filter(pk=row.pk).update(state=Lane.State.AUTO)
    assert agents.preview(AGENT, same).seal != before


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("prompt", " \n ", "Write the instructions."),
        ("prompt", "x" * 20_001, "Shorten this to 20,000 characters."),
        ("prompt", "a\x00b", "Null characters"),
        ("model", "gpt 5", "without spaces"),
        ("model", "x" * 121, "at most 120"),
        ("temperature", "2.1", "from 0 to 2"),
        ("temperature", "-1", "from 0 to 2"),
        ("temperature", "NaN", "from 0 to 2"),
        ("temperature", "", "from 0 to 2"),
        ("max_tokens", "199", "from 200 to 32,000"),
        ("max_tokens", "1e9", "from 200 to 32,000"),
        ("max_tokens", "9" * 30, "from 200 to 32,000"),
        ("budget", "-1", "from 0 to 10,000"),
        ("budget", "NaN", "from 0 to 10,000"),
        ("budget", "1e309", "from 0 to 10,000"),
        ("budget", "1.005", "from 0 to 10,000"),
        ("budget", "10001", "from 0 to 10,000"),
        ("note", "", "Say what you changed"),
        ("note", "a\nb", "one line"),
        ("note", "x" * 301, "at most 300"),
    ],
)
def test_what_cannot_be_is_refused_with_the_range(name: str, value: str, words: str) -> None:
    answer = press("preview", typed(**{name: value}))
    assert answer.status_code == 422
    assert words in text(answer)
    assert "Shorter mails." in text(answer) or name == "note"


def test_a_version_that_came_meanwhile_is_told_with_who() -> None:
    form = typed()
    published()
    answer = press("preview", form)
    assert answer.status_code == 409
    assert "published version 2" in text(answer)
    assert "Be brief." in text(answer)
