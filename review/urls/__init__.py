"""The pages of the product, one list per screen. Changes are POSTs."""

from django.urls import path

from review.urls import (
    accounts,
    autonomy,
    desk,
    doors,
    history,
    mailboxes,
    notices,
    outbox,
    preferences,
    setup,
    team,
    today,
)
from review.views import health, hooks, keys, welcome, zone

urlpatterns = [
    *today.urlpatterns,
    *desk.urlpatterns,
    *accounts.urlpatterns,
    *outbox.urlpatterns,
    *history.urlpatterns,
    *autonomy.urlpatterns,
    *preferences.urlpatterns,
    *setup.urlpatterns,
    *mailboxes.urlpatterns,
    *notices.urlpatterns,
    *doors.urlpatterns,
    *team.urlpatterns,
    path("me/time-zone/", zone.tell, name="own_zone"),
    path("me/keys/", keys.index, name="own_keys"),
    path("me/keys/save/", keys.save, name="own_keys_save"),
    path("me/keys/reset/", keys.reset, name="own_keys_reset"),
    path("welcome/<str:token>/", welcome.welcome, name="welcome"),
    path("u/<str:token>/", hooks.unsubscribe, name="unsubscribe"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
]
