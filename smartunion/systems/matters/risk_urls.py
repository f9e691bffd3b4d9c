"""Addresses of labour-risk notices on the portal."""

from django.urls import path

from smartunion.systems.matters.views import risks

app_name = "risks"
urlpatterns = [path("", risks.mine, name="mine"), path("<int:risk_id>/", risks.read, name="read")]
