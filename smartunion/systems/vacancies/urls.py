"""Addresses of the room: looking for work on the portal, vacancies and issues on the desk."""

from django.urls import path

from smartunion.systems.vacancies.views import desk, portal

app_name = "vacancies"
urlpatterns = [
    path("jobs/", portal.jobs, name="jobs"),
    path("jobs/mine/", portal.mine, name="mine"),
    path("jobs/mine/<int:job_wish_id>/drop/", portal.drop, name="drop"),
    path("jobs/issues/", portal.issue_shelf, name="issue_shelf"),
    path("jobs/issues/<int:issue_id>/", portal.issue, name="issue"),
    path("jobs/issues/<int:issue_id>/bulletin.pdf", portal.issue_paper, name="issue_paper"),
    path("jobs/<int:vacancy_id>/", portal.vacancy, name="job"),
    path("jobs/<int:vacancy_id>/complain/", portal.complain, name="complain"),
    path("desk/vacancies/", desk.vacancies, name="desk"),
    path("desk/vacancies/new/", desk.new, name="new"),
    path("desk/vacancies/issues/", desk.issue_list, name="desk_issues"),
    path("desk/vacancies/issues/new/", desk.new_issue, name="new_issue"),
    path("desk/vacancies/<int:vacancy_id>/", desk.one, name="desk_one"),
    path("desk/vacancies/<int:vacancy_id>/<str:act>/", desk.act, name="act"),
]
