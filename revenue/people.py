"""People come in by invitation and leave by deactivation: nothing that they did is lost."""

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.text import slugify

from revenue import events, locks, records, transactions, workspace
from revenue.models import Account, Role, Team, User, Workspace


class PeopleError(ValueError):
    """What is wrong with the wish, and what to do."""


@transactions.atomic
def invite(*, name: str, email: str, role: str, team: Team | None, by: User | str) -> User:
    """A person who can set a password by the link that they get. The address must be new.

    Whoever came with an import under this name is that person, and keeps role, team and accounts.
    """
    if role not in Role.values:
        raise PeopleError(f"There is no role “{role}”. Use rep, manager or admin.")
    if User.objects.filter(email__iexact=email.strip()).exists():
        raise PeopleError(f"{email} is already invited.")
    first, _, last = name.strip().partition(" ")
    user = _imported(first, last) or _new(name, role, team)
    user.email = email.strip().lower()
    user.set_unusable_password()
    user.save()
    events.append("person.invited", by=by, subject=user, role=user.role)
    return user


def _imported(first: str, last: str) -> User | None:
    """The one person of an import with this name who has no address yet."""
    rows = User.objects.select_for_update().filter(crm_key__isnull=False, email="", is_active=True)
    found = list(rows.filter(first_name__iexact=first, last_name__iexact=last.strip())[:2])
    return found[0] if len(found) == 1 else None


def _new(name: str, role: str, team: Team | None) -> User:
    first, _, last = name.strip().partition(" ")
    return User(
        username=free_username(name), first_name=first, last_name=last, role=role, team=team
    )


def can_decide(person: User, *, team: int | None) -> bool:
    """Is this somebody of the team who can be given what waits there?"""
    in_team = team is not None and person.team_id == team
    return in_team and person.is_active and not person.is_admin


def has_admin() -> bool:
    """Is there anybody who can set the product up? Until then the first admin may come in."""
    return User.objects.filter(role=Role.ADMIN).exists()


@transactions.atomic
def first_admin(*, name: str, email: str, password: str) -> User:
    """The person who set the product up and opened the link that was printed then; once."""
    locks.row(Workspace, workspace.load().pk)
    if has_admin():
        raise PeopleError("There is an admin already. Sign in, or ask them to invite you.")
    user = invite(name=name, email=email, role=Role.ADMIN, team=None, by="system:first-run")
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PeopleError(" ".join(error.messages)) from error
    user.set_password(password)
    user.save()
    return user


def free_username(name: str) -> str:
    """moses.frase, moses.frase2 …"""
    base = slugify(name).replace("-", ".")[:140] or "person"
    taken = set(User.objects.filter(username__startswith=base).values_list("username", flat=True))
    number = 1
    while (candidate := base if number == 1 else f"{base}{number}") in taken:
        number += 1
    return candidate


def move_to(time_zone: str, *, user: User) -> None:
    """Read times in this zone (an IANA name). A preference, so without an event."""
    User.objects.filter(pk=user.pk).update(time_zone=time_zone)


def press(keys: dict[str, str], *, user: User) -> None:
    """Decide by these keys, an action's name each. A preference, so without an event."""
    User.objects.filter(pk=user.pk).update(keys=keys)


def undo_choice(by: User) -> int | None:
    """The seconds that everybody has whose undo time `by` may set; nothing when they differ."""
    found = set(_undoing(by).values_list("undo_seconds", flat=True))
    return found.pop() if len(found) == 1 else None


@transactions.atomic
def set_undo(seconds: int, *, by: User) -> int:
    """How long a decision can be taken back, for the team of a manager, for all by an admin. How
    many people."""
    if seconds not in dict(User.UNDO_CHOICES):
        raise PeopleError("Choose one of the times.")
    changed = _undoing(by).exclude(undo_seconds=seconds).update(undo_seconds=seconds)
    events.append("people.undo_set", by=by, seconds=seconds, people=changed)
    return changed


def _undoing(by: User) -> QuerySet[User]:
    rows = User.objects.exclude(role=Role.ADMIN)
    if by.is_admin:
        return rows
    return rows.filter(team=by.team_id) if by.team_id and by.is_manager else rows.filter(pk=by.pk)


@transactions.atomic
def change(
    user: User, *, name: str, email: str, role: str, team: Team | None, by: User | str
) -> User:
    """Name, address, role and team of somebody. What they decided and own stays theirs."""
    row = User.objects.select_for_update().get(pk=user.pk)
    if role not in Role.values:
        raise PeopleError(f"There is no role “{role}”. Use rep, manager or admin.")
    if email and User.objects.filter(email__iexact=email.strip()).exclude(pk=row.pk).exists():
        raise PeopleError(f"{email} belongs to somebody else here.")
    if row.is_admin and row.is_active and role != Role.ADMIN:
        _refuse_the_last_admin(row)
    first, _, last = name.strip().partition(" ")
    wanted = {
        "first_name": first, "last_name": last, "email": email.strip().lower(), "role": role,
        "team": team,
    }  # fmt: skip
    changed = [field for field, value in wanted.items() if getattr(row, field) != value]
    if changed:
        User.objects.filter(pk=row.pk).update(**wanted)
        if "email" in changed:
            forget_addresses(row)
        events.append("person.changed", by=by, subject=row, fields=sorted(changed), role=role)
    row.refresh_from_db()
    return row


def forget_addresses(user: User) -> None:
    """The sign-in keeps every address that somebody ever came in by: one given up opens nothing."""
    EmailAddress.objects.filter(user=user).delete()


def _refuse_the_last_admin(user: User) -> None:
    """Two admins who remove each other at once meet on the locked rows."""
    admins = User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True)
    if not [row for row in admins.order_by("pk") if row.pk != user.pk]:
        raise PeopleError("This is the last admin. Invite another one first.")


@transactions.atomic
def deactivate(user: User, *, by: User | str, successor: User | None = None) -> int:
    """Close somebody's access; their accounts go to `successor`, their history stays.

    Returns how many accounts were handed over.
    """
    if isinstance(by, User) and by.pk == user.pk:
        raise PeopleError("You cannot deactivate yourself. Ask another admin.")
    if user.is_admin:
        _refuse_the_last_admin(user)
    User.objects.filter(pk=user.pk).update(is_active=False)
    events.append("person.deactivated", by=by, subject=user)
    accounts = list(Account.objects.filter(owner=user).order_by("pk"))
    if successor is None:
        return 0
    return len([records.assign_owner(account, successor, by=by) for account in accounts])


@transactions.atomic
def reactivate(user: User, *, by: User | str) -> None:
    User.objects.filter(pk=user.pk).update(is_active=True)
    events.append("person.reactivated", by=by, subject=user)
