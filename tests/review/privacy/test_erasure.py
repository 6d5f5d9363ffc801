"""Somebody is erased: nothing that names them is left, and everything else goes on."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agents.models import AgentRun
from revenue import consent, context, events, importing, snapshots
from revenue.models import (
    Account,
    Activity,
    Contact,
    Erasure,
    ImportBatch,
    ImportIssue,
    Suppression,
)
from review import dispatch, privacy, tasks
from review.audit import replay
from review.models import Decision, OutboxMessage, ReviewItem
from review.privacy import redacting
from review.privacy.traces import readable
from review.setup import uploads
from tests import factories
from tests.races import verbs
from tests.review.accounts import cast
from tests.review.privacy import scene as play
from tests.review.privacy.scene import EMAIL, OTHER, Scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(workspace: object, smtp: object, clock: object) -> Scene:
    return play.played(clock)


def erase(address: str = EMAIL) -> Erasure:
    row = privacy.begin(address, by="system")
    assert privacy.go_on(row), row.waits_for
    return row


def test_nothing_that_names_them_is_left_in_any_table(scene: Scene) -> None:
    before = play.found(scene.words, readable=readable)
    tables = {where.partition(" ")[0] for where in before}
    assert tables >= {
        "revenue.Contact", "revenue.Activity", "revenue.Fact", "revenue.Signal", "revenue.Address",
        "revenue.Suppression", "revenue.Meeting", "revenue.ImportIssue", "agents.Draft",
        "agents.Handoff", "review.OutboxMessage", "text",
    }  # fmt: skip
    erase()
    assert play.found(scene.words, readable=readable) == []
    assert list(events.faults()) == []
    assert replay.contradictions() == []


def test_pages_stand_and_say_that_it_was_erased(scene: Scene) -> None:
    erase()
    client = cast.signed_in(scene.rep)
    message = OutboxMessage.objects.get()
    for path in (
        reverse("account", args=[scene.account.pk]),
        reverse("outbox_message", args=[message.pk]),
        reverse("item", args=[scene.item.pk]),
        reverse("item", args=[scene.answer.pk]),
        reverse("outbox"), reverse("inbox"), reverse("desk"), reverse("accounts"),
    ):  # fmt: skip
        answer = client.get(path)
        assert answer.status_code == 200, path
        words = answer.content.decode().lower()
        assert not [word for word in scene.words if word in words], path
    account = client.get(reverse("account", args=[scene.account.pk])).content.decode()
    assert "Erased person" in account
    sent = client.get(reverse("outbox_message", args=[message.pk])).content.decode()
    assert "erased" in sent.lower()


def test_those_beside_them_keep_their_words(scene: Scene) -> None:
    erase()
    ben = Contact.objects.get(email=OTHER)
    assert (ben.name, ben.title) == ("Ben Olsen", "Buyer")
    kept = Activity.objects.get(contact=ben)
    assert kept.body == "[erased] wrote: [erased]. I agree, and would like to hear a price."
    facts = set(scene.account.facts.values_list("text", flat=True))
    assert "It has two yards in Ohio" in facts
    assert Account.objects.get().name == "Brookfield Works"


def test_what_waited_for_them_is_out_of_date_and_nothing_speaks(scene: Scene) -> None:
    before = scene.account.context_version
    erase()
    scene.account.refresh_from_db()
    scene.answer.refresh_from_db()
    assert scene.answer.state in ("stale", "withdrawn")
    assert scene.account.context_version > before


def test_the_version_moves_with_the_hash(workspace: object) -> None:
    contact = factories.ContactFactory(email=EMAIL)
    row = privacy.begin(EMAIL, by="system")
    before = context.account_context(contact.account)
    privacy.go_on(row)
    after = context.account_context(contact.account)
    assert (after.version, after.hash == before.hash) == (before.version + 1, False)


def test_the_suppression_answers_by_a_keyed_hash(scene: Scene) -> None:
    erase()
    for spelt in (EMAIL, EMAIL.upper(), f"{EMAIL}."):
        assert consent.blocked(spelt).reason == "erased"
    row = Suppression.objects.get(scope="address")
    assert row.ground == "erased"
    assert "@" not in row.value
    assert not consent.blocked(f"y{EMAIL}")


def test_an_opt_out_afterwards_writes_the_address_down_nowhere(scene: Scene) -> None:
    erase()
    consent.suppress(EMAIL, scope="address", reason="one-click opt-out", by="contact")
    assert play.found((EMAIL,)) == []


def test_twice_is_once(scene: Scene) -> None:
    first, again = erase(), erase()
    assert first.pk != again.pk
    assert Suppression.objects.filter(ground="erased").count() == 1
    assert again.accounts == []


def test_a_mail_whose_outcome_nobody_knows_makes_it_wait(workspace: object) -> None:
    here = verbs.unknown()
    email = here.contact.email
    row = privacy.begin(email, by="system")
    assert not privacy.go_on(row)
    assert "Nobody knows whether a mail to" in row.waits_for
    assert Contact.objects.get(email=email)
    assert consent.blocked(email)
    dispatch.settle(here.message, by=here.rep, outcome="cancelled")
    assert privacy.go_on_with_all() == 1
    row.refresh_from_db()
    assert (row.address, row.waits_for) == ("", "")
    assert not Contact.objects.filter(email=email).exists()


@pytest.mark.parametrize("state", ["unrouted", "pending", "queued", "rejected", "held"])
def test_whatever_was_under_way_is_ended(workspace: object, state: str) -> None:
    here = verbs.STATES[state]()
    email = here.contact.email
    erase(email)
    assert not OutboxMessage.objects.unsent().exists()
    tasks.sweep()
    assert not [item for item in ReviewItem.objects.open() if item.is_outward]
    assert play.found((email, "still of interest")) == []
    assert replay.contradictions() == []


def test_a_blocked_mail_is_cancelled(workspace: object) -> None:
    here = verbs.queued()
    OutboxMessage.objects.filter(pk=here.message.pk).update(state="blocked")
    erase(here.contact.email)
    here.message.refresh_from_db()
    assert here.message.state == "cancelled"


def test_a_run_that_holds_what_it_read_makes_it_wait(workspace: object, clock: object) -> None:
    here = verbs.pending()
    AgentRun.objects.create(
        account=here.account, agent="outreach", started_at=clock.now(), alive_until=clock.now()
    )
    row = privacy.begin(here.contact.email, by="system")
    assert not privacy.go_on(row)
    assert "An agent is at work on" in row.waits_for
    AgentRun.objects.update(state="failed")
    assert privacy.go_on(row)


def test_a_killed_one_goes_on_with_the_accounts_that_are_left(
    workspace: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [factories.ContactFactory(email=EMAIL) for _ in range(3)]
    row = privacy.begin(EMAIL, by="system")
    whole = redacting.account_rows

    def killed(account_id: int, work: object) -> None:
        whole(account_id, work)
        if account_id == people[1].account_id:
            raise KeyboardInterrupt

    monkeypatch.setattr(redacting, "account_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        privacy.go_on(row)
    row.refresh_from_db()
    assert row.accounts == [people[0].account_id]
    assert Contact.objects.filter(email=EMAIL).count() == 2
    monkeypatch.undo()
    assert privacy.go_on_with_all() == 1
    row.refresh_from_db()
    assert row.accounts == [one.account_id for one in people]
    assert play.found((EMAIL,)) == []


def test_a_text_that_somebody_else_holds_too_stays_with_them(workspace: object) -> None:
    here, beside = verbs.queued(), verbs.queued()
    same = snapshots.put("The same words to both")
    Decision.objects.update(after=same)
    erase(here.contact.email)
    assert snapshots.get(same) == "The same words to both"
    erase(beside.contact.email)
    assert snapshots.get(same) == snapshots.ERASED


def test_a_preview_that_holds_them_is_discarded(scene: Scene) -> None:
    file = SimpleUploadedFile("contacts.csv", play.FILES["contacts.csv"].encode())
    batch = uploads.keep([file], by=cast.admin())
    erase()
    assert not ImportBatch.objects.filter(pk=batch.pk).exists()
    assert play.found((EMAIL,)) == []


def test_an_import_under_way_makes_it_wait(scene: Scene) -> None:
    ImportBatch.objects.update(state="running")
    row = privacy.begin(EMAIL, by="system")
    assert not privacy.go_on(row)
    assert "import is under way" in row.waits_for


@pytest.mark.parametrize("odd", ["", "yara", "@x.example", "a@b@c.example", "a b@x.example"])
def test_what_is_no_address_erases_nobody(db: None, odd: str) -> None:
    with pytest.raises(privacy.ErasureError):
        privacy.begin(odd, by="system")
    assert not Suppression.objects.exists()


# --- a re-import cannot resurrect -----------------------------------------------------------------


SPELT = [EMAIL, "Yara.Zhou@BROOKFIELD.example.", f"{EMAIL}."]


@pytest.mark.parametrize("spelt", SPELT)
def test_an_erased_person_is_left_out_of_an_import(scene: Scene, spelt: str) -> None:
    erase()
    again = play.FILES["contacts.csv"].replace(EMAIL, spelt).replace("Manager", "Director")
    play.imported({**play.FILES, "contacts.csv": again})
    assert play.found(("yara", "zhou")) == []
    told = ImportIssue.objects.filter(problem__startswith="this person was erased on")
    assert [(row.file, row.row, row.found) for row in told] == [
        ("contacts.csv", 2, ""), ("contacts.csv", 3, "")
    ]  # fmt: skip


def test_nor_do_they_come_back_by_their_name_alone(scene: Scene) -> None:
    erase()
    without = "account,first name,last name,email\nBrookfield Works,Yara,Zhou,\n"
    play.imported({**play.FILES, "contacts.csv": without})
    assert play.found(("yara", "zhou")) == []


def test_one_who_is_erased_between_check_and_import_does_not_come(
    workspace: object, clock: object
) -> None:
    account = play.imported()
    tables = [importing.read(importing.Source(name, data=text.encode()))
              for name, text in play.FILES.items()]  # fmt: skip
    checked = importing.plan(tables, shift_to=clock.now().date())
    erase()
    importing.commit(checked)
    assert set(account.contacts.there().values_list("email", flat=True)) == {OTHER}


def test_who_is_erased_and_consents_anew_may_come_back(scene: Scene, clock: object) -> None:
    erase()
    row = Suppression.objects.get(ground="erased")
    consent.lift(row, by=cast.manager(), words="By phone", consented_on=clock.now().date())
    play.imported({**play.FILES, "deals.csv": play.FILES["deals.csv"].replace("D1", "D2")})
    assert Contact.objects.get(email=EMAIL)
    assert consent.blocked(EMAIL) is None
