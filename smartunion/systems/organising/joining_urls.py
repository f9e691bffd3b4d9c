"""Addresses of joining, the member card and the desk's joining codes."""

from django.urls import path

from smartunion.systems.organising.views import (
    card,
    drive_events,
    drive_progress,
    drives,
    invitations,
    joining,
    new_phone,
)

app_name = "joining"
urlpatterns = [
    path("j/<str:code>/", joining.by_code, name="by_code"),
    path("f/<str:code>/", invitations.invited, name="invited"),
    path("join/", joining.start, name="start"),
    path("join/done/", joining.done, name="done"),
    path("join/transfer/", joining.transfer, name="transfer"),
    path("join/new-phone/", new_phone.new_phone, name="new_phone"),
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
    path("desk/drives/<int:drive_id>/progress/", drive_progress.drive_progress, name="progress"),
    path("desk/drives/<int:drive_id>/targets/", drive_progress.propose, name="propose_target"),
    path("desk/drives/<int:drive_id>/check/", drive_progress.check, name="check_drive"),
    path("desk/drives/<int:drive_id>/joiners/", drive_progress.joiners, name="joiners"),
    path("desk/drives/<int:drive_id>/members/", drive_progress.members, name="members"),
    path("desk/drives/<int:drive_id>/register/", drive_progress.register, name="register"),
    path("desk/drives/<int:drive_id>/bulletin/", drive_progress.bulletin, name="bulletin"),
    path("desk/drives/<int:drive_id>/bulletin.pdf", drive_progress.bulletin_paper, name="bulletin_paper"),
    path("desk/drives/<int:drive_id>/events/", drive_events.events, name="events"),
    path("desk/drives/targets/<int:target_id>/agree/", drive_progress.agree, name="agree_target"),
    path("desk/drives/targets/<int:target_id>/change/", drive_progress.change, name="change_target"),
    path("desk/drives/targets/<int:target_id>/withdraw/", drive_progress.withdraw, name="withdraw_target"),
    path("desk/drives/joiners/<int:check_id>/", drive_progress.joiner, name="joiner"),
    path("desk/drives/joiners/<int:check_id>/judge/", drive_progress.judge, name="judge_joiner"),
    path("desk/drives/events/<int:event_id>/", drive_events.event, name="event"),
    path("desk/drives/events/<int:event_id>/guests/", drive_events.guest, name="note_guest"),
    path("desk/drives/events/<int:event_id>/roll.pdf", drive_events.roll, name="event_roll"),
    path("desk/drives/guests/<int:guest_id>/remove/", drive_events.remove_guest, name="remove_guest"),
]
