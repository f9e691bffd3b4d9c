"""Addresses of the room."""

from django.urls import path

from smartunion.systems.programmes.views import desk

app_name = "programmes"
urlpatterns = [
    path("desk/programmes/money/", desk.budgets, name="budgets"),
    path("desk/programmes/money/<int:offer_id>/", desk.set_aside, name="set_aside"),
]
