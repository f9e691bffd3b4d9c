"""Addresses of letters of approval."""

from django.urls import path

from smartunion.systems.organising.views import letters

app_name = "letters"
urlpatterns = [
    path("<int:letter_id>/", letters.letter, name="letter"),
    path("of-union/<int:union_id>/issue/", letters.issue_afterwards, name="issue_afterwards"),
    path("<int:letter_id>/letter.pdf", letters.paper, name="paper"),
]
