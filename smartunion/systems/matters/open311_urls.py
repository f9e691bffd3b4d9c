"""Addresses of Open311 GeoReport v2."""

from django.urls import path, register_converter

from smartunion.systems.matters.views import open311


class Form:
    """The two forms an answer has."""

    regex = "json|xml"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Form, "open311_form")
app_name = "open311"
urlpatterns = [
    path("services.<open311_form:form>", open311.services, name="services"),
    path("services/<str:code>.<open311_form:form>", open311.definition, name="definition"),
    path("requests.<open311_form:form>", open311.requests, name="requests"),
    path("requests/<str:reference>.<open311_form:form>", open311.one, name="one"),
]
