"""Addresses of contributions on the desk."""

from django.urls import path

from smartunion.systems.dues import views

app_name = "dues"
urlpatterns = [
    path("", views.firms, name="firms"),
    path("letters/", views.letter_list, name="letters"),
    path("letters/<int:reminder_id>/letter.pdf", views.letter_paper, name="letter_paper"),
    path("letters/<int:reminder_id>/withdraw/", views.withdraw, name="withdraw"),
    path("unknown/", views.unknown, name="unknown"),
    path("firms/<int:employer_id>/", views.firm, name="firm"),
    path("firms/<int:employer_id>/letters/", views.issue, name="issue"),
]
