"""Your mailbox: connecting, testing and taking away one's own; and everybody's, for who sees it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters

from revenue import clock, consent, mail_providers, mailboxes, reaching, workspace
from revenue.models import Mailbox
from review.permissions import SignedIn, change, page, role, signed_in
from review.setup import own_mailbox
from review.views.setup import ONE_LINE
from review.views.zone import own_time

BY_ADDRESS, OTHER = "", "other"
WHO = [(BY_ADDRESS, "Found by my address"), *((one.key, one.name) for one in
       mail_providers.PROVIDERS), (OTHER, "Another: the servers stand below")]  # fmt: skip
PLAIN = "Without encryption a password is read by everybody on the way. Choose TLS or STARTTLS."
SHOWN = 200


def _host(label: str, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=253, required=False, validators=[ONE_LINE], **more
    )


def _port(label: str, first: int) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=1, max_value=65535, required=False, initial=first
    )


def _security(label: str, first: str) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=Mailbox.Security.choices, required=False, initial=first
    )


class MailboxForm(forms.Form):
    """`values` gives what `mailboxes.connect` takes; the password is never rendered again."""

    address = forms.EmailField(label="E-mail address", max_length=254)
    password = forms.CharField(
        label="Password", max_length=500, required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Most providers want an app password, made for this alone. It is kept encrypted "
        "and never shown again.",
    )  # fmt: skip
    provider = forms.ChoiceField(label="Provider", choices=WHO, required=False)
    username = _host("User name", help_text="Empty, when it is the address.")
    smtp_host = _host("Server for sending (SMTP)")
    smtp_port = _port("Its port", 587)
    smtp_security = _security("Its encryption", "starttls")
    imap_host = _host("Server for reading (IMAP)")
    imap_port = _port("Its port", 993)
    imap_security = _security("Its encryption", "tls")
    daily_cap = forms.IntegerField(
        label="Mails a day at most", min_value=1, max_value=mailboxes.MOST_A_DAY, required=False,
        initial=50, help_text="Once it is warm. It begins with 10 a day.",
    )  # fmt: skip

    ways = ("smtp", "imap")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        key, address = values["provider"], values["address"]
        typed = key == OTHER or (key == BY_ADDRESS and bool(values["smtp_host"]))
        known = mail_providers.BY_KEY.get(key) or mail_providers.of_address(address)
        if typed:
            self._check_typed(values)
        elif known:
            self._fill(values, known)
        else:
            domain = address.rpartition("@")[2]
            self.add_error("provider", f"Who keeps the mail of {domain} does not show in the "
                           "address. Choose the provider, or write the servers below.")  # fmt: skip
        return values

    def _fill(self, values: dict[str, Any], known: mail_providers.Provider) -> None:
        for way, place in (("smtp", known.smtp), ("imap", known.imap)):
            for name, value in zip(("host", "port", "security"), place, strict=True):
                values[f"{way}_{name}"] = value
        if known.key == "gmail":  # shown in groups of four
            values["password"] = values["password"].replace(" ", "")

    def _check_typed(self, values: dict[str, Any]) -> None:
        if not values["smtp_host"]:
            self.add_error("smtp_host", "Write the name of the server that takes your mail.")
        for way in self.ways:
            host = values.get(f"{way}_host", "")
            try:
                reaching.refuse_number(host)
            except reaching.NotAllowed as error:
                self.add_error(f"{way}_host", f"{error} {reaching.WORDS['address']}")
                continue
            if host and values[f"{way}_security"] == "none" and not reaching.is_named(host):
                self.add_error(f"{way}_security", PLAIN)

    def values(self) -> dict[str, Any]:
        found = {name: self.cleaned_data[name] for name in mailboxes.FIELDS}
        found["username"] = found["username"] or found["address"]
        for name in ("smtp_port", "smtp_security", "imap_port", "imap_security", "daily_cap"):
            found[name] = found[name] or self.fields[name].initial
        return found


def _filled(mailbox: Mailbox) -> dict[str, Any]:
    known = mail_providers.of_host(mailbox.smtp_host)
    return {name: getattr(mailbox, name) for name in mailboxes.FIELDS} | {
        "provider": known.key if known else OTHER
    }


# --- one's own ------------------------------------------------------------------------------------


@role("rep", "manager")
@own_time
@page
def own(request: SignedIn) -> HttpResponse:
    return _own(request)


def _own(
    request: SignedIn, *, form: MailboxForm | None = None, status: int = 200, **more: Any
) -> HttpResponse:
    mailbox = Mailbox.objects.filter(user=request.user).first()
    if form is None:
        first = {"address": consent.normalise(request.user.email)}
        form = MailboxForm(initial=_filled(mailbox) if mailbox else first)
    shows_servers = bool(form.errors) or form["provider"].value() == OTHER
    if mailbox:
        form["password"].help_text = "Leave it empty to keep the one that is stored."
    return render(request, "mailbox/page.html", {
        "form": form, "mailbox": mailbox, "section": "setup", "shows_servers": shows_servers,
        "log_address": workspace.log_address(),
        "has_server": workspace.has_mail_server(), **(_state(mailbox) if mailbox else {}), **more,
    }, status=status)  # fmt: skip


def _state(mailbox: Mailbox) -> dict[str, Any]:
    now = clock.now()
    return {
        "folders": list(mailbox.folders.order_by("role")),
        "capacity": mailboxes.capacity(mailbox, at=now),
        "sent_today": mailboxes.sent_on(mailbox, at=now),
        "health": mailboxes.health(mailbox),
        "is_lost": not mailboxes.can_open(mailbox),
    }


@sensitive_post_parameters("password")
@role("rep", "manager")
@own_time
@change
def connect(request: SignedIn) -> HttpResponse:
    form = MailboxForm(request.POST)
    if not form.is_valid():
        return _own(request, form=form, status=422)
    try:
        mailbox = mailboxes.connect(
            request.user, by=request.user, password=form.cleaned_data["password"], **form.values()
        )
    except mailboxes.MailboxError as error:
        form.add_error("password" if "password" in str(error) else "address", str(error))
        return _own(request, form=form, status=422)
    return _tried(request, mailbox)


def _tried(request: SignedIn, mailbox: Mailbox) -> HttpResponse:
    tried = own_mailbox.try_out(mailbox, by=request.user)
    return _own(request, tried=tried, status=200 if tried.ok else 422)


@role("rep", "manager")
@own_time
@change
def test(request: SignedIn) -> HttpResponse:
    mailbox = Mailbox.objects.select_related("user").filter(user=request.user).first()
    if mailbox is None:
        return _own(request, error="Connect a mailbox first.", status=422)
    return _tried(request, mailbox)


@role("rep", "manager")
@own_time
@change
def disconnect(request: SignedIn) -> HttpResponse:
    mailbox = Mailbox.objects.filter(user=request.user).first()
    if mailbox is None:
        return _own(request, error="No mailbox is connected.", status=409)
    mailboxes.disconnect(mailbox, by=request.user)
    messages.success(
        request, f"{mailbox} is disconnected and its password is gone. Approved mail that was to "
        "leave from it stops in the outbox.",
    )  # fmt: skip
    return redirect("own_mailbox")


# --- everybody's ----------------------------------------------------------------------------------


@role("manager", "admin")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _list(request)


def _list(request: SignedIn, *, error: str = "", status: int = 200) -> HttpResponse:
    now = clock.now()
    rows = mailboxes.seen_by(request.user).order_by("user__first_name", "user__last_name", "pk")
    found = [
        (row, mailboxes.sent_on(row, at=now), mailboxes.capacity(row, at=now))
        for row in rows[:SHOWN]
    ]
    return render(request, "mailbox/list.html", {
        "rows": found, "error": error, "section": "setup", "shown_after": mailboxes.SHOWN_AFTER,
    }, status=status)  # fmt: skip


def _find(request: SignedIn, pk: int) -> Mailbox:
    row = mailboxes.seen_by(request.user).filter(pk=pk).first() if pk < 2**63 else None
    if row is None:
        raise Http404
    return row


@signed_in
@own_time
@change
def pause(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    if not mailboxes.pause(row, by=request.user, reason=f"{request.user} paused it."):
        return _refused(request, row, f"{row} is paused already.")
    messages.success(request, f"{row} is paused: approved mail waits, answers still come in.")
    return _back(request, row)


@signed_in
@own_time
@change
def resume(request: SignedIn, pk: int) -> HttpResponse:
    row = _find(request, pk)
    if not mailboxes.resume(row, by=request.user):
        return _refused(request, row, f"{row} is not paused.")
    messages.success(request, f"{row} sends again. What came back until now is not counted.")
    return _back(request, row)


def _refused(request: SignedIn, row: Mailbox, error: str) -> HttpResponse:
    if row.user_id == request.user.pk and not request.user.is_admin:
        return _own(request, error=error, status=409)
    return _list(request, error=error, status=409)


def _back(request: SignedIn, row: Mailbox) -> HttpResponse:
    own = row.user_id == request.user.pk and not request.user.is_admin
    return redirect("own_mailbox" if own else "mailboxes")
