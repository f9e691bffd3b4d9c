"""Offers: anything with places and limits: events, check-ups, classes, trips, gifts, seats, appointments."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.engines.offers"
    label = "offers"
