"""Registry: regions, unions, employers, people, memberships, officers; the truth everything points at."""

from django.apps import AppConfig


class RegistryConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.ground.registry"
    label = "registry"
