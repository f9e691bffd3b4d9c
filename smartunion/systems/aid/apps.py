"""Aid: the sealed archive of workers in difficulty, its formulas and reviews, grants and subsidies."""

from django.apps import AppConfig


class AidConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.aid"
    label = "aid"
