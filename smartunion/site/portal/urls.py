"""Addresses of the portal's own pages."""

from django.urls import path

from smartunion.site.portal import home

app_name = "portal"
urlpatterns = [path("", home.home, name="home")]
