"""The first page of an empty installation: the person who started it becomes its admin."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from revenue import people, sign_in
from review.permissions import Request, public
from review.views.setup import OwnLoginForm

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class FirstAdminForm(OwnLoginForm):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["password"].label = "A password"
        self.fields["password"].help_text = sign_in.CHOOSE


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: Request, token: str) -> HttpResponse:
    """Who has the link that was printed comes in, until there is an admin."""
    if not sign_in.is_welcome(token):
        raise Http404
    if people.has_admin():
        messages.info(request, "There is an admin already. Sign in, or ask them to invite you.")
        return redirect("account_login")
    form = FirstAdminForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    try:
        user = people.first_admin(**form.cleaned_data)
    except people.PeopleError as error:
        form.add_error("password" if "password" in str(error) else "email", str(error))
        return _page(request, form)
    login(request, user, backend=BACKEND)
    messages.success(request, f"Welcome, {user.first_name}. These six steps make it yours.")
    return redirect("setup")


def _page(request: Request, form: forms.Form) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "welcome/page.html", {"form": form}, status=status)
