"""Addresses of the room."""

from django.urls import path

from smartunion.systems.programmes.views import desk, mine

app_name = "programmes"
urlpatterns = [
    path("desk/programmes/money/", desk.budgets, name="budgets"),
    path("desk/programmes/money/<int:offer_id>/", desk.set_aside, name="set_aside"),
    path("desk/programmes/front-line/", desk.front_line, name="front_line"),
    path("desk/programmes/<int:offer_id>/roster/", desk.roster, name="roster"),
    path("desk/programmes/<int:offer_id>/roster/file/", desk.roster_file, name="roster_file"),
    path("desk/programmes/<int:offer_id>/roster/numbers/", desk.roster_back, name="roster_back"),
    path("me/meetings/<int:booking_id>/", mine.meeting, name="meeting"),
]
