"""The pages of the product, one list per screen. Changes are POSTs."""

from django.urls import path

from review.urls import (
    accounts,
    desk,
    doors,
    history,
    mailboxes,
    notices,
    outbox,
    preferences,
    setup,
    today,
)
from review.views import health, hooks, welcome, zone

urlpatterns = [
    *today.urlpatterns,
    *desk.urlpatterns,
    *accounts.urlpatterns,
    *outbox.urlpatterns,
    *history.urlpatterns,
    *preferences.urlpatterns,
    *setup.urlpatterns,
    *mailboxes.urlpatterns,
    *notices.urlpatterns,
    *doors.urlpatterns,
    path("me/time-zone/", zone.tell, name="own_zone"),
    path("welcome/<str:token>/", welcome.welcome, name="welcome"),
    path("u/<str:token>/", hooks.unsubscribe, name="unsubscribe"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
