"""The history of a lane in words: what was changed, by whom, why, before and after, on what."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from revenue.models import User
from review import autonomy, evidence
from review.models import Lane, LaneChange
from review.views import lane_words

TONES = {
    "promoted": "ok", "cleared": "ok", "demoted": "danger", "harmed": "danger",
    "tightened": "warn", "waived": "warn",
}  # fmt: skip


def _state(value: Any) -> str:
    return str(dict(Lane.State.choices).get(value, value))


SHOWN: dict[str, tuple[str, Callable[[Any], str]]] = {
    "state": ("State", _state),
    "target": ("Target", lambda share: autonomy.percent(share)),
    "tolerated": ("Bad drafts tolerated", lambda number: f"{number:g}"),
    "minor_loss": ("Cost of a change of wording", lambda number: f"{number:g}"),
    "demotions": ("Times it lost its trust", str),
    "is_split": ("Split by segment", lambda is_split: "yes" if is_split else "no"),
}


@dataclass(frozen=True)
class Line:
    """One change. `moved` holds (what, before, after) for each figure that it moved."""

    change: LaneChange
    who: str
    tone: str
    moved: list[tuple[str, str, str]]
    rests_on: str = ""
    alone: str = ""


@dataclass
class _People:
    """Those who are named by number in what a promotion rested on."""

    names: dict[int, User] = field(default_factory=dict)

    @classmethod
    def behind(cls, changes: Iterable[LaneChange]) -> "_People":
        keys = {int(key) for one in changes for key in one.evidence.get("reviewers", {})}
        return cls(User.objects.in_bulk(keys) if keys else {})

    def reviewed(self, given: dict[str, int]) -> str:
        return ", ".join(
            f"{self.names.get(int(key), 'somebody')} ({number})"
            for key, number in sorted(given.items(), key=lambda one: -one[1])
        )


def read(changes: Iterable[LaneChange], viewer: User) -> list[Line]:
    rows = list(changes)
    people = _People.behind(rows)
    return [
        Line(
            row,
            "You" if row.by_id == viewer.pk else str(row.by or "The desk itself"),
            TONES.get(row.kind, ""),
            moved(row),
            _rests_on(row, people) if row.kind == LaneChange.Kind.PROMOTED else "",
            _alone(row),
        )
        for row in rows
    ]


def moved(row: LaneChange) -> list[tuple[str, str, str]]:
    before, after = row.before, row.after
    return [
        (label, words(before[name]), words(after[name]))
        for name, (label, words) in SHOWN.items()
        if name in before and name in after and before[name] != after[name]
    ]


def _rests_on(row: LaneChange, people: _People) -> str:
    found = row.evidence
    w = lane_words.plain(math.exp(min(found.get("log_w", 0.0), 700.0)))
    words = f"{found.get('units', 0)} account days, evidence {w} of " \
        f"{lane_words.plain(found.get('needed', evidence.ODDS))} for more than " \
        f"{autonomy.percent(found.get('target', 0.0))}"  # fmt: skip
    reviewers = people.reviewed(found.get("reviewers", {}))
    return f"{words}; reviewed by {reviewers}." if reviewers else f"{words}."


def _alone(row: LaneChange) -> str:
    if row.sole_reviewer_id and row.sole_reviewer_id == row.by_id:
        return "The only reviewer promoted it, by the waiver."
    return ""
