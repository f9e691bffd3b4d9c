"""Addresses of departments' files."""

from django.urls import path

from smartunion.engines.feeds import views

app_name = "feeds"
urlpatterns = [
    path("", views.home, name="home"),
    path("sources/new/", views.new_source, name="new_source"),
    path("sources/<int:source_id>/", views.edit_source, name="edit_source"),
    path("sources/<int:source_id>/file/", views.bring_in, name="bring_in"),
    path("<int:snapshot_id>/", views.snapshot, name="snapshot"),
    path("<int:snapshot_id>/not-taken/", views.told, name="told"),
    path("<int:snapshot_id>/faults/<slug:column>/", views.faults, name="faults"),
    path("<int:snapshot_id>/retire/", views.retire, name="retire"),
]
