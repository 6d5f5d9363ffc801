"""The history as a sheet: what the filters let through, safe, in one's zone, in the log."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.http import HttpResponse
from django.urls import reverse

from revenue import sheets
from revenue.models import Event, User
from review import decisions, dispatch, privacy
from review.models import Decision, OutboxMessage, ReviewItem
from review.views import history_sheet
from tests.house import ROOT
from tests.review.accounts import cast
from tests.review.history import scene

pytestmark = pytest.mark.django_db
URL = reverse("history_export")


@pytest.fixture
def account(workspace):
    return scene.book()


def asked(by: User | None = None, query: str = "", **form: object) -> HttpResponse:
    return cast.signed_in(by or cast.rep()).post(f"{URL}?{query}", form)


def rows(by: User | None = None, query: str = "", **form: object) -> list[dict[str, str]]:
    response = asked(by, query, **form)
    assert response.status_code == 200
    text = b"".join(response).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_decision_is_a_row_newest_first(account) -> None:
    made = [scene.approved(account), scene.rejected(scene.book("Isdom"), note="Too loud.")]
    found = rows()
    assert [row["decision"] for row in found] == [str(one.pk) for one in made[::-1]]
    first = found[0]
    assert (first["verb"], first["reason"], first["note"]) == ("reject", "tone", "Too loud.")
    assert (first["decided_by"], first["account"]) == ("Moses Frase", "Isdom")
    assert (first["seconds_looked"], first["class"]) == ("3.0", "Follow-up mail")
    assert (found[1]["mail"], found[1]["sent_at"]) == ("queued", "")
    assert found[1]["approved_hash"] == made[0].payload
    assert list(found[0]) == list(history_sheet.HEADER)


def test_the_filters_of_the_page_are_those_of_the_sheet(account) -> None:
    scene.approved(account)
    rejected = scene.rejected(scene.book("Isdom"))
    assert [row["decision"] for row in rows(query="verb=reject")] == [str(rejected.pk)]


def test_a_filter_that_cannot_be_gives_no_sheet_but_a_sentence(account) -> None:
    response = asked(query="verb=smile")
    assert response.status_code == 422
    assert "Decision: choose one of the list." in response.content.decode()
    assert not Event.objects.filter(kind="history.exported").exists()


def test_the_texts_are_in_it_when_they_are_asked_for(account) -> None:
    scene.edited(account)
    assert not set(history_sheet.TEXTS) & set(rows()[0])
    row = rows(texts="on")[0]
    assert row["subject_after"] == row["subject"] == "The second order, by phone"
    assert row["subject_before"].startswith("Second order")
    assert "still wanted?" in row["text_before"]
    assert row["text_after"] == scene.EDITED
    assert (row["edit"], float(row["edit_share"]) > 0) == ("major", True)


def test_no_cell_of_it_is_run_as_a_formula(account) -> None:
    bad = "=cmd|' /C calc'!A0"
    account.name = bad
    account.save()
    scene.rejected(account, note=f"\t{bad}", subject=f"+{bad}",
                   body=f"Hi;{bad}\r\n@SUM(1)\n{bad}")  # fmt: skip
    text = b"".join(asked(texts="on")).decode("utf-8-sig")
    for delimiter in ",;\t|":
        cells = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        starts = {cell.lstrip('" \r\n')[:1] for row in cells for cell in row}
        assert not starts & set("=+@"), delimiter
    assert rows()[0]["account"] == f"'{sheets.escaped(bad).removeprefix(chr(39))}"


def test_times_have_the_readers_zone(account) -> None:
    decision = scene.approved(account)
    Decision.objects.filter(pk=decision.pk).update(at=datetime(2026, 1, 31, 23, 30, tzinfo=UTC))
    User.objects.filter(pk=account.owner.pk).update(time_zone="Asia/Tokyo")
    person = User.objects.get(pk=account.owner.pk)
    assert rows(person)[0]["decided_at"] == "2026-02-01T08:30:00+09:00"


def test_what_was_taken_back_and_what_left_say_when(account, clock, smtp) -> None:
    undone, sent = scene.approved(account), scene.approved(scene.book("Isdom"))
    decisions.undo(ReviewItem.objects.get(pk=undone.item_id), by=account.owner)
    clock.travel(seconds=11)
    dispatch.send(OutboxMessage.objects.get(decision=sent).pk)
    found = {row["decision"]: row for row in rows()}
    assert found[str(undone.pk)]["undone_at"].endswith("+00:00")
    assert found[str(undone.pk)]["undone_by"] == "Moses Frase"
    assert found[str(undone.pk)]["mail"] == "cancelled"
    assert found[str(sent.pk)]["mail"] == "sent"
    assert found[str(sent.pk)]["sent_at"].endswith("+00:00")


def test_who_took_how_much_is_in_the_log_before_it_leaves(account) -> None:
    scene.approved(account)
    scene.rejected(scene.book("Isdom"))
    asked(query="verb=reject", texts="on")  # whose rows nobody has read yet
    event = Event.objects.get(kind="history.exported")
    assert event.actor == f"user:{account.owner.pk}"
    assert event.data == {"rows": 1, "texts": True}


def test_what_was_erased_stays_erased(account, clock, smtp) -> None:
    decision = scene.edited(account)
    message = OutboxMessage.objects.get(decision=decision)
    clock.travel(seconds=11)
    dispatch.send(message.pk)
    assert privacy.go_on(privacy.begin(message.recipient, by="system"))
    told = " ".join(str(cell) for cell in rows(texts="on")[0].values())
    assert "Yara" not in told
    assert "May I call you" not in told


@pytest.mark.parametrize("count", [1, 60])
def test_the_number_of_queries_does_not_grow(account, count, django_assert_num_queries) -> None:
    scene.planted(scene.edited(account), count)
    client = cast.signed_in(cast.rep())
    b"".join(client.post(URL, {"texts": "on"}))
    with django_assert_num_queries(13):
        b"".join(client.post(URL, {"texts": "on"}))


def test_a_long_one_is_read_in_portions(account, monkeypatch) -> None:
    monkeypatch.setattr(history_sheet, "PORTION", 7)
    scene.planted(scene.edited(account), 20)
    found = rows(texts="on")
    assert len({row["decision"] for row in found}) == 21
    assert {row["text_after"] for row in found} == {scene.EDITED}


# --- whose ----------------------------------------------------------------------------------------


def test_it_holds_what_one_may_see_and_no_more(account) -> None:
    scene.approved(account)
    assert len(rows(cast.manager())) == 1
    assert rows(cast.colleague()) == rows(cast.outsider()) == []


def test_an_admin_gets_none() -> None:
    assert asked(cast.admin()).status_code == 403


def test_a_get_gives_none_and_tells_nothing(account) -> None:
    assert cast.signed_in(cast.rep()).get(URL).status_code == 405
    assert not Event.objects.filter(kind="history.exported").exists()


def test_the_docs_name_every_column() -> None:
    told = (ROOT / "docs" / "history.md").read_text(encoding="utf-8")
    columns = (*history_sheet.HEADER, *history_sheet.TEXTS)
    assert [name for name in columns if f"`{name}`" not in told] == []
