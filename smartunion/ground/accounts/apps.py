"""Accounts: who is signed in, in which role, with which reach."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.ground.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Wordings, menu, the tidying job; and what the rooms below cannot know: addresses and names of places."""
        from smartunion.core import menu
        from smartunion.core.audit import events
        from smartunion.core.jobs import registry as jobs
        from smartunion.core.jobs.context import register_owner
        from smartunion.ground.accounts import reach, wording
        from smartunion.ground.accounts.actors import owner_of_work
        from smartunion.ground.accounts.flows.closing import close_erased
        from smartunion.ground.accounts.jobs import TIDY
        from smartunion.ground.accounts.menu import ENTRIES
        from smartunion.ground.accounts.own_data import CHAPTERS
        from smartunion.ground.accounts.succession import CHAIRS, CHAIRS_BY_MEMBERSHIP, ROLES, returned
        from smartunion.ground.notices import addresses, templates
        from smartunion.ground.policies import places
        from smartunion.ground.registry import consequences, forgetting, taking_along
        from smartunion.ground.registry.flows import merging
        from smartunion.ground.registry.models import MergeKind

        merging.register(
            merging.Reference(
                "accounts.User", "person", MergeKind.PERSON, _("accounts"), merging.Clash.CLEAR
            ),
            merging.Reference("accounts.RoleGrant", "union", MergeKind.UNION, _("roles"), merging.Clash.DROP),
            merging.Reference(
                "accounts.Partner", "union", MergeKind.UNION, _("partners"), merging.Clash.DROP
            ),
            merging.History(
                "accounts.User", "disowned_person_id", "What she said about the record of that time."
            ),
        )
        templates.register(*wording.TEMPLATES)
        events.register(wording.EVENTS)
        menu.register(*ENTRIES)
        jobs.register(TIDY)
        register_owner(owner_of_work)
        consequences.register(ROLES)
        consequences.register_returned("accounts.rolegrant", returned)
        consequences.register_post(CHAIRS)
        consequences.register_membership(CHAIRS_BY_MEMBERSHIP)
        forgetting.register(close_erased, is_last=True)
        addresses.register(reach.address_of)
        taking_along.register(*CHAPTERS)
        places.register(reach.names_of, reach.places_for)
