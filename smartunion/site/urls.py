"""Every address of the program, assembled from the rooms."""

from django.urls import URLPattern, URLResolver, include, path

from smartunion.site.preferences import preferences

urlpatterns: list[URLPattern | URLResolver] = [
    path("preferences/", preferences, name="preferences"),
    path("desk/design/", include("smartunion.site.desk.design_urls")),
]

handler400 = "smartunion.core.web.errors.bad_request"
handler403 = "smartunion.core.web.errors.forbidden"
handler404 = "smartunion.core.web.errors.not_found"
handler500 = "smartunion.core.web.errors.server_error"
