"""Site: the shells and what assembles the rooms."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.site"
    label = "smartunion_site"
