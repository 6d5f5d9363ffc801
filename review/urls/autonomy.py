"""Autonomy: every class of drafts, what it has earned, and the harm that a mail did."""

from django.urls import URLPattern, path

from review.views import harms, lanes

LANE = "autonomy/<str:output_class>/"
PART = f"{LANE}<str:segment>/"


def _of_a_lane(place: str) -> list[URLPattern]:
    verbs = [
        path(f"{place}{verb}/", lanes.press, {"verb": verb}, name=f"lane_{verb}")
        for verb in lanes.VERBS
    ]
    return [*verbs, path(f"{place}settings/", lanes.save, name="lane_settings")]


urlpatterns = [
    path("autonomy/", lanes.index, name="autonomy"),
    path("harms/of/<int:pk>/", harms.record, name="harm"),
    path("harms/<int:pk>/settle/", harms.settle, name="harm_settle"),
    *_of_a_lane(LANE),
    path(LANE, lanes.lane, name="lane"),
    path(PART, lanes.lane, name="lane"),
    *_of_a_lane(PART),
]
