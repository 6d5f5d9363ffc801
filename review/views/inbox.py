"""Mail that came in: a raw mail by upload, above the mail that belongs to no account yet."""

from dataclasses import dataclass

from django import forms
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from revenue.inbound import filing, receive_email
from revenue.models import Account, Activity, User
from review import tasks
from review.permissions import SignedIn, change, page, role
from review.views import unassigned
from review.views.reply_words import read_as
from review.views.zone import own_time

BIGGEST = 25 * 1024 * 1024
RECEIPT = "review.inbox.receipt"


class UploadForm(forms.Form):
    """A raw mail is text with headers; its name is not trusted, its beginning is looked at."""

    mail = forms.FileField(
        label="Mail file (.eml)",
        error_messages={
            "required": "Choose a file that was saved from a mail program, ending in .eml.",
            "empty": "This file is empty. Save the mail again and upload it.",
        },
    )

    def clean_mail(self) -> UploadedFile:
        file = self.cleaned_data["mail"]
        if file.size > BIGGEST:
            size = file.size / 1024 / 1024
            raise forms.ValidationError(f"This file has {size:.0f} MB; 25 MB are possible.")
        head = file.read(64 * 1024)
        file.seek(0)
        if not looks_like_mail(head):
            raise forms.ValidationError(
                "This is not a mail. Save the mail from your mail program as .eml "
                "(“Save as” or “Download message”) and upload that file."
            )
        return file


def looks_like_mail(head: bytes) -> bool:
    """At least two header fields of RFC 5322 before the first empty line, one of them naming a
    sender or a time."""
    lines = head.lstrip(b"\xef\xbb\xbf\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    names = {line.partition(b":")[0].lower() for line in lines.split(b"\n") if b":" in line}
    known = {b"from", b"date", b"received", b"message-id", b"to", b"subject", b"return-path"}
    return b"\x00" not in head and len(names & known) > 1


@role("rep", "manager", "admin")
@own_time
@page
def index(request: SignedIn) -> HttpResponse:
    return _page(request, UploadForm())


@role("rep", "manager")
@own_time
@change
def upload(request: SignedIn) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, form, status=422)
    raw = form.cleaned_data["mail"].read()
    newest = Activity.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    activity = receive_email(raw, added_by=request.user, bell=tasks.ring)
    filing.tell_added(activity, by=request.user)
    token = signing.dumps([activity.pk, activity.pk > newest], salt=_salt(request.user))
    return redirect(f"{reverse('inbox')}?receipt={token}")


def _salt(user: User) -> str:
    return f"{RECEIPT}.{user.pk}"


def _page(request: SignedIn, form: UploadForm, *, status: int = 200) -> HttpResponse:
    return unassigned.listed(request, status=status, form=form, receipt=_receipt(request))


# --- what happened to an upload ------------------------------------------------------------------


@dataclass(frozen=True)
class Receipt:
    """What became of an uploaded mail, as far as this person may know it."""

    activity: Activity
    is_new: bool
    account: Account | None
    label: str
    is_opt_out: bool


def _receipt(request: SignedIn) -> Receipt | None:
    try:
        pk, is_new = signing.loads(request.GET.get("receipt", ""), salt=_salt(request.user))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    activity = Activity.objects.select_related("contact").filter(pk=pk).defer("body").first()
    if activity is None:
        return None
    seen = Account.objects.for_user(request.user)
    account = seen.filter(pk=activity.account_id).first() if activity.account_id else None
    label = read_as(activity.reply_class)
    return Receipt(activity, is_new, account, label, activity.reply_class == "unsubscribe")
