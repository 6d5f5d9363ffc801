"""The kill switches. A kill commits, and no claim to send starts after it.

Whoever turns one says why, and the log keeps each reason, as the hash of its text.
"""

from dataclasses import dataclass
from datetime import datetime

from revenue import clock, events, snapshots, transactions
from revenue.models import Event, Switch, User


@dataclass(frozen=True)
class Turn:
    """A switch was turned: was sending stopped before it, and after it, by whom and why."""

    switch: Switch
    before: bool
    after: bool
    by: str
    reason: str
    at: datetime


def stopped_by(agent: str, output_class: str, account_id: int) -> Switch | None:
    """The first switch that stops this, read without a lock (for the gate and for pages)."""
    rows = transactions.once(Switch, lambda: list(Switch.objects.filter(is_on=True)))
    keys = {
        ("all", ""),
        ("agent", agent),
        ("class", output_class),
        ("account", str(account_id)),
    }
    return next((row for row in rows if (row.scope, row.key) in keys), None)


def stop(scope: str, key: str = "", *, by: User | str, reason: str) -> Switch:
    return _turn(scope, key, is_on=True, by=by, reason=reason)


def lift(scope: str, key: str = "", *, by: User | str, reason: str) -> Switch:
    return _turn(scope, key, is_on=False, by=by, reason=reason)


@transactions.atomic
def _turn(scope: str, key: str, *, is_on: bool, by: User | str, reason: str) -> Switch:
    if scope not in Switch.Scope.values:
        raise ValueError(f"There is no switch “{scope}”. Use {', '.join(Switch.Scope.values)}.")
    Switch.objects.bulk_create([Switch(scope=scope, key=key)], ignore_conflicts=True)
    switch = Switch.objects.select_for_update().get(scope=scope, key=key)
    before = switch.is_on
    switch.is_on, switch.by, switch.reason = is_on, events.actor(by), reason[:200]
    switch.changed_at = clock.now()
    switch.save()
    transactions.forget(Switch)
    events.append(
        "switch.on" if is_on else "switch.off", by=by, subject=switch, scope=scope,
        before=_word(before), after=_word(is_on), reason=reason and snapshots.put(switch.reason),
    )  # fmt: skip
    return switch


def _word(is_on: bool) -> str:
    return "on" if is_on else "off"


def turns(most: int) -> list[Turn]:
    """What was turned last, the newest first. A claim makes rows that nobody ever turned."""
    turned = Switch.objects.exclude(changed_at=None).order_by("-changed_at")[:most]
    rows = {switch.pk: switch for switch in turned}
    events_of = Event.objects.filter(subject_kind="switch", subject_id__in=rows)
    told = sorted(events_of, key=lambda event: -event.pk)[:most]
    reasons = snapshots.get_many([event.data.get("reason", "") for event in told])
    return [_turn_of(event, rows[event.subject_id], reasons) for event in told if event.subject_id]


def _turn_of(event: Event, switch: Switch, reasons: dict[str, str]) -> Turn:
    after = event.kind == "switch.on"
    before = event.data.get("before", _word(not after)) == "on"
    reason = reasons.get(event.data.get("reason", ""), "")
    return Turn(switch, before, after, event.actor, reason, event.at)
