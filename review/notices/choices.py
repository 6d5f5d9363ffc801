"""How a person wants to be told, and where to: their own to choose. Which hosts may be told at all
is an admin's."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing as links
from django.urls import reverse

from revenue import clock, events, posting, transactions, vault, workspace
from revenue.calendars import zone_of
from revenue.models import User
from review import signing
from review.models import NoticeChoice, NoticeHost
from review.notices import times

TURN_OFF = "review.notices.off"


class NoticeError(ValueError):
    """What is wrong with the wish, and what to do."""


def of(user: User) -> NoticeChoice:
    """What this person chose; what is offered to whoever has not chosen yet."""
    return NoticeChoice.objects.filter(user=user).first() or NoticeChoice(user=user)


@transactions.atomic
def choose(user: User, *, by: User, **values: Any) -> NoticeChoice:
    """Schedule and ways. The next one comes at the next time, never at once."""
    row = _locked(user)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if "tells_urgent" in changed:
        values["told_at"] = clock.now()  # what came while it was off is no news
    return _kept(row, by=by, changed=changed, **values)


def _locked(user: User) -> NoticeChoice:
    NoticeChoice.objects.bulk_create([NoticeChoice(user=user)], ignore_conflicts=True)
    return NoticeChoice.objects.select_for_update(no_key=True).get(user=user)


def _kept(row: NoticeChoice, *, by: User | str, changed: list[str], **values: Any) -> NoticeChoice:
    for name, value in values.items():
        setattr(row, name, value)
    ways = row.by_mail or (row.by_hook and row.url)
    wanted = ways and row.schedule != NoticeChoice.Schedule.OFF
    zone = zone_of(row.user.time_zone)
    row.next_at = times.following(row, clock.now(), zone) if wanted else None
    row.save()
    if changed:
        events.append("notices.chosen", by=by, subject=row.user, fields=sorted(changed))
    return row


@transactions.atomic
def connect(user: User, *, url: str, style: str, by: User) -> str:
    """Where this person's webhook goes. The secret that signs it, new each time."""
    refuse(url)
    secret = signing.new_secret()
    sealed, key_id = vault.seal(secret)
    _kept(
        _locked(user), by=by, changed=["url"], url=url, style=style, secret=sealed, key_id=key_id,
        told_at=clock.now(),
    )  # fmt: skip
    return secret


@transactions.atomic
def disconnect(user: User, *, by: User) -> bool:
    """False when there was none."""
    row = _locked(user)
    if not row.url:
        return False
    _kept(row, by=by, changed=["url"], url="", secret="", key_id="", told_at=None, by_hook=False)
    return True


def refuse(url: str) -> None:
    """NoticeError for an address that is not called, or whose host no admin allowed."""
    try:
        host = posting.checked(url).hostname or ""
    except posting.Unreachable as error:
        raise NoticeError(f"{str(error).capitalize()}.") from None
    if not NoticeHost.objects.filter(host=host.lower()).exists():
        raise NoticeError(f"{host} is not on the list. An admin adds it under Set-up, Connections.")


# --- the way out in every mail --------------------------------------------------------------------


def off_link(user: User) -> str:
    token = links.dumps(user.pk, key=workspace.load().link_secret, salt=TURN_OFF)
    return settings.SITE_URL + reverse("notices_off", args=[token])


def read_off(token: str) -> User | None:
    """Whose link it is, or nothing for one that we did not make."""
    try:
        pk = links.loads(token, key=workspace.load().link_secret, salt=TURN_OFF)
    except links.BadSignature:
        return None
    return User.objects.filter(pk=pk).first()


@transactions.atomic
def turn_mail_off(user: User) -> None:
    """By whoever has the link: the person themselves, or their mail program."""
    _kept(_locked(user), by="system:link", changed=["by_mail"], by_mail=False)


# --- the hosts ------------------------------------------------------------------------------------


@transactions.atomic
def allow(host: str, *, by: User) -> NoticeHost:
    """Let people have their notices sent to this host; NoticeError for what is no name of one."""
    name = host.strip().lower()
    try:
        whole = posting.checked(f"https://{name}/").netloc == name == urlsplit(f"//{name}").hostname
    except posting.Unreachable:
        whole = False
    if not whole or len(name) > 253:
        raise NoticeError("Write the name of the host alone, like hooks.slack.com.")
    row, made = NoticeHost.objects.get_or_create(
        host=name, defaults={"added_by": by, "added_at": clock.now()}
    )
    if not made:
        raise NoticeError(f"{name} is on the list already.")
    events.append("notices.host_allowed", by=by, subject=row)
    return row


@transactions.atomic
def forbid(row: NoticeHost, *, by: User) -> None:
    """From now on nothing goes there, whoever had entered it."""
    events.append("notices.host_forbidden", by=by, subject=row)
    row.delete()
