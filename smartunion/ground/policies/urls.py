"""Parameters on the desk."""

from django.urls import path

from smartunion.ground.policies import views, views_compare, views_whatif

app_name = "policies"
urlpatterns = [
    path("", views.overview, name="list"),
    path("export.json", views.export, name="export"),
    path("compare/", views_compare.page, name="compare"),
    path("what-if/", views_whatif.questions, name="whatifs"),
    path("what-if/results/<int:counting_id>/", views_whatif.counting, name="counting"),
    path("what-if/<str:question>/", views_whatif.question, name="whatif"),
    path("values/<int:value_id>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:key>/", views.page, name="page"),
    path("<str:key>/enter/", views.enter, name="enter"),
]
