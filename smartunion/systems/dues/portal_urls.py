"""Addresses of reports of funds on the portal."""

from django.urls import path

from smartunion.systems.dues import portal_views

app_name = "funds"
urlpatterns = [
    path("", portal_views.home, name="home"),
    path("<int:report_id>/", portal_views.report, name="report"),
    path("<int:report_id>/review/", portal_views.review, name="review"),
    path("<int:report_id>/report.pdf", portal_views.report_paper, name="report_paper"),
]
