"""Policies: parameters with dates, places and sources."""

from django.apps import AppConfig


class PoliciesConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.ground.policies"
    label = "policies"
