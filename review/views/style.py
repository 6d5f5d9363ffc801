"""Every token and component on one page, for whoever changes how things look. Only under DEBUG."""

import re
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse
from django.shortcuts import render

from review.permissions import SignedIn, page, signed_in

COLOUR = re.compile(r"^    --([a-z0-9-]+): light-dark\(#", re.MULTILINE)
SPACE = re.compile(r"^    --(s\d): ", re.MULTILINE)
TYPE = re.compile(r"^    --(t-[a-z0-9]+): ", re.MULTILINE)
ICON = re.compile(r'<symbol id="([a-z]+)"')
TONES = ("", "ok", "info", "warn", "danger")


class Sample(forms.Form):
    """One field of each kind, the last with an error."""

    subject = forms.CharField(help_text="Help stands under the field.")
    reason = forms.ChoiceField(choices=[("tone", "Tone"), ("timing", "Bad timing")])
    note = forms.CharField(widget=forms.Textarea({"rows": 3}), required=False)
    agree = forms.BooleanField(label="Tell me when it has left", required=False)
    address = forms.EmailField(
        error_messages={"invalid": "Write an address like ann@company.example."}
    )


@signed_in
@page
def index(request: SignedIn) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    tokens, icons = _static("css/tokens.css"), _static("img/icons.svg")
    form = Sample({"subject": "A short word", "reason": "tone", "agree": "on", "address": "ann"})
    context = {
        "colours": COLOUR.findall(tokens),
        "spaces": SPACE.findall(tokens),
        "sizes": TYPE.findall(tokens),
        "icons": ICON.findall(icons),
        "tones": TONES,
        "form": form,
    }
    return render(request, "style/page.html", context)


def _static(path: str) -> str:
    return Path(str(finders.find(path))).read_text(encoding="utf-8")
