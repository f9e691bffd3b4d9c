"""Addresses of congresses."""

from django.urls import path

from smartunion.systems.organising.views import congresses

app_name = "congress"
urlpatterns = [
    path("", congresses.congress_list, name="list"),
    path("<int:congress_id>/", congresses.congress, name="congress"),
    path("<int:congress_id>/<slug:what>.pdf", congresses.paper, name="paper"),
    path("<int:congress_id>/<slug:what>/", congresses.act, name="act"),
    path("votes/<int:contest_id>/", congresses.contest, name="contest"),
    path("votes/<int:contest_id>/<slug:what>/", congresses.vote, name="vote"),
]
