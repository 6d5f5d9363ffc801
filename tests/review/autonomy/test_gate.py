"""What the gate says of a draft, and what of it leaves without a person."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from agents.models import Draft, Preference, ReceivedPreference
from agents.outputs import OutreachOutput
from revenue import clock, leases, snapshots, switches
from revenue.models import Event
from review import autonomy, decisions, dispatch, intake, tasks
from review.audit import replay
from review.autonomy import gate, lanes
from review.guards.base import Finding
from review.models import (
    AuditDraw,
    Decision,
    EvidenceEpoch,
    GuardBlock,
    Lane,
    OutboxMessage,
    ReviewItem,
    Verdict,
)
from tests.agents.offline import packets
from tests.agents.offline.writing import answers
from tests.races import verbs
from tests.review import citing
from tests.review.autonomy import trusted
from tests.smtp import Sink

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("workspace")]


@pytest.fixture
def here() -> verbs.Scene:
    return verbs.unrouted()


@pytest.fixture
def unaudited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: False)


@pytest.fixture
def audited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "is_drawn", lambda draft_id, share: True)


# --- what it says ---------------------------------------------------------------------------------


def test_a_class_without_a_lane_is_reviewed(here) -> None:
    assert autonomy.verdict(here.draft).kind == "human"


@pytest.mark.parametrize("state", ["review", "tightened", "paused"])
def test_only_an_automatic_lane_lets_go(here, state) -> None:
    trusted.trust(here.draft, state=state)
    assert autonomy.verdict(here.draft).kind == "human"


def test_an_automatic_lane_lets_go_and_says_why(here, unaudited) -> None:
    trusted.trust(here.draft)
    ruling = autonomy.verdict(here.draft)
    assert ruling.kind == "auto"
    assert ruling.reason == "First mail: automatic, on what its reviews proved."


def test_an_audited_draft_says_what_any_other_says(here, audited) -> None:
    reviewed = autonomy.verdict(here.draft)
    trusted.trust(here.draft)
    ruling = autonomy.verdict(here.draft)
    assert (ruling.kind, ruling.reason) == ("audit", reviewed.reason)


def test_another_version_has_not_earned_it(here, unaudited) -> None:
    trusted.trust(here.draft)
    here.draft.model = "another-model-2"
    assert autonomy.verdict(here.draft).kind == "human"


def follows_a_new_wish(here) -> Preference:
    wish = Preference.objects.create(
        name="Shorter", text="Write two sentences.", output_class=here.draft.output_class,
        rep=here.rep, by=here.rep, made_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    ReceivedPreference.objects.create(run=here.draft.run, preference=wish)
    return wish


def test_a_wish_that_is_newer_than_the_evidence_is_read(here, unaudited) -> None:
    trusted.trust(here.draft)
    wish = follows_a_new_wish(here)
    ruling = autonomy.verdict(here.draft)
    assert (ruling.kind, ruling.cause) == ("human", "untrusted")
    assert ruling.reason.startswith(
        "It follows the preference “Shorter”, which is new to its class"
    )
    Preference.objects.filter(pk=wish.pk).update(changed_at=clock.now() - timedelta(days=1))
    assert autonomy.verdict(here.draft).kind == "auto"


@pytest.mark.parametrize(("scores", "kind"), [
    ([1.0] * 20, "auto"), ([1.0] * 19, "human"), ([0.0, *[1.0] * 20], "auto"),
    ([*[1.0] * 20, 0.0], "human"),
])  # fmt: skip
def test_a_wish_is_new_until_twenty_that_followed_it_were_clean(
    here, unaudited, scores, kind
) -> None:
    lane = trusted.trust(here.draft)
    follows_a_new_wish(here)
    _judged(here, lane.epoch, scores)
    assert autonomy.verdict(here.draft).kind == kind


def _judged(here, epoch, scores: list[float], **more) -> None:
    """So many drafts of the same run, one after the other."""
    for number, score in enumerate(scores, epoch.verdicts.count() + 1):
        written = Draft.objects.get(pk=here.draft.pk)
        written.pk, written.lease, written.needs_item = None, None, False
        for name, value in more.items():
            setattr(written, name, value)
        written.save()
        item = ReviewItem.objects.create(
            account=here.account, draft=written, state="approved", state_since=clock.now(),
            created_at=clock.now(), expires_at=clock.now(), decide_by=clock.now(),
        )  # fmt: skip
        Verdict.objects.create(
            lane=epoch.lane, number=number, item=item, score=score, kind="unchanged", by=here.rep,
            account=here.account, day=clock.now().date(), state="auto", at=clock.now(), epoch=epoch,
        )  # fmt: skip


@pytest.mark.parametrize("segment", ["", "small"], ids=["another version", "another lane"])
def test_what_was_seen_of_a_wish_elsewhere_proves_nothing_here(here, unaudited, segment) -> None:
    trusted.trust(here.draft)
    follows_a_new_wish(here)
    lane, now = lanes.locked(here.draft.output_class, segment), clock.now()
    other = EvidenceEpoch.objects.create(lane=lane, attempt=2, opened_at=now, closed_at=now)
    _judged(here, other, [1.0] * 20)
    assert autonomy.verdict(here.draft).kind == "human"


@pytest.fixture
def lost(here, unaudited) -> Callable[..., Lane]:
    """A wish by which so many were judged, and which no longer holds."""

    def turned_off(judged: int = 20, **more: object) -> Lane:
        lane = trusted.trust(here.draft)
        wish = follows_a_new_wish(here)
        _judged(here, lane.epoch, [1.0] * judged)
        values = {"is_on": False, "changed_at": clock.now()} | more
        Preference.objects.filter(pk=wish.pk).update(**values)
        here.draft.run = None
        return lane

    return turned_off


def test_what_was_judged_with_a_wish_that_was_turned_off_is_read_without_it(here, lost) -> None:
    lane = lost()
    ruling = autonomy.verdict(here.draft)
    assert (ruling.kind, ruling.cause) == ("human", "untrusted")
    assert ruling.reason.startswith("It does without the preference “Shorter”, which is new to")
    _judged(here, lane.epoch, [1.0] * 20, run=None, created_at=clock.now())
    assert autonomy.verdict(here.draft).kind == "auto"


def test_what_was_hardly_ever_judged_with_it_is_not(here, lost) -> None:
    lost(judged=19)
    assert autonomy.verdict(here.draft).kind == "auto"


def test_the_wish_of_a_team_that_was_turned_off_is_missed_by_all_of_it(here, lost) -> None:
    lost(rep=None, team=here.rep.team)
    assert autonomy.verdict(here.draft).kind == "human"


def test_a_colleague_s_wish_that_was_turned_off_changes_nothing_here(here, lost) -> None:
    lost(rep=here.successor)
    assert autonomy.verdict(here.draft).kind == "auto"


def test_a_rewrite_was_asked_for_by_somebody_who_wants_to_see_it(here, unaudited) -> None:
    trusted.trust(here.draft)
    here.draft.supersedes_id = here.draft.pk
    assert autonomy.verdict(here.draft).kind == "human"


NEVER = {
    "a strategic account": lambda here: setattr(here.draft.account, "is_strategic", True),
    "a sensitive contact": lambda here: setattr(here.draft.contact, "is_sensitive", True),
    "a price": lambda here: setattr(here.draft, "body", "It costs $50."),
    "outside text": lambda here: setattr(here.draft, "is_tainted", True),
    "orders from outside": lambda here: setattr(
        here.draft, "risk_flags", ["suspected_instructions"]
    ),
    "a ceiling": lambda here: setattr(here.draft, "output_class", "outreach.reply"),
    "an outside agent": lambda here: setattr(here.draft, "agent", "outside:scout"),
    "a stop": lambda here: switches.stop("all", by="system", reason="A complaint"),
}


@pytest.mark.parametrize(
    "words",
    ["EUR 500 a seat", "5k EUR", "10 percent off", "at no extra cost", "we promise delivery",
     "free for three months", "a rebate", "our warranty", "money-back", "setup included",
     "all of it exclusively for you", "a way to cancel at any time", "a certified team",
     "one who is compliant", "somebody to match any quote", "lunch on the house",
     "a month that is on us", "a fee of twelve thousand", "a way to save five grand",
     "one for 12k a year", "one at 90 a month", "what costs you nothing", "an invoice",
     "something we knock off the bill", "help with no strings attached", "at least a seat more",
     "one that costs\nabout 900", "a cheaper one", "no hidden fees", "my word on it",
     "nothing you can count on us for"],
)  # fmt: skip
def test_a_promise_is_never_let_go_however_it_is_written(here, unaudited, words) -> None:
    trusted.trust(here.draft)
    here.draft.body = f"Hi Yara,\n\nI think that there is {words} this spring.\n\nPat"
    assert autonomy.verdict(here.draft).reason.startswith("The text speaks of a price")


@pytest.mark.parametrize(
    "words",
    ["It costs Acme nothing to say no", "Closing it changes nothing for you",
     "Can I take Vault S off the list for you", "You are always welcome to write to me",
     "It would free up your planners at once", "They meet twice a week", "There is no deal open",
     "Who is in charge of it", "If the compliance review is in May, we can talk after it",
     "They plan up to 40 routes with 12 people"],
)  # fmt: skip
def test_words_that_only_look_like_a_promise_leave(here, unaudited, words) -> None:
    trusted.trust(here.draft)
    here.draft.body = f"Hi Yara,\n\n{words}. Would you like to see it?\n\nPat"
    assert autonomy.verdict(here.draft).auto


FRENCH = (
    "Bonjour Yara,\n\nPour la nouvelle année, nous vous offrons une remise et une installation "
    "gratuite. Nous garantissons le résultat, remboursement compris.\n\nCordialement,\nPat"
)
GERMAN = (
    "Guten Tag Frau Zhou,\n\ndie Einrichtung ist kostenlos, und wir garantieren Ihnen den Erfolg. "
    "Sie können jederzeit kündigen.\n\nMit freundlichen Grüßen\nPat"
)
SPANISH = (
    "Hola Yara:\n\nLe ofrecemos un descuento y la puesta en marcha sin coste. Además garantizamos "
    "el resultado y la devolución.\n\nUn saludo,\nPat"
)
AMID_ENGLISH = (
    "Hi Yara,\n\nI hope that you and your team are well. {} Would you like to see it next week?"
    "\n\nPat"
)
FOREIGN = {
    "French": FRENCH,
    "German": GERMAN,
    "Spanish": SPANISH,
    "one French sentence": AMID_ENGLISH.format("Nous vous offrons une remise pour la rentrée."),
    "one Japanese sentence": AMID_ENGLISH.format("結果を保証します。"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_promise_that_nobody_can_read_is_never_let_go(here, unaudited, name) -> None:
    trusted.trust(here.draft)
    here.draft.body = FOREIGN[name]
    ruling = autonomy.verdict(here.draft)
    assert ruling.cause == "always"
    assert ruling.reason.startswith("Its words are not English")


def test_a_record_promises_nobody_anything_in_any_language(here) -> None:
    here.draft.output_class, here.draft.effect = "prospecting.contact_add", "record"
    here.draft.body = "Ajouter la nouvelle directrice des achats, rencontrée au salon."
    assert autonomy.verdict(here.draft).cause != "always"


def test_names_and_figures_make_no_english_mail_unreadable(here, unaudited) -> None:
    trusted.trust(here.draft)
    here.draft.body = (
        "Hi Yann,\n\nWe got GTX Plus Basic done for Ménage Île-de-France on 18 November, so I "
        "expect there's a good reason for the pause. Is a decision on GTX Pro still likely at "
        "Ménage Île-de-France this year?\n\nBest regards,\nMoses Frase"
    )
    assert autonomy.verdict(here.draft).auto


@pytest.mark.parametrize("thin", [False, True])
def test_the_stock_writers_mails_are_no_promises(here, thin) -> None:
    wanted = [packets.first_mail(**rows) for rows in packets.invented(85, seed=1, thin=thin)]
    for mail in answers(wanted, OutreachOutput):
        here.draft.subject, here.draft.body = mail.subject, mail.body_text
        assert not autonomy.risk(here.draft) or "contract" in mail.body_text, mail


@pytest.mark.parametrize("why", NEVER)
def test_no_trust_lifts(here, unaudited, why) -> None:
    trusted.trust(here.draft)
    NEVER[why](here)
    ruling = autonomy.verdict(here.draft)
    assert (ruling.kind, ruling.cause) == ("human", "always")


def test_a_stop_speaks_first_then_what_the_text_got_wrong_then_what_is_always_so(here) -> None:
    trusted.trust(here.draft)
    here.draft.account.is_strategic = True
    wrong = [Finding("claims", "No record has the date March.")]
    assert autonomy.verdict(here.draft).reason.startswith("A strategic account")
    assert autonomy.verdict(here.draft, found=wrong).reason.startswith("No record has")
    switches.stop("all", by="system", reason="A complaint")
    assert autonomy.verdict(here.draft, found=wrong).reason.startswith("Sending is stopped")


def test_it_reads_the_lane_and_nothing_else(here, django_assert_max_num_queries) -> None:
    trusted.trust(here.draft)
    draft = Draft.objects.select_related("account", "config").get(pk=here.draft.pk)
    with django_assert_max_num_queries(4):  # switches, contact, lane with its epoch, wishes
        autonomy.verdict(draft)


@pytest.mark.parametrize(
    ("name", "audits", "tolerated", "share"),
    [
        ("outreach.first_email", 100, 3.0, 0.25),
        ("outreach.first_email", 100, 0.0, 1.0),
        ("outreach.follow_up", 100, 9.0, 0.1),
        ("outreach.follow_up", 99, 9.0, 0.2),
        ("outreach.follow_up", 100, 19.0, 0.05),
    ],
)
def test_the_share_that_is_audited(here, unaudited, name, audits, tolerated, share) -> None:
    here.draft.output_class = name
    trusted.trust(here.draft, audits=audits, tolerated=tolerated)
    ruling = autonomy.verdict(here.draft)
    assert ruling.draw
    assert ruling.draw.probability == pytest.approx(share)


def test_the_draw_is_the_same_whenever_it_is_asked() -> None:
    drawn = [gate.is_drawn(pk, 0.25) for pk in range(2000)]
    assert drawn == [gate.is_drawn(pk, 0.25) for pk in range(2000)]
    assert 430 < sum(drawn) < 570


def test_nobody_without_the_key_foresees_the_draw(settings) -> None:
    before = [gate.is_drawn(pk, 0.5) for pk in range(64)]
    settings.SECRET_KEY = "another"
    assert [gate.is_drawn(pk, 0.5) for pk in range(64)] != before


# --- what leaves ----------------------------------------------------------------------------------


def test_what_a_class_has_earned_leaves_by_itself(here, unaudited, smtp: Sink) -> None:
    lane = trusted.trust(here.draft)
    item = trusted.arrives(here)
    decision = item.decisions.get()
    assert (item.state, decision.by, decision.evidence) == ("approved", None, lane.epoch)
    assert decision.policy == "policy:outreach.first_email v1"
    assert snapshots.get(decision.after) == f"{here.draft.subject}\n{here.draft.body}"
    assert dispatch.send_due() == 1
    assert len(smtp.mails) == 1
    assert leases.current(here.account) is None
    assert replay.contradictions() == []


def test_it_is_told_with_the_policy_as_actor(here, unaudited) -> None:
    lane = trusted.trust(here.draft)
    item = trusted.arrives(here)
    told = Event.objects.get(subject_kind="reviewitem", subject_id=item.pk, kind="item.approve")
    assert re.fullmatch(r"policy:outreach.first_email v\d+", told.actor)
    assert (told.data["lane"], told.data["epoch"]) == (lane.pk, lane.epoch_id)


def test_the_draw_is_kept_either_way(here, unaudited) -> None:
    trusted.trust(here.draft)
    trusted.arrives(here)
    draw = AuditDraw.objects.get()
    assert (draw.draft, draw.due, draw.probability) == (here.draft, False, 0.25)


def test_an_audited_one_waits_for_a_person(here, audited) -> None:
    trusted.trust(here.draft)
    item = trusted.arrives(here)
    assert (item.state, item.decisions.count()) == ("pending", 0)
    assert AuditDraw.objects.get().due


def test_what_left_by_itself_is_no_evidence(here, unaudited, smtp: Sink) -> None:
    trusted.trust(here.draft)
    trusted.arrives(here)
    tasks.tick()
    assert OutboxMessage.objects.get().state == "sent"
    assert not Verdict.objects.exists()


def test_without_a_recipient_it_waits_for_a_person(here, unaudited) -> None:
    trusted.trust(here.draft)
    here.draft.contact.email = ""
    here.draft.contact.save()
    item = trusted.arrives(here)
    assert item.state in ("pending", "stale")
    assert not OutboxMessage.objects.exists()


def test_a_guards_finding_keeps_it_here(here, unaudited) -> None:
    trusted.trust(here.draft)
    Draft.objects.filter(pk=here.draft.pk).update(body="Hi Yara,\n\nHi {{ name }}.\n\nPat")
    assert trusted.arrives(here).state == "pending"


# --- taken back before it leaves ------------------------------------------------------------------


def test_a_demotion_stops_the_next_send(here, unaudited, smtp: Sink) -> None:
    lane = trusted.trust(here.draft)
    item = trusted.arrives(here)
    autonomy.demote(lane, by=here.manager, reason="Two complaints")
    assert dispatch.send_due() == 0
    message = OutboxMessage.objects.get()
    assert (message.state, "not automatic" in message.hold_reason) == ("queued", True)
    intake.sweep()
    item.refresh_from_db()
    assert (item.state, item.reason) == ("pending", gate.SINCE_THEN)
    assert OutboxMessage.objects.get().state == "cancelled"
    assert leases.current(here.account).holder == f"item:{item.pk}"
    assert smtp.mails == []
    assert replay.contradictions() == []


def test_what_was_pulled_back_is_decided_like_any_other(here, unaudited, smtp: Sink) -> None:
    lane = trusted.trust(here.draft)
    item = trusted.arrives(here)
    autonomy.pause(lane, by=here.manager, reason="Holiday")
    intake.sweep()
    decisions.approve(ReviewItem.objects.get(pk=item.pk), by=here.rep, revision=1, dwell_ms=60_000)
    assert dispatch.send_due() == 1
    assert [row.by for row in item.decisions.order_by("pk")] == [None, here.rep]


@pytest.mark.parametrize("how", citing.ENDS)
def test_what_rests_on_what_holds_no_more_does_not_leave(
    here, unaudited, smtp: Sink, how: str
) -> None:
    rests, ends = citing.ENDS[how]
    text = rests(here)
    trusted.trust(here.draft)
    item = trusted.arrives(here)
    assert item.state == "approved"
    ends(here)
    assert dispatch.send_due() == 0
    assert f"“{text.rstrip('.')}”, which does not hold any more" in GuardBlock.objects.get().detail
    tasks.tick()
    item.refresh_from_db()
    assert (item.state, smtp.mails) == ("stale", [])
    assert replay.contradictions() == []


@pytest.fixture
def killed(here, unaudited, smtp: Sink) -> OutboxMessage:
    """Nobody approved it but its class, and a stop met it on its way."""
    trusted.trust(here.draft)
    trusted.arrives(here)
    switches.stop("class", here.draft.output_class, by=here.manager, reason="A complaint")
    assert dispatch.send_due() == 0
    message = OutboxMessage.objects.get()
    assert message.state == "blocked"
    return message


def test_what_a_stop_met_on_its_way_waits_for_a_person_although_its_class_is_trusted(
    here, killed: OutboxMessage, smtp: Sink
) -> None:
    assert intake.sweep() == 1
    assert intake.sweep() == 0
    item = ReviewItem.objects.get()
    assert (item.state, item.cause) == ("pending", "guard")
    assert item.reason == "Sending of this kind of mail is stopped: A complaint."
    assert OutboxMessage.objects.get().state == "cancelled"
    assert leases.current(here.account).holder == f"item:{item.pk}"
    switches.lift("class", here.draft.output_class, by=here.manager, reason="Settled")
    tasks.tick()
    assert (ReviewItem.objects.get().state, smtp.mails) == ("pending", [])
    assert replay.contradictions() == []


def test_once_somebody_approves_it_leaves_in_their_name(
    here, killed: OutboxMessage, smtp: Sink
) -> None:
    intake.sweep()
    switches.lift("class", here.draft.output_class, by=here.manager, reason="Settled")
    decisions.approve(ReviewItem.objects.get(), by=here.rep, revision=1, dwell_ms=60_000)
    assert dispatch.send_due() == 1
    assert OutboxMessage.objects.get(state="sent").decision.by == here.rep


@pytest.mark.parametrize("state", ["tightened", "auto"])
def test_what_was_killed_does_not_leave_when_its_class_is_trusted_again(
    here, killed: OutboxMessage, smtp: Sink, state: str
) -> None:
    """Not even before a sweep has seen it."""
    Lane.objects.update(state=state)
    switches.lift("class", here.draft.output_class, by=here.manager, reason="Settled")
    with pytest.raises(dispatch.Unsettled, match="Nobody has looked at this mail yet"):
        dispatch.unblock(killed, by=here.rep)
    Lane.objects.update(state="auto")
    tasks.tick()
    assert (ReviewItem.objects.get().state, smtp.mails) == ("pending", [])


def test_what_a_person_approved_stays_stopped_until_a_person_tries_again(smtp: Sink) -> None:
    here = verbs.queued()
    switches.stop("all", by=here.manager, reason="A complaint")
    dispatch.send_due()
    assert intake.sweep() == 0
    here.message.refresh_from_db()
    assert here.message.state == "blocked"


def test_what_a_person_approved_is_not_pulled_back(unaudited) -> None:
    here = verbs.queued()
    lane = trusted.trust(here.draft)
    autonomy.demote(lane, by=here.manager, reason="Two complaints")
    intake.sweep()
    assert OutboxMessage.objects.get().state == "queued"


def test_evidence_of_another_attempt_lets_nothing_go(here, unaudited, smtp: Sink) -> None:
    """Promoted again meanwhile: an approval by the evidence before does not come back to life."""
    lane = trusted.trust(here.draft)
    trusted.arrives(here)
    autonomy.demote(lane, by=here.manager, reason="Two complaints")
    later = verbs.unrouted()
    trusted.trust(later.draft)
    assert Lane.objects.get().state == "auto"
    assert dispatch.send_due() == 0


def test_a_colleague_may_take_back_what_is_on_its_way(here, unaudited) -> None:
    trusted.trust(here.draft)
    item = trusted.arrives(here)
    decisions.undo(item, by=here.rep)
    item.refresh_from_db()
    assert item.state == "pending"
    assert Decision.objects.get().undone_at


def test_a_planted_draft_gets_no_message_whoever_asks(here) -> None:
    item = trusted.arrives(here)
    decisions.approve(item, by=here.rep, revision=1, dwell_ms=60_000)
    message = OutboxMessage.objects.get()
    Draft.objects.filter(pk=here.draft.pk).update(is_planted=True)
    message.pk, message.revision = None, 2
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save(force_insert=True)
    assert OutboxMessage.objects.count() == 1
