"""Work shared inside a team: who is away, and who has how much."""

from django.urls import path

from review.views import delegations, workload

AWAY = "away/<int:pk>/"

urlpatterns = [
    path(AWAY, delegations.index, name="delegation"),
    path(f"{AWAY}begin/", delegations.begin, name="delegation_begin"),
    path(f"{AWAY}end/", delegations.end, name="delegation_end"),
    path("workload/", workload.index, name="workload"),
    path("workload/share/", workload.share, name="workload_share"),
    path("workload/give-back/", workload.give_back, name="workload_give_back"),
]
