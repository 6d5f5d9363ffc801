"""Work shared inside a team: who is away, who has how much, and how well it is read."""

from django.urls import path

from review.views import delegations, reviewing, workload

AWAY = "away/<int:pk>/"

urlpatterns = [
    path(AWAY, delegations.index, name="delegation"),
    path(f"{AWAY}begin/", delegations.begin, name="delegation_begin"),
    path(f"{AWAY}end/", delegations.end, name="delegation_end"),
    path("me/reviewing/", reviewing.own, name="own_reviewing"),
    path("reviewers/", reviewing.team, name="reviewers"),
    path("workload/", workload.index, name="workload"),
    path("workload/share/", workload.share, name="workload_share"),
    path("workload/give-back/", workload.give_back, name="workload_give_back"),
]
