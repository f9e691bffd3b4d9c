"""Addresses of the room."""

from django.urls import path

from smartunion.systems.aid.views import desk, portal, rounds

app_name = "aid"
urlpatterns = [
    path("aid/self-test/", portal.self_test, name="self_test"),
    path("me/aid/", portal.my_aid, name="mine"),
    path("desk/aid/", desk.files, name="files"),
    path("desk/aid/rounds/", rounds.rounds, name="rounds"),
    path("desk/aid/rounds/new/", rounds.new, name="round_new"),
    path("desk/aid/rounds/<int:round_id>/", rounds.one, name="round"),
    path("desk/aid/rounds/<int:round_id>/decide/", rounds.decide, name="round_decide"),
    path("desk/aid/<int:file_id>/", desk.file, name="file"),
    path("desk/aid/<int:file_id>/look/", desk.look, name="look"),
    path("desk/aid/<int:file_id>/year/", desk.year, name="year"),
    path("desk/aid/<int:file_id>/remove/", desk.remove, name="remove"),
    path("desk/aid/<int:file_id>/give/", desk.give, name="give"),
    path("desk/aid/<int:file_id>/child/", desk.child, name="child"),
]
