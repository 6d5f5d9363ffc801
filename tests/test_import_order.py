"""Imports run down only: review → agents → revenue, and inside a room along one written list."""

import pytest

from tests.house import ROOMS, Module, modules

FLOORS = {"revenue": 0, "agents": 1, "review": 2}

# Inside a room, a module imports only from the ones before it.
ORDER = {
    "revenue": [
        "outside", "clock", "transactions", "models", "visibility", "sheets", "trust", "snapshots",
        "rows", "events", "workspace", "pseudonyms", "locks", "segments", "context", "countries",
        "calendars", "stages", "leases", "switches", "consent", "signal_kinds", "ingest", "titles",
        "todo", "records", "deals", "absences", "people", "delegations", "secrecy", "vault",
        "mail_providers", "reaching", "posting", "model_access", "mailboxes", "deliveries",
        "inbound", "imap", "importing", "log_guard", "request_size", "sign_in", "static_files",
        "apps", "settings", "urls", "wsgi", "management",
    ],
    "agents": [
        "models", "envelope", "outputs", "faults", "answers", "completions", "offline", "llm",
        "reading", "definitions", "configs", "budget", "handoffs", "preferences", "packets",
        "runtime", "rewriting", "orchestration", "trying", "seeds", "version_guard", "apps",
        "management",
    ],
    "agents.orchestration": [
        "shipped", "conditions", "situation", "rules", "conflicts", "router", "reader", "scenarios",
        "triggers", "ledger", "engine",
    ],
    "agents.definitions": ["base", "prospecting", "outreach", "registry"],
    "review.grounding": [
        "common_words", "figures", "reading", "labels", "records", "sums", "numbers", "days",
        "links", "attribution", "naming", "checking", "discounts", "sources",
    ],
    "review.autonomy": [
        "lanes", "machine", "changes", "forgetting", "epochs", "risk", "wishes", "gate", "doubles",
        "scoring", "missed", "units", "standing", "steering", "audits", "replaying", "backtest",
    ],
    "review.audit": [
        "slices", "tables", "replay", "laws", "sending", "limits", "reading", "earning", "counting",
        "nightly",
    ],
    "review.world": [
        "plan", "clock", "names", "agenda", "model", "wire", "book", "buyers", "reviewers",
        "sellers", "steering", "history", "telling", "run",
    ],
    "review": [
        "models", "evidence", "moments", "dwell", "worddiff", "edits", "rewording", "said",
        "payload", "caps", "leaving", "channels", "citations", "grounding", "guards", "blocks",
        "autonomy", "proof", "complaints", "decay", "outgoing", "automatic", "intake", "practice",
        "decisions", "selling", "dispatch", "setup", "privacy", "signing", "telling", "fates",
        "callbacks", "buyer_time", "filters", "keys", "queue", "pace", "reviewing", "workload",
        "history", "cards", "today", "notices", "audit", "tasks", "world", "permissions", "demo",
        "doors", "forms", "templatetags", "views", "urls", "planted_guard",
        "evidence_guard", "apps", "management",
    ],
}  # fmt: skip


def climbs(module: Module) -> list[str]:
    """What this module imports from a floor above its own."""
    mine = FLOORS[module.room]
    return sorted(
        {name for name in module.imports() if FLOORS.get(name.partition(".")[0], -1) > mine}
    )


def against_the_list(module: Module) -> list[str]:
    """What this module imports that stands after it in its room's list, or in no list."""
    found = set()
    for room, order in ORDER.items():
        mine = _place(module.name, room)
        if mine is None:
            continue
        for name in module.imports():
            theirs = _place(name, room)
            if theirs is None or theirs == mine:
                continue
            if theirs in order and (mine not in order or order.index(theirs) > order.index(mine)):
                found.add(name)
    return sorted(found)


def _place(name: str, room: str) -> str | None:
    if not name.startswith(f"{room}."):
        return None
    return name.removeprefix(f"{room}.").partition(".")[0]


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_imports_run_down(module: Module) -> None:
    assert climbs(module) == []
    assert against_the_list(module) == []


def test_every_module_stands_in_its_rooms_list() -> None:
    places = {(room, _place(module.name, room)) for module in modules() for room in ROOMS}
    unlisted = {f"{room}.{place}" for room, place in places if place and place not in ORDER[room]}
    assert unlisted == set()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("revenue.ingest", "from agents import runtime"),
        ("revenue.leases", "import review.models"),
        ("agents.runtime", "from review.dispatch import send_due"),
    ],
)
def test_a_climbing_import_is_found(name: str, text: str) -> None:
    assert climbs(Module(name, text)) != []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("revenue.leases", "from revenue import ingest"),
        ("revenue.events", "from revenue.consent import blocked"),
        ("agents.orchestration.rules", "from agents.orchestration import engine"),
        ("review.guards.voice", "from .. import dispatch\nimport review.dispatch"),
    ],
)
def test_an_import_against_the_list_is_found(name: str, text: str) -> None:
    assert against_the_list(Module(name, text)) != []
