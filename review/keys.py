"""The keys of the desk: what each does, and which ones a person has chosen for themselves.

A key is one character, "shift+" and a letter, two letters one after the other ("g i"), or "enter".
Letters are lower case, so that Caps Lock does no harm. The keys that open panels lead to are the
same for everybody: 1 to 9, Escape, Ctrl with Enter; Backspace is none. Called by the desk's views.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from revenue import people
from revenue.models import User

LETTER = r"[^\W\d_]"
KEY = re.compile(rf"enter|[^\s\d]|shift\+{LETTER}|{LETTER} {LETTER}")
WANTED = "Write one letter, Shift and a letter like Shift+A, or two letters like g i."


@dataclass(frozen=True)
class Action:
    name: str
    label: str
    key: str  # as shipped
    most: int = 0  # the panel that it opens goes on with 1 to this


ACTIONS = (
    Action("approve", "Approve", "a"),
    Action("vouch", "Approve what I checked", "shift+v"),
    Action("edit", "Edit", "e"),
    Action("reject", "Reject, then a reason", "r", 9),
    Action("rewrite", "Ask for a rewrite", "f"),
    Action("snooze", "Snooze, then a time", "s", 4),
    Action("reassign", "Hand over", "o"),
    Action("manager", "Ask the manager", "shift+o"),
    Action("next", "Next", "j"),
    Action("previous", "Previous", "k"),
    Action("select", "Select", "x"),
    Action("extend_next", "Select, and the next", "shift+j"),
    Action("extend_previous", "Select, and the previous", "shift+k"),
    Action("bulk", "Approve all selected", "shift+a"),
    Action("undo", "Undo the last", "z"),
    Action("new", "Load what is new", "n"),
    Action("diff", "What the edit changed", "d"),
    Action("evidence", "All sources", "v"),
    Action("handoff", "More of the handoff", "enter"),
    Action("search", "Search the queue", "/"),
    Action("account", "Account", "c"),
    Action("inbox", "Mail that came in", "g i"),
    Action("help", "All keys", "?"),
)
BY_NAME = {action.name: action for action in ACTIONS}


@dataclass(frozen=True)
class Key:
    """A person's key for an action; an empty name is none."""

    action: Action
    name: str

    def __str__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return bool(self.name)

    @property
    def caps(self) -> list[str]:
        """What is printed on the keys: "Shift", "a"."""
        parts = self.name.replace("shift+", "shift ").split()
        return [part.capitalize() if len(part) > 1 else part for part in parts]

    @property
    def words(self) -> str:
        return " ".join(self.caps)

    @property
    def aria(self) -> str:
        """For `aria-keyshortcuts` (WAI-ARIA 1.2), which has no word for two after each other."""
        return "" if " " in self.name else self.name.title()


class KeysError(ValueError):
    """Which keys cannot be: a sentence for each action that is meant."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


def of(user: User) -> dict[str, Key]:
    """The keys that this person has, by the action's name."""
    return {one.name: Key(one, user.keys.get(one.name, one.key)) for one in ACTIONS}


def read(text: str) -> str:
    """The key as it is stored, of what somebody typed: "Shift A" is "shift+a"."""
    words = text.lower().replace("⇧", "shift ").replace("+", " ").split() or [text.strip()]
    return f"shift+{words[1]}" if words[0] == "shift" and len(words) == 2 else " ".join(words)


def remap(wanted: dict[str, str], *, user: User) -> None:
    """Give this person these keys; an action with "" has a button alone. All or none.

    Refused is what is no key, what two actions share, and a letter that begins another's two.
    """
    given = {one.name: read(wanted.get(one.name, one.key)) for one in ACTIONS}
    faults = {**_shared(given), **_malformed(given)}
    if faults:
        raise KeysError(faults)
    own = {name: key for name, key in given.items() if key != BY_NAME[name].key}
    people.press(own, user=user)


def reset(*, user: User) -> None:
    people.press({}, user=user)


def _malformed(given: dict[str, str]) -> dict[str, str]:
    odd = {name: key for name, key in given.items() if key and not _is_key(key)}
    return {name: f"“{key}” is no key of the desk. {WANTED}" for name, key in odd.items()}


def _is_key(key: str) -> bool:
    return bool(KEY.fullmatch(key)) and key.isprintable()


def _shared(given: dict[str, str]) -> dict[str, str]:
    faults = {}
    for name, key in given.items():
        others = [one for one in given if one != name and _meet(key, given[one])]
        if others:
            faults[name] = f"{_labels(others)} has “{given[others[0]]}”. Choose another key."
    return faults


def _meet(one: str, other: str) -> bool:
    """The same key, or one that the other begins with: then nobody could tell which is meant."""
    if not one or not other:
        return False
    return one == other or one.startswith(f"{other} ") or other.startswith(f"{one} ")


def _labels(names: Iterable[str]) -> str:
    return ", ".join(f"“{BY_NAME[name].label}”" for name in names)
