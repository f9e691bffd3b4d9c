"""Addresses of the portal's own pages."""

from django.urls import path

from smartunion.site.portal import benefits, home, me, record

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("me/", me.me, name="me"),
    path("me/benefits/", benefits.mine, name="benefits"),
    path("me/record/", record.record, name="record"),
    path("me/record/form/", record.form, name="record_form"),
    path("me/record/details/", record.details, name="record_details"),
    path("me/record/move/", record.move, name="record_move"),
    path("me/record/move/answer/", record.answer, name="record_answer"),
    path("me/record/move/withdraw/", record.withdraw, name="record_withdraw"),
    path("me/record/platforms/", record.platforms, name="record_platforms"),
    path("me/record/platforms/<int:work_id>/end/", record.platform_end, name="record_platform_end"),
    path("me/record/leave/", record.leave, name="record_leave"),
]
