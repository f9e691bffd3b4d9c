"""Addresses of the room."""

from django.urls import path

from smartunion.systems.mutual.views import claims, desk, mine, settlements

app_name = "mutual"
urlpatterns = [
    path("me/cover/", mine.cover, name="cover"),
    path("desk/mutual/", desk.home, name="home"),
    path("desk/mutual/plans/new/", desk.new, name="plan_new"),
    path("desk/mutual/plans/<int:plan_id>/", desk.plan, name="plan"),
    path("desk/mutual/plans/<int:plan_id>/publish/", desk.publish, name="publish"),
    path("desk/mutual/plans/<int:plan_id>/open/", desk.plan_open, name="plan_open"),
    path("desk/mutual/plans/<int:plan_id>/enrol/", desk.enrol, name="enrol"),
    path("desk/mutual/enrolments/", desk.enrolments, name="enrolments"),
    path("desk/mutual/enrolments/<int:enrolment_id>/", desk.enrolment, name="enrolment"),
    path("desk/mutual/enrolments/<int:enrolment_id>/cancel/", desk.enrolment_cancel, name="enrolment_cancel"),
    path("desk/mutual/insured/", desk.insured, name="insured"),
    path("desk/mutual/settlements/", settlements.home, name="settlements"),
    path("desk/mutual/settlements/<int:settlement_id>/", settlements.one, name="settlement"),
    path("desk/mutual/settlements/<int:settlement_id>/begin/", settlements.begin, name="settlement_begin"),
    path("desk/mutual/settlements/<int:settlement_id>/result/", settlements.result, name="settlement_result"),
    path("desk/mutual/claims/<int:claim_id>/", claims.claim, name="claim"),
]
