"""Saved filters."""

from django.urls import path

from smartunion.core.listing import views

app_name = "lists"
urlpatterns = [
    path("<str:list_key>/saved/", views.save, name="save"),
    path("saved/<int:filter_id>/remove/", views.remove, name="remove"),
]
