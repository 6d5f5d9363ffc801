"""Who may come in, and where they land: people are invited by an admin, nobody signs up alone."""

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse


class ClosedSignup(DefaultAccountAdapter):
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


def not_offered(request: HttpRequest) -> HttpResponse:
    """A page of the sign-in library that is not part of this product."""
    raise Http404
