"""Addresses of boards."""

from django.urls import path

from smartunion.site.boards import views

app_name = "boards"
urlpatterns = [
    path("", views.home, name="home"),
    path("coverage/<int:union_id>/", views.coverage, name="coverage"),
    path("themes/<slug:theme>/<int:union_id>/", views.theme, name="theme"),
    path("behind/", views.behind, name="behind"),
]
