"""Organising: matching, findings and the three lists, areas, visits, founding, joining drives."""

from django.apps import AppConfig


class OrganisingConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.organising"
    label = "organising"
