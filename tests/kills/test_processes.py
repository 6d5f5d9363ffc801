"""The real web server, worker and tick are killed at every step of the story, one after the other.

They are the commands that `manage.py serve` starts, on a real database, with a mail server and a
model on loopback; a rep decides over HTTP. Whatever was killed where: no mail leaves twice, nothing
is lost, what nobody can know is shown to a person, and the story goes on within a minute.
"""

import json
import os
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from agents.models import AgentRun, Handoff, WakeUp
from revenue import transactions
from revenue.models import (
    Account,
    Activity,
    Contact,
    Event,
    ImportBatch,
    Signal,
    Suppression,
    Workspace,
)
from review.models import OutboxMessage, ReviewItem
from tests import factories, scripts, test_audit
from tests.fakes import ScriptedModel
from tests.kills import house as houses
from tests.kills import places
from tests.kills.hook import COMMIT, COMMITTED
from tests.kills.house import TICK, WEB, WORKER, Browser
from tests.kills.places import CALL, Place
from tests.kills.scene import Scene, Writer
from tests.races import laws
from tests.smtp import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]

EVERY = "KILLS_EVERYWHERE" in os.environ  # a soak
FIGURES = os.environ.get("KILLS_FIGURES", "")  # the file that the figures are written to
MINUTE = 60.0
RESTART = 15.0  # seconds that a process may need to be there again on a busy machine
# The story went on: somebody decided, acted, wrote or sent. That a dead run was given up is not it.
ONWARD = ("routing.decided", "item.created", "item.approve", "message.sending", "message.sent",
          "message.recorded", "signal.received")  # fmt: skip


@pytest.fixture
def scene(
    tmp_path: Path, database_url: str, smtp: Sink, scripted_model: ScriptedModel,
    workspace: Workspace, settings: Any,
) -> Iterator[Scene]:  # fmt: skip
    settings.EMAIL_URL = f"smtp://{houses.HOST}:{smtp.port}"  # both approve under one sender
    # This process prepares accounts with the same answers that the house gets over HTTP.
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    scripted_model.on("OutreachOutput", scripts.outreach)
    scripted_model.on("ReplyOutput", scripts.read)
    rep = factories.UserFactory(
        username="moses", first_name="Moses", last_name="Frase", undo_seconds=0
    )
    admin = factories.UserFactory(username="ada", role="admin", team=None)
    with (
        Writer() as writer,
        houses.running(
            tmp_path, database_url=database_url, mail=smtp.port, model=writer.url
        ) as house,
    ):
        yield Scene(
            house, smtp, writer, rep, desk=Browser(house, rep), office=Browser(house, admin)
        )


@dataclass
class Kill:
    """One of them: over which account, and whose story tells how soon it went on, by name."""

    place: Place
    account: str
    witness: str
    at: float
    met: dict[str, int]
    in_doubt: bool = False

    def onward(self) -> float | None:
        """Seconds until the story went on."""
        events = Event.objects.filter(account__name=self.witness, kind__in=ONWARD).order_by("seq")
        times = [event.at.timestamp() - self.at for event in events]
        return next((seconds for seconds in times if seconds > 0), None)


def test_killing_every_process_at_every_step_loses_nothing_and_sends_nothing_twice(
    scene: Scene, seed: int
) -> None:
    started = time.monotonic()
    counts = {place.kind: passed(scene, place).met for place in undisturbed()}
    choose = places.every if EVERY else places.some
    kills = [passed(scene, place) for place in one_by_one(scene, choose(counts, seed=seed))]
    finish(scene)
    check(scene, kills)
    report(scene, kills, counts, seconds=time.monotonic() - started)


def undisturbed() -> list[Place]:
    return list({place.kind: place for place in places.EVERYWHERE}.values())


def one_by_one(scene: Scene, left: list[Place]) -> Iterator[Place]:
    """In their order, except that the tick is left alone while it is about to take up the work of
    the dead: a second kill then is not what the minute is promised for."""
    while left:
        scene.wait_for(lambda: next_of(scene, left), "a moment for the next kill")
        place = next_of(scene, left) or left[0]
        left.remove(place)
        yield place


def next_of(scene: Scene, left: list[Place]) -> Place | None:
    spared = TICK if scene.heals_within(RESTART) else ""
    return next((place for place in left if place.role != spared), None)


# --- one kill -------------------------------------------------------------------------------------


def passed(scene: Scene, place: Place) -> Kill:
    """An account comes to the place; there, if the place has a boundary, the process dies."""
    pass_by = {
        "import": an_import, "job": a_job, "step": a_step, "route": a_route,
        "approve": an_approval, "send": a_send, "answer": an_answer,
    }  # fmt: skip
    scene.calm_down()
    return pass_by[place.station](scene, place)


def a_step(scene: Scene, place: Place) -> Kill:
    account = getattr(scene, place.stage)()
    arm(scene, place, account.pk, sign=f'"{account.name}"')
    scene.give(account, place.role)
    if place.stage == "imported":
        scene.announce(account)
    if place.stage == "sent" and place.role == WORKER:
        message = OutboxMessage.objects.get(account=account)
        scene.wait_for(lambda: scene.answer(message) == 302, f"the answer to {account}")
    elif place.stage == "sent":
        scene.receive(account)
    elif place.role == WORKER:
        scene.ring()
    kill = ended(scene, place, account.name)
    scene.free(account)
    return kill


def a_route(scene: Scene, place: Place) -> Kill:
    account = scene.drafted()
    arm(scene, place, account.pk)
    scene.give(account, place.role)
    if place.role == WORKER:
        scene.ring()
    kill = ended(scene, place, account.name)
    scene.free(account)
    return kill


def a_send(scene: Scene, place: Place) -> Kill:
    """Two mails are approved at once. The tick dies over the first, the second is the witness."""
    account, witness = scene.routed(), scene.routed()
    with transactions.atomic():  # seen by the tick when the order is there
        message = scene.approve(account)
        scene.approve(witness)
        arm(scene, place, message.pk, sign=message.recipient)
    kill = ended(scene, place, account.name, witness.name)
    message.refresh_from_db()
    kill.in_doubt = message.state == "sending"
    scene.let_two_minutes_pass(message)
    scene.free(account)
    scene.free(witness)
    return kill


def an_import(scene: Scene, place: Place) -> Kill:
    name = f"Import {next(scene.numbers)}"
    preview = scene.choose_files(name)
    arm(scene, place, reverse("import_commit", args=[preview]))
    scene.previews.append(preview)
    return ended(scene, place, name)


def a_job(scene: Scene, place: Place) -> Kill:
    """The import itself, in the background."""
    name = f"Import {next(scene.numbers)}"
    preview = scene.choose_files(name)
    scene.let_import(place.role)
    arm(scene, place, preview)
    scene.previews.append(preview)
    kill = ended(scene, place, name)
    scene.let_import(None)
    return kill


def an_approval(scene: Scene, place: Place) -> Kill:
    account = scene.routed()
    item = ReviewItem.objects.get(account=account)
    arm(scene, place, reverse("item_approve", args=[item.pk]))
    scene.free(account)
    return ended(scene, place, account.name)


def an_answer(scene: Scene, place: Place) -> Kill:
    account = scene.sent()
    if place.boundary == COMMIT:  # what is not kept is the buyer's wish to hear no more
        scene.leaving.append(account.pk)
    arm(scene, place, scene.door_of(OutboxMessage.objects.get(account=account)))
    scene.free(account)
    return ended(scene, place, account.name)


def arm(scene: Scene, place: Place, whom: object, *, sign: str = "") -> None:
    """`sign` is what the model and the mail server know the account by."""
    station = "request" if place.role == WEB else place.station
    if place.boundary != CALL:
        scene.house.order(
            place.role, station, whom, boundary=place.boundary, nth=place.nth, alone=place.alone
        )
        return

    def strike(heard: Any) -> None:
        if sign in heard:
            scene.writer.asked_about = scene.sink.taken = lambda heard: None
            scene.house.strike(place.role)

    scene.house.expect(place.role)
    scene.writer.asked_about = scene.sink.taken = strike


def ended(scene: Scene, place: Place, account: str, witness: str = "") -> Kill:
    """Wait for the process that has the order to carry it out."""
    scene.wait_for(lambda: scene.house.done(place.role), f"{place} of {account}")
    told = scene.house.done(place.role) or {}
    assert told["died"] == bool(place.boundary), (place, told)
    return Kill(place, account, witness or account, told["at"], told["met"])


# --- the end of all stories -----------------------------------------------------------------------


def finish(scene: Scene) -> None:
    scene.wait_for(lambda: not scene.unfinished(), "the next turn of every account")
    scene.calm_down()
    scene.house.end()


def check(scene: Scene, kills: list[Kill]) -> None:
    waits = {str(kill.place): kill.onward() for kill in kills}
    assert {where: wait for where, wait in waits.items() if wait is None or wait > MINUTE} == {}
    nothing_is_lost(scene)
    unknown_only_between_claim_and_record(kills)
    ids = [mail["Message-ID"] for mail in scene.sink.mails]
    assert len(ids) == len(set(ids)) == Account.objects.count()
    assert [words for one in Account.objects.all() for words in laws.always_broken(one)] == []
    for audit in test_audit.AUDITS[1:]:
        audit(scene.sink)


def nothing_is_lost(scene: Scene) -> None:
    for account in Account.objects.all():
        assert [row.state for row in OutboxMessage.objects.filter(account=account)] == ["sent"]
        assert Activity.objects.filter(account=account, direction="inbound").count() == 1
        assert account.stage == "engaged"
    opted_out = Contact.objects.filter(account__in=scene.leaving).values_list("email", flat=True)
    assert sorted(Suppression.objects.values_list("value", flat=True)) == sorted(opted_out)
    assert not Signal.objects.unhandled().exists()
    assert not Handoff.objects.filter(state="offered").exists()
    assert not AgentRun.objects.filter(state="running").exists()
    assert not WakeUp.objects.exclude(quarantined_at=None).exists()
    assert not ImportBatch.objects.exclude(state="done").exists()


def unknown_only_between_claim_and_record(kills: list[Kill]) -> None:
    doubted = Event.objects.filter(kind="message.unknown").values_list("account__name", flat=True)
    assert sorted(doubted) == sorted(kill.account for kill in kills if kill.in_doubt)
    for kill in kills:
        if kill.place.boundary != "statement":
            assert kill.in_doubt == between_claim_and_record(kill.place), kill.place


def between_claim_and_record(place: Place) -> bool:
    """A send has two commits: the claim and the record."""
    around = [(COMMITTED, 1), (CALL, 0), (COMMIT, 2)]
    return place.station == "send" and (place.boundary, place.nth) in around


def report(scene: Scene, kills: list[Kill], counts: places.Counts, *, seconds: float) -> None:
    waits = sorted(wait for kill in kills if (wait := kill.onward()) is not None)
    hundredths = statistics.quantiles(waits, n=100, method="inclusive")
    figures: dict[str, Any] = {
        "kills": len(kills),
        "of": Counter(kill.place.role for kill in kills),
        "boundaries": len(places.every(counts, seed=0)),
        "mails": len(scene.sink.raw),
        "sent_twice": len(scene.sink.raw) - len({mail["Message-ID"] for mail in scene.sink.mails}),
        "lost": len(scene.unfinished()),
        "unknown": sum(kill.in_doubt for kill in kills),
        "recovery_p50_s": round(hundredths[49], 1),
        "recovery_p95_s": round(hundredths[94], 1),
        "recovery_max_s": round(waits[-1], 1),
        "seconds": round(seconds),
    }
    print(json.dumps(figures))
    if FIGURES:
        Path(FIGURES).write_text(json.dumps(figures))
