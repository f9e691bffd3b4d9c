"""Addresses of the room on the desk."""

from django.urls import path

from smartunion.systems.matters.views import demands, hazard_desk, orders, risks, wish_desk

app_name = "matters"
urlpatterns = [
    path("demands/", demands.demands, name="demands"),
    path("demands/new/", demands.gather, name="gather"),
    path("demands/<int:demand_id>/", demands.demand, name="demand"),
    path("demands/<int:demand_id>/add/", demands.add, name="add"),
    path("demands/<int:demand_id>/out/<int:case_id>/", demands.take_out, name="take_out"),
    path("demands/<int:demand_id>/take/", demands.take_on, name="take_on"),
    path("demands/<int:demand_id>/answer/", demands.answer, name="answer"),
    path("demands/<int:demand_id>/drop/", demands.drop, name="drop"),
    path("demands/<int:demand_id>/digest/", demands.digest, name="digest"),
    path("wishes/", wish_desk.wishes, name="wishes"),
    path("risks/", risks.risks, name="risks"),
    path("risks/new/", risks.write, name="risk_write"),
    path("risks/<int:risk_id>/", risks.risk, name="risk"),
    path("risks/<int:risk_id>/<str:act>/", risks.act, name="risk_act"),
    path("orders/", orders.orders, name="orders"),
    path("orders/call/", orders.call, name="order_call"),
    path("orders/figures/", orders.figures, name="order_figures"),
    path("orders/of/<int:case_id>/", orders.make, name="order_make"),
    path("orders/<int:order_id>/", orders.order, name="order"),
    path("orders/<int:order_id>/called/", orders.call_back, name="order_called"),
    path("hazards/", hazard_desk.hazards, name="hazards"),
    path("hazards/officers/", hazard_desk.officers, name="officers"),
    path("hazards/officers/<int:officer_id>/end/", hazard_desk.relieve, name="relieve"),
    path("hazards/<int:hazard_id>/", hazard_desk.hazard, name="hazard"),
    path("hazards/<int:hazard_id>/<str:act>/", hazard_desk.act, name="hazard_act"),
]
