"""How reps want a class of mail written: named wishes that the drafts of this class receive.

Read by `agents.packets` into the task of a prompt, saved and taken back by the desk. A preference
is a colleague's word on how to write; it is evidence of nothing, and the guards, which look at the
draft alone, do not know it. It holds for the accounts of the rep who saved it, or, when a manager
says so, of the team. At most ten of one class are on for one rep or one team.
"""

from collections.abc import Iterable
from typing import Any

from agents.definitions import registry
from agents.models import AgentRun, Preference, ReceivedPreference
from revenue import clock, events, ingest, transactions, trust
from revenue.models import Account, User

MOST = 10
REF = "preference:"


class PreferenceError(ValueError):
    """What is wrong with the wish, and what to do."""


# --- what a run reads -----------------------------------------------------------------------------


def of(account: Account, classes: Iterable[str]) -> list[Preference]:
    """Those that hold for this account, the oldest first, so that prompts begin alike."""
    return holding(transactions.once(Preference, _active), account, classes)


def at(account: Account) -> list[Preference]:
    """The same of every class, read anew."""
    return [row for row in _active() if _holds(row, account)]


def holding(
    rows: Iterable[Preference], account: Account, classes: Iterable[str]
) -> list[Preference]:
    wanted = set(classes)
    return [row for row in rows if row.output_class in wanted and _holds(row, account)]


def _holds(row: Preference, account: Account) -> bool:
    owner = account.owner
    if owner is None:
        return False
    return row.team_id == owner.team_id if row.team_id else row.rep_id == owner.pk


def _active() -> list[Preference]:
    return list(Preference.objects.active().order_by("pk"))


def section(rows: Iterable[Preference]) -> list[dict[str, Any]]:
    return [
        {"id": f"{REF}{row.pk}", "output_class": row.output_class, "name": row.name,
         "do": row.text, "trust": trust.COLLEAGUE}
        for row in rows
    ]  # fmt: skip


def note_received(runs: Iterable[AgentRun]) -> None:
    """Which preferences stood in the prompts of these runs, as their manifests say."""
    rows = [
        ReceivedPreference(run=run, preference_id=int(ref.removeprefix(REF)))
        for run in runs
        for ref in run.manifest
        if ref.startswith(REF)
    ]
    if rows:
        ReceivedPreference.objects.bulk_create(rows)


# --- what people do -------------------------------------------------------------------------------


def may_change(row: Preference, *, by: User) -> bool:
    """Whoever it holds for, and their manager; a team's is the manager's."""
    is_boss = by.is_manager and by.team_id is not None
    if row.team_id:
        return is_boss and row.team_id == by.team_id
    return row.rep_id == by.pk or (
        is_boss and row.rep is not None and row.rep.team_id == by.team_id
    )


@transactions.atomic
def save(
    *, name: str, text: str, output_class: str, by: User, for_team: bool = False
) -> Preference:
    """A new wish, on at once."""
    name, text = (" ".join(ingest.storable(one).split()) for one in (name, text))
    if not name:
        raise PreferenceError("Give the preference a name.")
    if not text:
        raise PreferenceError("Say what the agent should do instead.")
    if registry.output_class(output_class) is None:
        raise PreferenceError("No agent of yours writes mails of this kind.")
    if for_team and not (by.is_manager and by.team_id):
        raise PreferenceError("Only a manager saves a preference for the team.")
    now = clock.now()
    row = Preference(
        name=name[:60], text=text[:300], output_class=output_class, by=by, made_at=now,
        changed_at=now, rep=None if for_team else by, team=by.team if for_team else None,
    )  # fmt: skip
    _has_room(row)
    row.save()
    transactions.forget(Preference)
    events.append("preference.saved", by=by, subject=row, output_class=output_class)
    return row


def _has_room(row: Preference) -> None:
    """Counted without a lock: one more than ten harms nobody."""
    same = Preference.objects.active().filter(
        output_class=row.output_class, rep=row.rep, team=row.team
    )
    if same.exclude(pk=row.pk).count() >= MOST:
        raise PreferenceError(f"{MOST} preferences of this kind are on. Turn one off first.")


@transactions.atomic
def turn(preference: Preference, *, is_on: bool, by: User) -> Preference:
    row = _locked(preference, by=by)
    if is_on == row.is_on:
        raise PreferenceError(f"It is {'on' if is_on else 'off'} already.")
    if is_on:
        _has_room(row)
    return _changed(row, "on" if is_on else "off", by=by, is_on=is_on)


@transactions.atomic
def remove(preference: Preference, *, by: User) -> Preference:
    """Gone from every later prompt; what received it keeps saying so."""
    row = _locked(preference, by=by)
    return _changed(row, "removed", by=by, is_on=False, removed_at=clock.now())


def _locked(preference: Preference, *, by: User) -> Preference:
    rows = Preference.objects.select_for_update(of=("self",)).select_related("rep", "team")
    row = rows.kept().filter(pk=preference.pk).first()
    if row is None:
        raise PreferenceError("Somebody removed it already.")
    if not may_change(row, by=by):
        raise PreferenceError("This one is your manager’s to change.")
    return row


def _changed(row: Preference, kind: str, *, by: User, **values: Any) -> Preference:
    for name, value in {**values, "changed_at": clock.now()}.items():
        setattr(row, name, value)
    row.save(update_fields=[*values, "changed_at"])
    transactions.forget(Preference)
    events.append(f"preference.{kind}", by=by, subject=row, output_class=row.output_class)
    return row
