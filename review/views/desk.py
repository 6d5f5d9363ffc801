from django.http import HttpRequest, HttpResponse

from review.permissions import page, signed_in


@signed_in
@page
def index(request: HttpRequest) -> HttpResponse:
    return HttpResponse("")
