"""The kill switches. A kill commits, and no claim to send starts after it."""

from revenue import clock, events, transactions
from revenue.models import Switch, User


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


def lift(scope: str, key: str = "", *, by: User | str, reason: str = "") -> Switch:
    return _turn(scope, key, is_on=False, by=by, reason=reason)


@transactions.atomic
def _turn(scope: str, key: str, *, is_on: bool, by: User | str, reason: str) -> Switch:
    if scope not in Switch.Scope.values:
        raise ValueError(f"There is no switch “{scope}”. Use {', '.join(Switch.Scope.values)}.")
    Switch.objects.bulk_create([Switch(scope=scope, key=key)], ignore_conflicts=True)
    switch = Switch.objects.select_for_update().get(scope=scope, key=key)
    switch.is_on, switch.by, switch.reason = is_on, events.actor(by), reason[:200]
    switch.changed_at = clock.now()
    switch.save()
    transactions.forget(Switch)
    events.append("switch.on" if is_on else "switch.off", by=by, subject=switch, scope=scope)
    return switch
