"""Every address × verb × person, on one's own rows and on somebody else's.

A new address that nobody lists here fails. What is not somebody's is not there: 404.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from agents import configs, preferences
from agents.models import AgentConfig, AgentState, Preference, RoutingDecision, WakeUp
from revenue import clock, switches
from revenue.models import (
    Account,
    Contact,
    Delegation,
    Erasure,
    Event,
    ImportBatch,
    Mailbox,
    Meeting,
    ModelAccess,
    Suppression,
    Task,
    User,
    Workspace,
)
from review import autonomy, intake, payload, privacy
from review.models import (
    ApiToken,
    Breach,
    Critical,
    Decision,
    Lane,
    LaneChange,
    Notice,
    NoticeChoice,
    NoticeHost,
    OutboxMessage,
    ReviewItem,
    WebhookSource,
)
from review.notices import choices
from review.setup import uploads
from tests import factories
from tests.mailboxes import connected
from tests.races import verbs
from tests.review.doors import programs
from tests.review.inbox.strays import stray

pytestmark = pytest.mark.django_db

SELLERS = {"rep", "manager"}
EVERYBODY = {"rep", "colleague", "outsider", "manager", "other_manager", "admin"}
REVIEWERS = EVERYBODY - {"admin"}
MANAGERS = {"manager", "other_manager"}
SETTERS = {"manager", "other_manager", "admin"}
READERS = {"rep", "manager", "other_manager", "admin"}  # of a mail of no account that the rep added
FINE = {200, 204, 302, 409, 422}  # done, or refused in words: the address is theirs


@dataclass(frozen=True)
class Address:
    """`rows` names what stands in the path, `theirs` who may see it; `role` who passes the door.

    Outside the door: 403. Inside, on a row that is not theirs: 404.
    """

    verb: str
    door: frozenset[str]
    rows: str = ""
    theirs: frozenset[str] = frozenset()


def at(verb: str, door: set[str], rows: str = "", theirs: set[str] | None = None) -> Address:
    return Address(verb, frozenset(door), rows, frozenset(door if theirs is None else theirs))


ITEM_VERBS = ("approve", "edit", "diff", "preference", "reject", "rewrite", "snooze", "reassign",
              "undo")  # fmt: skip
WISH_VERBS = ("on", "off", "remove", "rewrite")
LANE_VERBS = ("promote", "demote", "pause", "resume", "split", "join", "waive", "settings")
TASK_VERBS = ("done", "reopen", "postpone")

ADDRESSES: dict[str, Address] = {
    "today": at("GET", EVERYBODY),
    "task_add": at("POST", EVERYBODY, "account", SELLERS),
    **{f"task_{verb}": at("POST", EVERYBODY, "task", SELLERS) for verb in TASK_VERBS},
    "desk": at("GET", REVIEWERS),
    "queue": at("GET", REVIEWERS),
    "ring": at("GET", REVIEWERS),
    "pulse": at("GET", REVIEWERS),
    "column": at("GET", REVIEWERS),
    "bulk": at("GET", REVIEWERS),
    "bulk_approve": at("POST", REVIEWERS),
    "item": at("GET", REVIEWERS, "item", SELLERS),
    **{f"item_{verb}": at("POST", REVIEWERS, "item", SELLERS) for verb in ITEM_VERBS},
    "item_resolve": at("POST", REVIEWERS, "question", SELLERS),
    "delegation": at("GET", REVIEWERS, "oneself", SELLERS),
    "delegation_begin": at("POST", REVIEWERS, "oneself", SELLERS),
    "delegation_end": at("POST", REVIEWERS, "oneself", SELLERS),
    "own_reviewing": at("GET", REVIEWERS),
    "reviewers": at("GET", MANAGERS),
    "workload": at("GET", MANAGERS),
    "workload_share": at("POST", MANAGERS),
    "workload_give_back": at("POST", MANAGERS),
    "preferences": at("GET", REVIEWERS),
    **{f"preference_{verb}": at("POST", REVIEWERS, "preference", SELLERS) for verb in WISH_VERBS},
    "accounts": at("GET", EVERYBODY),
    "account": at("GET", EVERYBODY, "account", SELLERS),
    "account_take_over": at("POST", EVERYBODY, "account", SELLERS),
    "account_hand_back": at("POST", EVERYBODY, "account", SELLERS),
    "account_strategic": at("POST", MANAGERS, "account", {"manager"}),
    "account_suppress": at("POST", EVERYBODY, "account", SELLERS),
    "account_write": at("GET", EVERYBODY, "account", SELLERS),
    "account_send": at("POST", EVERYBODY, "account", SELLERS),
    "account_log": at("GET", EVERYBODY, "account", SELLERS),
    "account_log_keep": at("POST", EVERYBODY, "account", SELLERS),
    "account_meetings": at("GET", EVERYBODY, "account", SELLERS),
    "meeting_book": at("POST", EVERYBODY, "account", SELLERS),
    "meeting": at("GET", EVERYBODY, "meeting", SELLERS),
    "meeting_end": at("POST", EVERYBODY, "meeting", SELLERS),
    "meeting_move": at("POST", EVERYBODY, "meeting", SELLERS),
    "meeting_call_off": at("POST", EVERYBODY, "meeting", SELLERS),
    "deal_new": at("GET", EVERYBODY, "account", SELLERS),
    "deal_open": at("POST", EVERYBODY, "account", SELLERS),
    "deal": at("GET", EVERYBODY, "deal", SELLERS),
    "deal_move": at("POST", EVERYBODY, "deal", SELLERS),
    "deal_won": at("POST", EVERYBODY, "deal", SELLERS),
    "deal_lost": at("POST", EVERYBODY, "deal", SELLERS),
    "contact_new": at("GET", EVERYBODY, "account", SELLERS),
    "contact_add": at("POST", EVERYBODY, "account", SELLERS),
    "contact": at("GET", EVERYBODY, "contact", SELLERS),
    "contact_correct": at("POST", EVERYBODY, "contact", SELLERS),
    "contact_suppress": at("POST", EVERYBODY, "contact", SELLERS),
    "contact_basis": at("POST", EVERYBODY, "contact", SELLERS),
    "outbox": at("GET", EVERYBODY),
    "outbox_message": at("GET", EVERYBODY, "message", SELLERS),
    "outbox_settle": at("POST", EVERYBODY, "message", SELLERS),
    "outbox_unblock": at("POST", EVERYBODY, "message", SELLERS),
    "outbox_cancel": at("POST", EVERYBODY, "message", SELLERS),
    "history": at("GET", EVERYBODY),
    "history_export": at("POST", REVIEWERS),
    "decision": at("GET", EVERYBODY, "decision", SELLERS),
    "autonomy": at("GET", SETTERS),
    "lane": at("GET", SETTERS, "lane"),
    **{f"lane_{verb}": at("POST", MANAGERS, "lane") for verb in LANE_VERBS},
    "harm": at("POST", EVERYBODY, "item", SELLERS),
    "harm_settle": at("POST", MANAGERS, "harm"),
    "inbox": at("GET", EVERYBODY),
    "inbox_upload": at("POST", REVIEWERS),
    "own_zone": at("POST", EVERYBODY),
    "own_keys": at("GET", REVIEWERS),
    "own_keys_save": at("POST", REVIEWERS),
    "own_keys_reset": at("POST", REVIEWERS),
    "inbox_mail": at("GET", EVERYBODY, "mail", READERS),
    "inbox_assign": at("POST", EVERYBODY, "mail", READERS),
    "inbox_set_aside": at("POST", EVERYBODY, "mail", READERS),
    "inbox_put_back": at("POST", EVERYBODY, "mail", READERS),
    "setup": at("GET", EVERYBODY),
    "breach_settle": at("POST", {"admin"}, "breach"),
    "setup_sender": at("GET", {"admin"}),
    "setup_sender_save": at("POST", {"admin"}),
    "setup_mailbox": at("GET", {"admin"}),
    "setup_mailbox_test": at("POST", {"admin"}),
    "own_mailbox": at("GET", REVIEWERS),
    "own_mailbox_connect": at("POST", REVIEWERS),
    "own_mailbox_test": at("POST", REVIEWERS),
    "own_mailbox_disconnect": at("POST", REVIEWERS),
    "notices": at("GET", REVIEWERS),
    "notices_save": at("POST", REVIEWERS),
    "notices_send": at("POST", REVIEWERS),
    "notices_connect": at("POST", REVIEWERS),
    "notices_test": at("POST", REVIEWERS),
    "notices_disconnect": at("POST", REVIEWERS),
    "notices_opened": at("POST", REVIEWERS),
    "mailboxes": at("GET", SETTERS),
    "mailbox_pause": at("POST", EVERYBODY, "mailbox", {"rep", "manager", "admin"}),
    "mailbox_resume": at("POST", EVERYBODY, "mailbox", {"rep", "manager", "admin"}),
    "setup_model": at("GET", {"admin"}),
    "setup_model_test": at("POST", {"admin"}),
    "setup_model_save": at("POST", {"admin"}),
    "setup_model_forget": at("POST", {"admin"}),
    "agents": at("GET", SETTERS),
    "agent": at("GET", SETTERS, "agent"),
    "agent_preview": at("POST", {"admin"}, "agent"),
    "agent_publish": at("POST", {"admin"}, "agent"),
    "agent_try": at("POST", {"admin"}, "agent"),
    "agent_scenarios": at("POST", {"admin"}, "own"),
    "agent_available": at("POST", {"admin"}, "agent"),
    "agent_on": at("POST", MANAGERS, "agent"),
    "agent_version": at("GET", SETTERS, "version"),
    "agent_roll_back": at("POST", {"admin"}, "version"),
    "version_scenarios": at("POST", {"admin"}, "own_version"),
    "owners": at("GET", SETTERS),
    "owners_give": at("POST", SETTERS),
    "demo": at("GET", {"admin"}),
    "demo_remove": at("POST", {"admin"}),
    "people": at("GET", {"admin"}),
    "person_invite": at("POST", {"admin"}),
    "person": at("GET", {"admin"}, "person"),
    "person_change": at("POST", {"admin"}, "person"),
    "person_link": at("POST", {"admin"}, "person"),
    "person_deactivate": at("POST", {"admin"}, "person"),
    "person_reactivate": at("POST", {"admin"}, "person"),
    "imports": at("GET", {"admin"}),
    "import_upload": at("POST", {"admin"}),
    "import": at("GET", {"admin"}, "imported"),
    "import_check": at("GET", {"admin"}, "preview"),
    "import_columns": at("POST", {"admin"}, "preview"),
    "import_commit": at("POST", {"admin"}, "preview"),
    "import_progress": at("GET", {"admin"}, "preview"),
    "import_discard": at("POST", {"admin"}, "preview"),
    "import_issues": at("GET", {"admin"}, "preview"),
    "connections": at("GET", {"admin"}),
    "token_make": at("POST", {"admin"}),
    "token": at("GET", {"admin"}, "token"),
    "token_revoke": at("POST", {"admin"}, "token"),
    "source_make": at("POST", {"admin"}),
    "source": at("GET", {"admin"}, "source"),
    "source_rotate": at("POST", {"admin"}, "source"),
    "source_revoke": at("POST", {"admin"}, "source"),
    "notice_host_allow": at("POST", {"admin"}),
    "notice_host_forbid": at("POST", {"admin"}, "host"),
    "setup_hours": at("GET", SETTERS),
    "setup_hours_save": at("POST", SETTERS),
    "setup_undo_save": at("POST", SETTERS),
    "setup_levels": at("GET", SETTERS),
    "setup_levels_save": at("POST", SETTERS),
    "stops": at("GET", SETTERS),
    "stop": at("POST", SETTERS),
    "stop_lift": at("POST", SETTERS, "switch", {"manager", "admin"}),
    "suppressions": at("GET", SETTERS),
    "suppression_add": at("POST", SETTERS),
    "suppression": at("GET", SETTERS, "suppression", {"manager", "admin"}),
    "suppression_lift": at("POST", SETTERS, "suppression", {"manager", "admin"}),
    "privacy": at("GET", {"admin"}),
    "privacy_person": at("POST", {"admin"}),
    "person_export": at("POST", {"admin"}),
    "person_erase": at("POST", {"admin"}),
    "erasure_go_on": at("POST", {"admin"}, "erasure"),
    "quarantine": at("GET", {"admin"}),
    "quarantine_lift": at("POST", {"admin"}, "wake_up"),
}
OPEN = {"unsubscribe", "notices_off", "welcome", "healthz", "readyz"}
ONLY_UNDER_DEBUG = {"style"}
# For programs, which show a token, a signature or a secret of their own: a login opens none.
PROGRAMS: dict[str, tuple[str, list[Any]]] = {
    "api_signals": ("POST", []),
    "api_context": ("GET", [1]),
    "api_drafts": ("POST", []),
    "api_draft": ("GET", [1]),
    "hook_signal": ("POST", ["billing"]),
    "hook_mail": ("POST", ["postmark", "tracking"]),
}
SIGN_IN = {
    f"account_{name}"
    for name in (
        "login", "logout", "inactive", "signup", "reauthenticate", "email",
        "email_verification_sent", "change_password", "set_password", "reset_password",
        "confirm_login_code", "confirm_email", "reset_password_from_key_done",
        "reset_password_from_key", "reset_password_done",
    )
}  # fmt: skip
GONE_THEN = {"preview", "host"}  # once it is imported, or forbidden
NAMED = {"agent", "lane", "own"}  # by a word
OF_A_PERSON = {"mail", "mailbox", "oneself", "preference"}  # of no account
OF_ROWS = [name for name, one in ADDRESSES.items() if one.rows]
SOME = [list(ADDRESSES)[start::12] for start in range(12)]  # that share a stage


def names(patterns: list[Any]) -> Iterator[str | None]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            yield pattern.name


def known() -> set[str | None]:
    return set(ADDRESSES) | OPEN | ONLY_UNDER_DEBUG | SIGN_IN | set(PROGRAMS)


def unlisted(patterns: list[Any]) -> set[str | None]:
    return set(names(patterns)) - known()


def test_every_address_is_listed_here_and_nothing_else_is() -> None:
    patterns = get_resolver().url_patterns
    assert unlisted(patterns) == set()
    assert known() - set(names(patterns)) == set()


# --- the cast and their rows ----------------------------------------------------------------------


@dataclass
class Stage:
    """One of every row, all of the rep's account."""

    people: dict[str, User]
    rows: dict[str, int | str]

    def each(self, names: list[str]) -> Iterator[tuple[str, str]]:
        """These addresses with their paths; what one changes is taken back before the next."""
        for name in names:
            with transaction.atomic():
                yield name, with_row(self, name).path(name)
                transaction.set_rollback(True)

    def path(self, name: str, pk: int | None = None) -> str:
        kind = ADDRESSES[name].rows
        return reverse(name, args=[self.rows[kind] if pk is None else pk] if kind else [])


@pytest.fixture
def stage(workspace: Workspace) -> Stage:
    return full_stage()


def full_stage() -> Stage:
    here = verbs.queued()
    west = factories.TeamFactory(name="West")
    people = {
        "rep": here.rep,
        "colleague": factories.UserFactory(username="colleague", team=here.rep.team),
        "outsider": factories.UserFactory(username="outsider", team=west),
        "manager": here.manager,
        "other_manager": factories.UserFactory(username="west", role="manager", team=west),
        "admin": factories.UserFactory(username="admin", role="admin", team=None),
    }
    wake_up, _ = WakeUp.objects.get_or_create(account=here.account)
    WakeUp.objects.filter(pk=wake_up.pk).update(quarantined_at=clock.now())
    rows = {
        "account": here.account.pk,
        "item": here.item.pk,
        "message": here.message.pk,
        "decision": here.message.decision_id,
        "question": question(here.account).pk,
        "person": here.successor.pk,
        "task": factories.TaskFactory(account=here.account).pk,
        "oneself": here.rep.pk,
        "lane": "outreach.first_email",
        "harm": harmed(here.item).pk,
        "switch": switches.stop("account", str(here.account.pk), by="system", reason="No").pk,
        "wake_up": wake_up.pk,
        "contact": here.contact.pk,
        "deal": here.account.opportunities.get().pk,
        "meeting": meeting(here.account).pk,
        "suppression": suppressed(here.account).pk,
        "erasure": privacy.begin("gone@elsewhere.example", by="system").pk,
        "mail": stray(added_by=here.rep).pk,
        "mailbox": connected(here.rep).pk,
        "token": programs.writer(here.rep.team, callback_url="https://agent.example/told").row.pk,
        "source": programs.source(here.rep.team).row.pk,
        "host": choices.allow("chat.seller.example", by=people["admin"]).pk,
        "preference": preferred(here.rep).pk,
        "agent": "outreach",
        "own": configs.ROUTER,
        "breach": breach().pk,
        "version": configs.active("outreach").pk,
        "own_version": configs.active(configs.ROUTER).pk,
    }
    return Stage(people, rows)


def meeting(account: Account) -> Meeting:
    return Meeting.objects.create(
        account=account, uid="one", starts_at=clock.now(), ends_at=clock.now()
    )


def harmed(item: ReviewItem) -> Critical:
    return Critical.objects.create(
        lane=autonomy.lanes.locked("outreach.first_email", ""), item=item, kind="price",
        at=clock.now(),
    )  # fmt: skip


def breach() -> Breach:
    now = clock.now()
    return Breach.objects.create(law="one_voice", words="account 1", found_at=now, seen_at=now)


def suppressed(account: Account) -> Suppression:
    """Of an address that nobody at the account has any more: its drafts stay as they are."""
    return Suppression.objects.create(
        scope="address", value="old@brookfield.example", reason="No", by="contact",
        account=account, created_at=clock.now(),
    )  # fmt: skip


def question(account: Account) -> ReviewItem:
    asked = RoutingDecision.objects.create(
        account=account, verdict="escalate", reason="Who?", needs_item=True, at=clock.now()
    )
    return intake.ask(asked)


def preferred(rep: User) -> Preference:
    return preferences.save(
        name="Shorter", text="Be brief.", output_class="outreach.first_email", by=rep
    )


def import_of(admin: User, state: str) -> ImportBatch:
    file = SimpleUploadedFile("accounts.csv", b"account,sector\nNorthwind,retail\n")
    batch = uploads.keep([file], by=admin)
    ImportBatch.objects.filter(pk=batch.pk).update(state=state)
    return batch


def with_row(stage: Stage, name: str) -> Stage:
    kind = ADDRESSES[name].rows
    if kind in ("preview", "imported"):
        state = "done" if kind == "imported" else "preview"
        stage.rows[kind] = import_of(stage.people["admin"], state).pk
    return stage


def as_(person: User | None) -> Client:
    client = Client(raise_request_exception=False)
    if person:
        client.force_login(person)
    return client


def ask(client: Client, verb: str, path: str, **more: Any) -> int:
    response = client.get(path, **more) if verb == "GET" else client.post(path, {}, **more)
    if response.status_code == 302 and response["Location"].startswith("/auth/login/"):
        return 401
    return response.status_code


def everything() -> list[Any]:
    """What a request that is refused must leave as it was."""
    tables = (Account, Contact, ReviewItem, OutboxMessage, Decision, ImportBatch, WakeUp, User,
              Suppression, Task, Erasure, Mailbox, ApiToken, WebhookSource, Delegation,
              NoticeChoice, NoticeHost, Notice, Preference, AgentConfig, AgentState,
              ModelAccess, Critical, Lane, LaneChange)  # fmt: skip
    skipped = {"last_login", "refused", "refused_at"}
    rows = [
        [{key: value for key, value in row.items() if key not in skipped} for row in table]
        for table in (model.objects.order_by("pk").values() for model in tables)
    ]
    return [*rows, Event.objects.count()]


# --- the walk -------------------------------------------------------------------------------------


HTMX = {"HX-Request": "true"}


@pytest.mark.parametrize("names", SOME, ids=lambda names: names[0])
def test_only_whoever_may_passes_and_only_by_the_right_verb(stage: Stage, names: list[str]) -> None:
    for name, path in stage.each(names):
        _walk(stage, name, ADDRESSES[name], path)


def _walk(stage: Stage, name: str, one: Address, path: str) -> None:
    before = everything()
    assert refusals(stage, one, path) == {
        who: [404 if who in one.door else 403] * 2 for who in EVERYBODY - one.theirs
    }, name
    strange = [ask(as_(None), one.verb, path, headers=more) for more in ({}, HTMX)]
    assert strange == [401, 401], name
    other = "POST" if one.verb == "GET" else "GET"
    wrong = {who: ask(as_(stage.people[who]), other, path) for who in one.door}
    assert set(wrong.values()) == {405}, (name, wrong)
    assert everything() == before, name
    for who in sorted(one.theirs)[-2:]:
        again = FINE | {404} if one.rows in GONE_THEN else FINE
        assert ask(as_(stage.people[who]), one.verb, path) in FINE, (name, who)
        assert ask(as_(stage.people[who]), one.verb, path, headers=HTMX) in again, (name, who)


def refusals(stage: Stage, one: Address, path: str) -> dict[str, list[int]]:
    found = {}
    for who in EVERYBODY - one.theirs:
        client = as_(stage.people[who])
        found[who] = [ask(client, one.verb, path), ask(client, one.verb, path, headers=HTMX)]
    return found


@pytest.mark.parametrize("number", [0, 999_999, 2**31, 2**63 - 1, 2**63, 10**30])
def test_a_number_that_names_nothing_is_not_there(stage: Stage, number: int) -> None:
    clients = {who: as_(stage.people[who]) for who in ("admin", "manager")}
    found = {
        name: ask(
            clients[min(ADDRESSES[name].door & clients.keys())],
            ADDRESSES[name].verb,
            stage.path(name, number),
        )
        for name in OF_ROWS
    }
    assert {name: status for name, status in found.items() if status != 404} == {}


@pytest.mark.parametrize("odd", ["-1", "abc", "1.5", "%00", "12345%27", "٣x"])
def test_what_is_no_number_is_not_there(stage: Stage, odd: str) -> None:
    client = as_(stage.people["manager"])
    numbered = [name for name in OF_ROWS if ADDRESSES[name].rows not in NAMED]
    paths = [stage.path(name, 12345).replace("12345", odd) for name in numbered]
    assert {path: ask(client, "GET", path) for path in paths} == dict.fromkeys(paths, 404)


@pytest.mark.parametrize(
    "query",
    [
        "?page=-1&after=x&before=%00&show=%00&q=%00&events=zz&owner=x&item=9999999999999999999999",
        "?after=eyJ9&before=1&q=%ED%A0%80&show=%F0%9F%98%80&owner=99999999999999999999&have=1,x,"
        "&as_of=9999-99-99",
        "?as_of=0001-01-01T00:00:00%2B14:00&before=0001-01-01T00:00:00%2B14:00~0~1",
        "?as_of=9999-12-31T23:59:59-14:00&before=9999-12-31T23:59:59-14:00~0~1",
    ],
)
def test_odd_questions_are_answered(stage: Stage, query: str) -> None:
    clients = {who: as_(person) for who, person in stage.people.items()}
    gets = [name for name, one in ADDRESSES.items() if one.verb == "GET"]
    found = {
        name: ask(
            clients[min(ADDRESSES[name].theirs)], "GET", with_row(stage, name).path(name) + query
        )
        for name in gets
    }
    assert found == dict.fromkeys(gets, 200) | {"today": 302}  # an admin is led to the set-up


def test_a_deactivated_person_is_signed_out_everywhere(stage: Stage) -> None:
    clients = {who: as_(person) for who, person in stage.people.items()}
    User.objects.update(is_active=False)
    found = {
        (name, who): ask(clients[who], one.verb, with_row(stage, name).path(name))
        for name, one in ADDRESSES.items()
        for who in one.theirs
    }
    assert set(found.values()) == {401}


def test_a_post_without_the_forms_token_changes_nothing(stage: Stage) -> None:
    before = everything()
    client = Client(enforce_csrf_checks=True)
    client.force_login(stage.people["manager"])
    posts = [name for name, one in ADDRESSES.items() if one.verb == "POST" and "import" not in name]
    assert {ask(client, "POST", stage.path(name)) for name in posts} == {403}
    assert everything() == before


# --- rows that change hands -----------------------------------------------------------------------


def test_an_account_that_changed_hands_is_gone_with_all_that_hangs_on_it(stage: Stage) -> None:
    client = as_(stage.people["rep"])
    Account.objects.update(owner=stage.people["outsider"])
    for name in OF_ROWS:
        hangs = ADDRESSES[name].rows not in OF_A_PERSON
        if "rep" in ADDRESSES[name].theirs and hangs:
            assert ask(client, ADDRESSES[name].verb, stage.path(name)) == 404, name


def test_an_account_of_nobody_is_the_managers_alone(stage: Stage) -> None:
    Account.objects.update(owner=None)
    seen = {who: ask(as_(one), "GET", stage.path("account")) for who, one in stage.people.items()}
    assert {who for who, status in seen.items() if status == 200} == {"manager", "other_manager"}


def test_lists_show_no_foreign_name(stage: Stage) -> None:
    account = Account.objects.get(pk=stage.rows["account"])
    Account.objects.filter(pk=account.pk).update(name="Distinctive Foundry")
    lists = [name for name, one in ADDRESSES.items() if one.verb == "GET" and not one.rows]
    for who in ("colleague", "outsider", "other_manager"):
        client = as_(stage.people[who])
        shown = [name for name in lists if b"Distinctive" in client.get(stage.path(name)).content]
        assert shown == [], who
    assert b"Distinctive" in as_(stage.people["rep"]).get(stage.path("accounts")).content


# --- open to everybody, and the sign-in -----------------------------------------------------------


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_login_opens_no_door_for_programs(stage: Stage, settings: Any, name: str) -> None:
    settings.MAIL_PROVIDER, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": ["name:password"]}
    verb, args = PROGRAMS[name]
    before, path = everything(), reverse(name, args=args)
    other = "POST" if verb == "GET" else "GET"
    for person in [None, *stage.people.values()]:
        assert [ask(as_(person), one, path) for one in (verb, other)] == [401, 405]
    assert everything() == before


def test_health_is_answered_to_everybody(db: None) -> None:
    for name in ("healthz", "readyz"):
        assert [ask(as_(None), verb, reverse(name)) for verb in ("GET", "POST")] == [200, 405]


def test_a_link_that_we_did_not_sign_is_not_there(workspace: Workspace) -> None:
    good = payload.unsubscribe_link(workspace, "yara@brookfield.example")
    token = good.rstrip("/").rpartition("/")[2]
    for odd in (token[:-1], token + "x", "x", "%00", token.replace(":", "")):
        assert ask(as_(None), "POST", f"/u/{odd}/") == 404


@pytest.mark.parametrize("who", ["", "rep"])
def test_the_sign_in_pages_answer_everybody(stage: Stage, who: str) -> None:
    args = {"account_confirm_email": ["x"], "account_reset_password_from_key": ["1", "x-y"]}
    for name in sorted(SIGN_IN - {"account_logout"}):
        client = as_(stage.people.get(who))
        for verb in ("GET", "POST"):
            status = ask(client, verb, reverse(name, args=args.get(name, [])))
            assert status in {200, 302, 401, 404, 405}, (name, verb, status)


def test_nobody_signs_up_without_an_invitation(db: None) -> None:
    form = {"email": "new@buyer.example", "username": "new", "password1": "a long password here"}
    as_(None).post(reverse("account_signup"), form)
    assert not User.objects.filter(username="new").exists()
