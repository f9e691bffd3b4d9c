"""Addresses of the guide."""

from django.urls import path

from smartunion.systems.guide.views import ask, desk, kiosk

app_name = "guide"
urlpatterns = [
    path("ask/", ask.ask, name="ask"),
    path("ask/wording/", ask.wording, name="wording"),
    path("ask/helped/", ask.helped, name="helped"),
    path("ask/person/", ask.to_person, name="to_person"),
    path("kiosk/", kiosk.kiosk, name="kiosk"),
    path("desk/guide/", desk.asked, name="asked"),
    path("desk/guide/teach/<slug:what>/", desk.teach, name="teach"),
    path("desk/guide/lessons/<int:lesson_id>/withdraw/", desk.withdraw, name="withdraw"),
    path("desk/guide/asked/<int:asked_id>/settle/", desk.settle, name="settle"),
]
