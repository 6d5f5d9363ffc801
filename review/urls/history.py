"""The history: what was decided."""

from django.urls import path

from review.views import history

urlpatterns = [
    path("history/", history.index, name="history"),
    path("history/export/", history.export, name="history_export"),
    path("history/<int:pk>/", history.decision, name="decision"),
]
