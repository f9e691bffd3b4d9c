"""Addresses of the room."""

from django.urls import path

from smartunion.systems.counselling.views import checks
from smartunion.systems.counselling.views import consulting as views

app_name = "counselling"
urlpatterns = [
    path("counselling/", views.home, name="home"),
    path("counselling/ask/", views.ask, name="ask"),
    path("counselling/checks/", checks.checks, name="checks"),
    path("counselling/checks/<slug:scale_key>/", checks.check, name="check"),
    path("counselling/checks/results/<int:self_check_id>/", checks.result, name="result"),
    path("counselling/checks/results/<int:self_check_id>/delete/", checks.drop, name="drop_check"),
    path("counselling/<int:consultation_id>/", views.consultation, name="consultation"),
    path("counselling/<int:consultation_id>/write/", views.write, name="write"),
    path("counselling/<int:consultation_id>/withdraw/", views.withdraw, name="withdraw"),
    path("desk/counselling/", views.queue, name="queue"),
    path("desk/counselling/hours/", views.offer, name="hours"),
    path("desk/counselling/hours/<int:counsel_slot_id>/out/", views.take_out, name="take_out"),
    path("desk/counselling/profile/", views.profile, name="profile"),
    path("desk/counselling/<int:consultation_id>/", views.held, name="held"),
    path("desk/counselling/<int:consultation_id>/hand-on/", views.hand_on, name="hand_on"),
    path("desk/counselling/<int:consultation_id>/<str:act>/", views.act, name="act"),
]
