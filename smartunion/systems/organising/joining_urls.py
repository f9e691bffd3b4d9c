"""Addresses of joining, the member card and the desk's joining codes."""

from django.urls import path

from smartunion.systems.organising.views import card, drives, invitations, joining

app_name = "joining"
urlpatterns = [
    path("j/<str:code>/", joining.by_code, name="by_code"),
    path("f/<str:code>/", invitations.invited, name="invited"),
    path("join/", joining.start, name="start"),
    path("join/done/", joining.done, name="done"),
    path("join/transfer/", joining.transfer, name="transfer"),
    path("join/employers/", joining.find_employers, name="find_employers"),
    path("card/", card.card, name="card"),
    path("card/code/", card.code, name="card_code"),
    path("c/<str:token>/", card.scanned, name="scanned"),
    path("desk/verify/", card.verify, name="verify"),
    path("desk/drives/", drives.drive_list, name="drives"),
    path("desk/drives/new/", drives.new_drive, name="new_drive"),
    path("desk/drives/<int:drive_id>/", drives.drive, name="drive"),
    path("desk/drives/<int:drive_id>/code.<slug:kind>", drives.drive_file, name="drive_file"),
    path("desk/drives/<int:drive_id>/close/", drives.close_drive, name="close_drive"),
    path("desk/drives/<int:drive_id>/target/", drives.set_target, name="set_target"),
]
