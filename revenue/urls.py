"""The map of the site. Other rooms are named as strings: wiring imports nothing upwards."""

from django.urls import include, path

urlpatterns = [
    path("auth/", include("allauth.account.urls")),
    path("", include("review.urls")),
]

handler404 = "review.views.errors.not_found"
handler403 = "review.views.errors.forbidden"
