"""Addresses of the room."""

from django.urls import path

from smartunion.systems.aid.views import desk, portal

app_name = "aid"
urlpatterns = [
    path("aid/self-test/", portal.self_test, name="self_test"),
    path("me/aid/", portal.my_aid, name="mine"),
    path("desk/aid/", desk.files, name="files"),
    path("desk/aid/model-workers/", desk.model_workers, name="model_workers"),
    path("desk/aid/<int:file_id>/", desk.file, name="file"),
    path("desk/aid/<int:file_id>/look/", desk.look, name="look"),
    path("desk/aid/<int:file_id>/year/", desk.year, name="year"),
    path("desk/aid/<int:file_id>/remove/", desk.remove, name="remove"),
    path("desk/aid/<int:file_id>/give/", desk.give, name="give"),
    path("desk/aid/<int:file_id>/child/", desk.child, name="child"),
]
