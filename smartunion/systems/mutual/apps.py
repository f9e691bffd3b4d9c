"""Mutual: mutual-aid plans by version and event date, enrolment through the unit, claims worked out line by line."""

from django.apps import AppConfig


class MutualConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.mutual"
    label = "mutual"
