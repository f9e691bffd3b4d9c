"""Addresses of imports."""

from django.urls import path

from smartunion.site.desk import imports

app_name = "imports"
urlpatterns = [
    path("", imports.home, name="home"),
    path("new/", imports.new, name="new"),
    path("<int:batch_id>/", imports.page, name="page"),
    path("<int:batch_id>/refused/", imports.rejects, name="rejects"),
    path("<int:batch_id>/<slug:name>/", imports.act, name="act"),
]
