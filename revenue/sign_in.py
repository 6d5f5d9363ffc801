"""Who may come in, and where they land: people are invited by an admin, nobody signs up alone.

The very first admin comes in by a link that `serve` prints, as long as there is none.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ChangePasswordForm, ResetPasswordKeyForm
from django.conf import settings
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from revenue import people, workspace

WELCOME = "first admin"
CHOOSE = "At least ten characters, and nothing that is easy to guess."


class ClosedSignup(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "This address or this password is not right.",
        "username_password_mismatch": "This user name or this password is not right.",
        "too_many_login_attempts": "That was wrong too often. Wait a few minutes, then try again.",
        "enter_current_password": "This is not your present password.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The desk is not an admin's place; theirs is the set-up."""
        if request.user.is_authenticated and request.user.is_admin:
            return reverse("setup")
        return super().get_login_redirect_url(request)

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Of this site, whatever host the request that asked for it named."""
        uid, _, secret = key.partition("-")
        where = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": secret})
        return settings.SITE_URL + where


class ChoosePassword(ResetPasswordKeyForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _name_fields(self.fields)


class ChangePassword(ChangePasswordForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        _name_fields(self.fields)


def _name_fields(fields: dict[str, Any]) -> None:
    labels = {"oldpassword": "Present password", "password1": "New password",
              "password2": "New password, again"}  # fmt: skip
    for name, field in fields.items():
        field.label = labels[name]
        field.help_text = CHOOSE if name == "password1" else ""
        field.widget.attrs.pop("placeholder", None)


def welcome_path() -> str:
    """The way in for the first admin. It opens nothing once there is one."""
    return reverse("welcome", args=[signing.dumps(WELCOME, salt=WELCOME)])


def is_welcome(token: str) -> bool:
    try:
        return signing.loads(token, salt=WELCOME) == WELCOME
    except signing.BadSignature:
        return False


def at_the_door(request: HttpRequest) -> dict[str, Any]:
    """For the pages of the sign-in: is there anybody who can, and does mail with a link leave?"""
    match = request.resolver_match
    if match is None or not (match.url_name or "").startswith("account_"):
        return {}
    return {"nobody_yet": not people.has_admin(), "mail_leaves": workspace.has_mail_server()}


def not_offered(request: HttpRequest) -> HttpResponse:
    """A page of the sign-in library that is not part of this product."""
    raise Http404
