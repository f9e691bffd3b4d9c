"""Addresses of the service hall, of cases, and of the desk's queue."""

from django.urls import path

from smartunion.engines.casework.views import (
    cases,
    counter,
    design,
    desk,
    filling,
    hall,
    papers,
    second_looks,
    status,
)

app_name = "casework"
urlpatterns = [
    path("services/", hall.services, name="services"),
    path("services/find/employers/", hall.employers, name="find_employers"),
    path("services/find/unions/", hall.unions, name="find_unions"),
    path("services/find/places/", hall.places, name="find_places"),
    path("services/<slug:key>/", hall.service, name="service"),
    path("services/<slug:key>/start/", hall.start, name="start"),
    path("cases/", cases.my_cases, name="my_cases"),
    path("cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/fill/", filling.fill, name="fill"),
    path("cases/<int:case_id>/photos/<slug:slot>/", filling.add_photo, name="add_photo"),
    path(
        "cases/<int:case_id>/photos/<slug:slot>/<int:material_id>/remove/",
        filling.remove_photo,
        name="remove_photo",
    ),
    path("cases/<int:case_id>/photo/<int:material_id>/", filling.photo, name="photo"),
    path("cases/<int:case_id>/withdraw/", cases.withdraw, name="withdraw"),
    path("cases/<int:case_id>/discard/", cases.discard, name="discard"),
    path("cases/<int:case_id>/rate/", cases.rate, name="rate"),
    path("cases/<int:case_id>/note/", cases.note, name="note"),
    path("cases/<int:case_id>/reopen/", cases.reopen, name="reopen"),
    path("cases/<int:case_id>/appeal/", cases.appeal, name="appeal"),
    path("me/papers/", papers.papers, name="papers"),
    path("me/papers/<slug:folder>/drop/", papers.drop, name="drop_papers"),
    path("status/", status.status, name="status"),
    path("desk/cases/", desk.cases, name="queue"),
    path("desk/cases/list/<slug:scope>/", desk.cases, name="queue_scope"),
    path("desk/cases/second-looks/", second_looks.second_looks, name="second_looks"),
    path("desk/cases/second-looks/<int:look_id>/", second_looks.take_second_look, name="take_second_look"),
    path("desk/cases/<int:case_id>/", desk.desk_case, name="desk_case"),
    path("desk/cases/<int:case_id>/paper/", desk.paper, name="paper"),
    path("desk/cases/<int:case_id>/<slug:act>/", desk.desk_act, name="desk_act"),
    path("desk/services/", design.services, name="designs"),
    path("desk/services/drafts/<int:draft_id>/", design.design, name="design"),
    path("desk/services/drafts/<int:draft_id>/change/", design.change_design, name="change_design"),
    path("desk/services/drafts/<int:draft_id>/publish/", design.publish_design, name="publish_design"),
    path("desk/services/drafts/<int:draft_id>/discard/", design.discard_design, name="discard_design"),
    path("desk/services/<slug:key>/", design.written, name="written"),
    path("desk/services/<slug:key>/export/", design.export_design, name="export_design"),
    path("desk/counter/", counter.counter, name="counter"),
]
