"""From demo to mine: the checklist, people, imports, stops."""

from django.urls import path

from review.views import setup

urlpatterns = [
    path("setup/", setup.index, name="setup"),
]
