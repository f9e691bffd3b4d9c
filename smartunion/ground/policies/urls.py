"""Parameters on the desk."""

from django.urls import path

from smartunion.ground.policies import views

app_name = "policies"
urlpatterns = [
    path("", views.overview, name="list"),
    path("export.json", views.export, name="export"),
    path("values/<int:value_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:key>/", views.page, name="page"),
    path("<str:key>/enter/", views.enter, name="enter"),
]
