"""The desk: the queue and the verbs on one item."""

from django.urls import path

from review.views import desk

urlpatterns = [
    path("", desk.index, name="desk"),
]
