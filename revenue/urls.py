"""The map of the site. Other rooms are named as strings: wiring imports nothing upwards."""

from django.urls import include, path

from revenue import sign_in

urlpatterns = [
    path(
        "auth/email/", sign_in.not_offered, name="account_email"
    ),  # an admin changes an address, under People
    path("auth/", include("allauth.account.urls")),
    path("", include("review.urls")),
]

handler404 = "review.views.errors.not_found"
handler403 = "review.views.errors.forbidden"
