"""Accounts: who is signed in, in which role, with which reach."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.ground.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Wordings, menu, the tidying job; and what the rooms below cannot know: addresses and names of places."""
        from smartunion.core import menu
        from smartunion.core.audit import events
        from smartunion.core.jobs import registry as jobs
        from smartunion.ground.accounts import reach, wording
        from smartunion.ground.accounts.jobs import TIDY
        from smartunion.ground.accounts.menu import ENTRIES
        from smartunion.ground.notices import addresses, templates
        from smartunion.ground.policies import places

        templates.register(*wording.TEMPLATES)
        events.register(wording.EVENTS)
        menu.register(*ENTRIES)
        jobs.register(TIDY)
        addresses.register(reach.address_of)
        places.register(reach.names_of, reach.places_for)
