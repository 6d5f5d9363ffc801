"""The link by which an invited person chooses a password. It works once, for three days.

It is mailed when mail leaves the machine, and shown to the admin who asked for it, that once.
"""

from dataclasses import dataclass

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from revenue import events, workspace
from revenue.models import User
from review.setup import mailbox


@dataclass(frozen=True)
class Link:
    """`words` say whether it was mailed."""

    url: str
    words: str
    mailed: bool


def make(user: User, *, by: User | str) -> Link:
    """A fresh link; `ValueError` says why this person cannot have one."""
    if not user.is_active:
        raise ValueError(f"{user} is deactivated. Reactivate them first.")
    token = default_token_generator.make_token(user)
    where = {"uidb36": user_pk_to_url_str(user), "key": token}
    url = settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=where)
    events.append("person.link_made", by=by, subject=user)
    if not user.email:
        words = f"{user} has no e-mail address and signs in as {user.username}. Hand the link over."
        return Link(url, words, mailed=False)
    tried = mailbox.deliver(user, subject="Your login for Countersign", text=_text(user, by, url))
    if tried.arrived:
        return Link(url, f"The link was mailed to {user.email}. You can copy it, too.", mailed=True)
    if tried.kind == mailbox.LOCAL:
        return Link(url, "No mail leaves this machine yet. Hand the link over.", mailed=False)
    words = f"The link could not be mailed. {tried.words} Hand it over."
    return Link(url, words, mailed=False)


def _text(user: User, by: User | str, url: str) -> str:
    company = workspace.load().company
    where = f" of {company}" if company else ""
    who = str(by) if isinstance(by, User) else "Your admin"
    return (
        f"Hello {user.first_name or user},\n\n{who} gave you a login for Countersign{where}. Choose"
        f" a password here within three days:\n\n{url}\n\nYou sign in with {user.email}."
    )
