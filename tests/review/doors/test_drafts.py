"""`POST /api/drafts`: an outside agent's draft goes the way of every draft, always to a person."""

import json

import pytest

from agents.models import Draft
from revenue import clock, consent, ingest, leases, switches
from revenue.models import Event, Lease
from review import autonomy, decisions, dispatch, intake, tasks
from review.audit import replay
from review.doors import drafts
from review.models import (
    EvidenceEpoch,
    GuardBlock,
    Lane,
    OutboxMessage,
    ReviewItem,
    State,
    Submission,
    Verdict,
)
from tests import factories
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.doors import programs
from tests.review.doors.programs import a_draft, error

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(workspace):
    return verbs.scene()


@pytest.fixture
def scout(here):
    return programs.writer(here.rep.team)


def taken(scout, here, **more: object) -> Draft:
    response = scout.draft(a_draft(here.account, **more))
    assert response.status_code == 201, response.content
    return Draft.objects.get(pk=response.json()["id"])


def test_a_draft_waits_on_the_desk_with_the_voice(here, scout) -> None:
    draft = taken(scout, here)
    item = ReviewItem.objects.get(draft=draft)
    assert (draft.agent, draft.is_tainted, item.state) == ("outside:scout", True, State.PENDING)
    assert leases.current(here.account).holder == f"item:{item.pk}"
    assert item.reason == "Written by scout (outside): always reviewed by a person."
    assert replay.contradictions() == []


def test_it_goes_the_whole_way(here, scout, smtp) -> None:
    draft = taken(scout, here)
    path = f"/api/drafts/{draft.pk}"
    assert scout.get(path).json()["state"] == "pending"
    item = ReviewItem.objects.get(draft=draft)
    decisions.approve(item, by=here.rep, revision=1)
    assert scout.get(path).json()["state"] == "approved"
    dispatch.send_due()
    told = scout.get(path).json()
    assert (told["state"], [one["what"] for one in told["history"]]) == (
        "sent",
        ["approved", "sent"],
    )
    assert len(smtp.mails) == 1


def test_no_lane_lets_it_go_by_itself_and_it_earns_none_trust(here, scout) -> None:
    lane = Lane.objects.create(output_class="outreach.first_email")
    lane.epoch = EvidenceEpoch.objects.create(lane=lane, attempt=1, opened_at=clock.now())
    lane.state = Lane.State.AUTO
    lane.save()
    draft = taken(scout, here)
    ruling = autonomy.verdict(draft)
    assert (ruling.auto, ruling.cause) == (False, "always")
    draft.is_tainted = False
    assert autonomy.verdict(draft).cause == "always"
    item = ReviewItem.objects.get(draft=draft)
    decisions.approve(item, by=here.rep, revision=1)
    dispatch.send_due()
    assert OutboxMessage.objects.get().state == "sent"
    assert not Verdict.objects.exists()


def test_an_edit_and_a_rejection_are_told(here, scout) -> None:
    draft = taken(scout, here)
    item = ReviewItem.objects.get(draft=draft)
    decisions.approve_edited(item, by=here.rep, revision=1, subject="Bays", body="Hi Yara,\n\nNo.")
    told = scout.get(f"/api/drafts/{draft.pk}").json()
    assert (told["state"], told["subject"], told["body"]) == ("edited", "Bays", "Hi Yara,\n\nNo.")
    item.refresh_from_db()
    decisions.undo(item, by=here.rep)
    item.refresh_from_db()
    decisions.reject(item, by=here.rep, revision=item.revision, reason="tone", note="Too stiff")
    told = scout.get(f"/api/drafts/{draft.pk}").json()
    assert (told["state"], told["reason"]) == ("rejected", "Tone: Too stiff")
    assert [one["what"] for one in told["history"]] == ["edited", "undone", "rejected"]


def test_what_overtakes_it_is_told(here, scout) -> None:
    draft = taken(scout, here)
    verbs.reply(here)
    assert scout.get(f"/api/drafts/{draft.pk}").json()["state"] == "stale"
    intake.sweep()
    told = scout.get(f"/api/drafts/{draft.pk}").json()
    assert [one["what"] for one in told["history"]] == ["stale"]


def test_a_block_is_told_with_its_reason(here, scout) -> None:
    draft = taken(scout, here, body="Hi Yara,\n\nHello {{first_name}}.")
    decisions.approve(ReviewItem.objects.get(draft=draft), by=here.rep, revision=1)
    dispatch.send_due()
    told = scout.get(f"/api/drafts/{draft.pk}").json()
    assert told["state"] == "blocked"
    assert "first_name" in told["reason"]
    assert GuardBlock.objects.get().guard == "merge"


def test_its_own_kill_switch_stops_it(here, scout) -> None:
    draft = taken(scout, here)
    decisions.approve(ReviewItem.objects.get(draft=draft), by=here.rep, revision=1)
    switches.stop("agent", "outside:scout", by=here.manager, reason="Odd")
    dispatch.send_due()
    assert OutboxMessage.objects.get().state != "sent"


# --- the key --------------------------------------------------------------------------------------


def test_the_same_key_with_the_same_body_gets_the_same_answer(here, scout) -> None:
    body = a_draft(here.account)
    first, again = scout.draft(body), scout.draft(body)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert Draft.objects.count() == 1


def test_the_same_key_with_another_body_is_refused(here, scout) -> None:
    scout.draft(a_draft(here.account))
    response = scout.draft(a_draft(here.account, subject="Another"))
    assert (response.status_code, error(response)["code"]) == (409, "key_reused")


def test_a_refused_draft_does_not_use_its_key_up(here, scout) -> None:
    body = a_draft(here.account)
    assert scout.draft(body | {"class": "nothing"}).status_code == 422
    assert not Submission.objects.exists()
    assert scout.draft(body).status_code == 201


@pytest.mark.parametrize("key", ["", "x" * 201, "two\tparts"])
def test_a_draft_needs_a_key(here, scout, key: str) -> None:
    response = scout.draft(a_draft(here.account), key=key)
    assert (response.status_code, error(response)["code"]) == (400, "no_key")


# --- version and voice ----------------------------------------------------------------------------


def test_an_outdated_version_is_refused_with_the_present_one(here, scout) -> None:
    body = a_draft(here.account)
    verbs.reply(here)
    here.account.refresh_from_db()
    response = scout.draft(body)
    assert (response.status_code, error(response)["code"]) == (409, "moved_on")
    assert response.json()["present"] == {"context_version": here.account.context_version}
    assert not Draft.objects.exists()


def test_a_held_voice_is_refused_with_its_holder(here, scout) -> None:
    assert scout.draft(a_draft(here.account), key="one").status_code == 201
    response = programs.writer(agent="other").draft(a_draft(here.account), key="two")
    assert (response.status_code, error(response)["code"]) == (409, "voice_held")
    holder = response.json()["holder"]
    assert holder["words"] == "A draft to this account waits in the desk"
    assert holder["until"] == leases.current(here.account).expires_at.isoformat()
    assert holder["until"] in error(response)["what"]
    assert Draft.objects.count() == 1


def test_a_person_who_took_over_is_named(here, scout) -> None:
    decisions.take_over(here.account, by=here.rep)
    response = scout.draft(a_draft(here.account))
    assert error(response)["what"].startswith(f"{here.rep} took the account over, until ")


def test_a_voice_whose_time_is_over_is_free(here, scout) -> None:
    leases.acquire(here.account, holder="run:1", ttl=600)
    assert scout.draft(a_draft(here.account)).status_code == 409
    Lease.objects.update(expires_at="2020-01-01T00:00:00Z")
    assert scout.draft(a_draft(here.account)).status_code == 201


# --- fields ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"class": "nothing.such"}, "class"),
        ({"class": "prospecting.account_add"}, "class"),
        ({"contact": None}, "contact"),
        ({"contact": 10**17}, "contact"),
        ({"contact": "5"}, "contact"),
        ({"subject": " "}, "subject"),
        ({"subject": "two\nlines"}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"body": "\n"}, "body"),
        ({"body": "x" * 6001}, "body"),
        ({"body": "<scr<b>ipt>x</script>"}, "body"),
        ({"context_version": "1"}, "context_version"),
        ({"context_version": True}, "context_version"),
        ({"evidence": [{"claim": "a", "source_id": "b", "quote": "c"}]}, "evidence.0.source_id"),
        ({"evidence": [{}] * 31}, "evidence"),
        ({"in_reply_to": 99}, "in_reply_to"),
        ({"to": "ceo@elsewhere.example"}, "to"),
    ],
)
def test_a_field_that_is_wrong_is_named_and_nothing_is_kept(
    here, scout, change: dict, where: str
) -> None:
    response = scout.draft(a_draft(here.account, **change))
    assert response.status_code == 422, response.content
    assert where in [fault["where"] for fault in error(response)["fields"]]
    assert not Draft.objects.exists()
    assert leases.current(here.account) is None


def test_46_a_draft_of_more_than_100_kb_is_refused(here, scout) -> None:
    assert scout.draft(a_draft(here.account, body="x" * 100_001)).status_code == 413


def test_40_the_contact_of_another_account_is_refused(here, scout) -> None:
    other = factories.ContactFactory(account=factories.AccountFactory(owner=here.rep))
    response = scout.draft(a_draft(here.account, contact=other.pk))
    assert error(response)["fields"][0]["allowed"] == str(here.contact.pk)


def test_somebody_who_may_not_be_written_to_is_refused(here, scout) -> None:
    consent.suppress(here.contact.email, scope="address", reason="asked", by="contact")
    response = scout.draft(a_draft(here.account))
    assert (response.status_code, error(response)["fields"][0]["where"]) == (422, "contact")


def test_what_a_reader_would_not_see_is_taken_out_and_told(here, scout) -> None:
    sly = "Hi Yara,\n\nIs it<img src=x onerror=y> still\u200b of\u202e interest?\0\n\nPat"
    response = scout.draft(a_draft(here.account, body=sly))
    draft = Draft.objects.get()
    assert draft.body == "Hi Yara,\n\nIs it still of interest?\n\nPat"
    assert len(response.json()["removed"]) == 2
    assert draft.fields["removed"] == response.json()["removed"]


def test_evidence_that_is_not_in_our_records_is_told_and_shown_red(here, scout) -> None:
    contact = here.contact
    rows = [("contact", contact.pk, "Plant Manager"), ("contact", contact.pk, "President"),
            ("fact", 10**12, "bays")]  # fmt: skip
    evidence = [{"claim": quote, "source_id": f"{kind}:{pk}", "quote": quote}
                for kind, pk, quote in rows]  # fmt: skip
    response = scout.draft(a_draft(here.account, evidence=evidence))
    found = [one["is_in_our_records"] for one in response.json()["evidence"]]
    assert found == [True, False, False]
    item = ReviewItem.objects.get()
    page = cast.signed_in(here.rep).get(f"/desk/items/{item.pk}/").content.decode()
    assert page.count("No record of this account says so.") >= 1
    assert "2 without a source" in page
    assert "scout (outside)" in page


def test_an_answer_names_the_mail_that_it_answers(here, scout) -> None:
    verbs.reply(here)
    mail = here.account.activities.get(direction="inbound")
    body = a_draft(here.account, **{"class": "outreach.reply"}, in_reply_to=mail.pk)
    assert scout.draft(body).status_code == 201
    assert Draft.objects.get().in_reply_to == mail


def test_nobody_can_ask_an_outside_agent_for_other_words(here, scout) -> None:
    draft = taken(scout, here)
    item = ReviewItem.objects.get(draft=draft)
    with pytest.raises(decisions.DecisionError):
        decisions.request_rewrite(item, by=here.rep, revision=1, note="Shorter")
    page = cast.signed_in(here.rep).get(f"/desk/items/{item.pk}/").content.decode()
    assert 'data-opens="rewrite"' not in page
    tasks.tick()
    assert ReviewItem.objects.get().state == State.PENDING


# --- reading --------------------------------------------------------------------------------------


def test_the_context_is_what_our_agents_read_without_an_address(here, scout) -> None:
    verbs.reply(here)
    response = scout.get(f"/api/accounts/{here.account.pk}/context")
    here.account.refresh_from_db()
    found = response.json()
    assert found["context_version"] == here.account.context_version
    assert found["contacts"][0]["id"] == f"contact:{here.contact.pk}"
    assert found["voice"] is None
    assert found["thread"][0]["trust"] == "untrusted"
    assert found["classes"] == drafts.classes()
    assert here.contact.email not in json.dumps(found["contacts"])


def test_the_context_names_who_holds_the_voice(here, scout) -> None:
    decisions.take_over(here.account, by=here.rep)
    voice = scout.get(f"/api/accounts/{here.account.pk}/context").json()["voice"]
    assert voice["words"] == f"{here.rep} took the account over."


def test_anothers_draft_is_not_there(here, scout) -> None:
    draft = taken(scout, here)
    other = programs.writer(agent="other")
    assert other.get(f"/api/drafts/{draft.pk}").status_code == 404
    elsewhere = programs.writer(factories.TeamFactory(name="West"))
    assert elsewhere.get(f"/api/drafts/{draft.pk}").status_code == 404
    successor = programs.writer(here.rep.team)
    assert successor.get(f"/api/drafts/{draft.pk}").status_code == 200
    ours = verbs.pending()
    assert scout.get(f"/api/drafts/{ours.draft.pk}").status_code == 404


@pytest.mark.parametrize("number", [0, 2**63 - 1, 2**63, 10**30])
def test_a_number_that_names_nothing_is_not_there(scout, number: int) -> None:
    assert scout.get(f"/api/drafts/{number}").status_code == 404
    assert scout.get(f"/api/accounts/{number}/context").status_code == 404


def test_a_signal_does_not_outdate_a_draft(here, scout) -> None:
    body = a_draft(here.account)
    ingest.record_signal(
        account=here.account, kind="page_visit", source="web", payload={"url": "/"},
        occurred_at=here.account.created_at, dedupe_key="v",
    )  # fmt: skip
    assert scout.draft(body).status_code == 201
    assert Event.objects.get(kind="draft.written").actor == "agent:outside:scout"
