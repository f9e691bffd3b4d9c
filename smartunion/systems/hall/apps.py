"""Hall: the ready services every worker needs, her certificates, her own data, and her home page's parts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HallConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.systems.hall"
    label = "hall"

    def ready(self) -> None:
        """Services, what is forgotten and merged, how looks read."""
        from smartunion.core.audit import events
        from smartunion.engines.casework import definitions, handlers
        from smartunion.engines.offers.service import register_disagreeing
        from smartunion.ground.registry import forgetting
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging
        from smartunion.systems.hall.flows.proofs import forget
        from smartunion.systems.hall.services import DEFINITIONS, HANDLERS
        from smartunion.systems.hall.services.complaint import complain_about

        definitions.register(*DEFINITIONS)
        definitions.register_following("complaint")
        register_disagreeing(complain_about)
        for handler in HANDLERS:
            handlers.register(handler)
        forgetting.register(forget)
        merging.register(
            merging.Reference("hall.Proof", "person", MergeKind.PERSON, _("certificates of membership"))
        )
        events.register({
            "hall.proof_issued": _("A certificate of membership was made"),
            "hall.proof_checked": _("Somebody checked your certificate of membership"),
            "hall.data_taken": _("You downloaded your data"),
        })  # fmt: skip
