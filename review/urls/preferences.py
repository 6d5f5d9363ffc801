"""How reps want mails written."""

from django.urls import path

from review.views import preferences

ONE = "preferences/<int:pk>/"

urlpatterns = [
    path("preferences/", preferences.index, name="preferences"),
    path(f"{ONE}on/", preferences.turn_on, name="preference_on"),
    path(f"{ONE}off/", preferences.turn_off, name="preference_off"),
    path(f"{ONE}remove/", preferences.remove, name="preference_remove"),
    path(f"{ONE}rewrite/", preferences.rewrite, name="preference_rewrite"),
]
