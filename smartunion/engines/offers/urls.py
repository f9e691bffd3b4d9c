"""Addresses of the room."""

from django.urls import URLPattern

app_name = "offers"
urlpatterns: list[URLPattern] = []
