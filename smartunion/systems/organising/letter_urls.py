"""Addresses of letters of approval."""

from django.urls import path

from smartunion.systems.organising.views import letters

app_name = "letters"
urlpatterns = [
    path("<int:letter_id>/", letters.letter, name="letter"),
    path("<int:letter_id>/letter.pdf", letters.paper, name="paper"),
]
