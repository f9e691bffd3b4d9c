"""Casework: anything asked for, reported or applied for; services are data."""

from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.engines.casework"
    label = "casework"
