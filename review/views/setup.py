"""The set-up checklist and its steps."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from review.permissions import page, signed_in


@signed_in
@page
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "setup/page.html")
