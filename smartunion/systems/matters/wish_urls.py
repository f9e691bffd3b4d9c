"""Addresses of the wish board on the portal."""

from django.urls import path

from smartunion.systems.matters.views import wishes

app_name = "wishes"
urlpatterns = [
    path("", wishes.board, name="board"),
    path("mine/", wishes.mine, name="mine"),
    path("<int:wish_id>/claim/", wishes.claim, name="claim"),
    path("<int:wish_id>/back/", wishes.give_back, name="give_back"),
    path("<int:wish_id>/done/", wishes.fulfil, name="fulfil"),
    path("<int:wish_id>/thanks/", wishes.thank, name="thank"),
]
