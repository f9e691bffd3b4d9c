"""Addresses of hazards on the portal."""

from django.urls import path

from smartunion.systems.matters.views import hazards

app_name = "hazards"
urlpatterns = [
    path("", hazards.report, name="report"),
    path("near/", hazards.near, name="near"),
    path("mine/", hazards.mine, name="mine"),
    path("<int:hazard_id>/", hazards.one, name="one"),
    path("<int:hazard_id>/join/", hazards.join, name="join"),
    path("<int:hazard_id>/rectify/", hazards.rectify, name="rectify"),
    path("<int:hazard_id>/more/", hazards.more, name="more"),
    path("photos/<int:photo_id>/", hazards.photo, name="photo"),
]
