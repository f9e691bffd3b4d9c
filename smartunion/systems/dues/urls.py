"""Addresses of contributions on the desk."""

from django.urls import path

from smartunion.systems.dues import report_views, views

app_name = "dues"
urlpatterns = [
    path("", views.firms, name="firms"),
    path("letters/", views.letter_list, name="letters"),
    path("letters/<int:reminder_id>/letter.pdf", views.letter_paper, name="letter_paper"),
    path("letters/<int:reminder_id>/withdraw/", views.withdraw, name="withdraw"),
    path("unknown/", views.unknown, name="unknown"),
    path("firms/<int:employer_id>/", views.firm, name="firm"),
    path("firms/<int:employer_id>/letters/", views.issue, name="issue"),
    path("reports/", report_views.report_list, name="reports"),
    path("reports/missing/", report_views.missing, name="unreported"),
    path("reports/new/", report_views.new, name="new_report"),
    path("reports/<int:report_id>/", report_views.report, name="report"),
    path("reports/<int:report_id>/edit/", report_views.edit, name="edit_report"),
    path("reports/<int:report_id>/report.pdf", report_views.report_paper, name="report_paper"),
    path("reports/<int:report_id>/<slug:act>/", report_views.act, name="act_on_report"),
]
