"""Feeds: other departments' data in, with quality report and lineage."""

from django.apps import AppConfig


class FeedsConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.engines.feeds"
    label = "feeds"
