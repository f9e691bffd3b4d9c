"""Addresses of the organiser's phone."""

from django.urls import path

from smartunion.systems.organising.views import field

app_name = "field"
urlpatterns = [
    path("", field.day, name="day"),
    path("day.json", field.day_json, name="day_json"),
    path("visits/", field.send_visit, name="send"),
    path("visits/<int:finding_id>/", field.visit, name="visit"),
    path("talks/", field.send_talk, name="send_talk"),
    path("notes/", field.edit_note, name="edit_note"),
    path("answers/", field.answer, name="answer"),
    path("promises/", field.close_promise, name="close_promise"),
    path("not-today/", field.not_today, name="not_today"),
    path("unions/<int:union_id>/", field.union_visit, name="union_visit"),
    path("worker.js", field.worker_script, name="worker"),
    path("manifest.webmanifest", field.manifest, name="manifest"),
]
