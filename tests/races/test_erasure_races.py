"""Somebody is erased in the moment in which something else happens to them, on PostgreSQL."""

import pytest

from revenue import consent
from review import privacy, tasks
from tests import scripts
from tests.fakes import ScriptedModel
from tests.races import laws, verbs
from tests.review.privacy import scene as play

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

WITH = {
    "unrouted": (verbs.route, verbs.take_over, verbs.step),
    "pending": (
        verbs.approve, verbs.approve_edited, verbs.reject, verbs.request_rewrite, verbs.sweep,
        verbs.opt_out, verbs.opt_out_of_account, verbs.change_owner,
    ),
    "queued": (verbs.send, verbs.undo, verbs.cancel, verbs.sweep, verbs.sweep_voice),
    "unknown": (verbs.say_sent, verbs.say_not_sent),
    "rejected": (verbs.undo,),
    "held": (verbs.hand_back,),
}  # fmt: skip
PAIRS = [(state, verb) for state, those in WITH.items() for verb in those]


@pytest.mark.parametrize(("state", "verb"), PAIRS, ids=lambda one: getattr(one, "__name__", one))
def test_an_erasure_meets_any_verb_and_ends(
    state: str, verb: verbs.Verb, workspace: object, smtp: object, scripted_model: ScriptedModel
) -> None:
    scripted_model.on("ProspectingOutput", scripts.prospecting)
    scripted_model.on("OutreachOutput", scripts.outreach)
    scripted_model.on("RouterOutput", scripts.router("outreach"))
    for _ in range(3):
        here = verbs.STATES[state]()
        email = here.contact.email
        said = verbs.race(here, verb, lambda _: privacy.go_on(privacy.begin(email, by="system")))  # noqa: B023
        assert [repr(bad[1]) for bad in said if bad[0] == "error"] == []
        if here.message and state == "unknown":
            verbs.race(here, verbs.say_sent, verbs.cancel)
        tasks.tick()
        tasks.tick()
        assert consent.blocked(email)
        assert laws.always_broken(here.account) == []
        assert play.found((email,)) == []


def test_two_erase_the_same_person_once(workspace: object) -> None:
    here = verbs.pending()
    email = here.contact.email
    erase = [lambda _: privacy.go_on(privacy.begin(email, by="system"))] * 2
    said = verbs.race(here, *erase)
    assert [kind for kind, _ in said] == ["done", "done"], said
    assert play.found((email,)) == []


def test_an_opt_out_and_a_lift_at_once_leave_it_closed_or_lifted(workspace: object) -> None:
    for _ in range(5):
        here = verbs.pending()
        email = here.contact.email
        row = consent.suppress(email, scope="address", reason="ours", by=here.manager)
        said = verbs.race(
            here, verbs.opt_out,
            lambda _: consent.lift(row, by=here.manager, words="A slip"),  # noqa: B023
        )  # fmt: skip
        wrong = [bad for bad in said if bad[0] == "error" and
                 not isinstance(bad[1], consent.ConsentError)]  # fmt: skip
        assert wrong == []
        assert consent.blocked(email), said  # the person's own word stands, whoever was first
        assert laws.always_broken(here.account) == []
