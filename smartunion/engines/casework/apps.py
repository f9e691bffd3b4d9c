"""Casework: anything asked for, reported or applied for; services are data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    """Registers the room's plug-ins."""

    name = "smartunion.engines.casework"
    label = "casework"

    def ready(self) -> None:
        """Fact kinds, parameters, notices, the reminder job and the menus."""
        from smartunion.core import benefits, menu, panels
        from smartunion.core.audit import events
        from smartunion.core.jobs import registry as jobs
        from smartunion.engines.casework.benefits import SOURCE
        from smartunion.engines.casework.flows import exchange, moving
        from smartunion.engines.casework.flows.forgetting import forget
        from smartunion.engines.casework.jobs import CALL, DRAW, REMIND
        from smartunion.engines.casework.menu import ENTRIES
        from smartunion.engines.casework.own_data import CHAPTER
        from smartunion.engines.casework.panels import PANELS
        from smartunion.engines.casework.parameters import PARAMETERS
        from smartunion.engines.casework.succession import CASES, CASES_OF_EMPLOYER, SEALED, returned
        from smartunion.engines.casework.telling import TEMPLATES
        from smartunion.engines.casework.whatif import ANSWERS
        from smartunion.engines.casework.wording import EVENTS
        from smartunion.ground.accounts import scopes
        from smartunion.ground.facts import kinds
        from smartunion.ground.notices import templates
        from smartunion.ground.policies import parameters, whatif
        from smartunion.ground.registry import consequences, forgetting, taking_along
        from smartunion.ground.registry.models import MergeKind
        from smartunion.ground.registry.service import merging

        kinds.register(
            kinds.FactKind("casework.case_submitted", _("Cases submitted"), _("cases")),
            kinds.FactKind("casework.case_closed", _("Cases closed"), _("cases")),
            kinds.FactKind("casework.decided_at_once", _("Cases decided at once"), _("cases")),
            kinds.FactKind("casework.granted_unasked", _("Cases granted without application"), _("cases")),
        )
        merging.register(
            merging.Reference("casework.CaseFile", "person", MergeKind.PERSON, _("cases")),
            merging.Reference("casework.CaseFile", "employer", MergeKind.EMPLOYER, _("cases")),
            merging.Reference("casework.CaseFile", "union", MergeKind.UNION, _("cases")),
        )
        forgetting.register(forget)
        taking_along.register(CHAPTER)
        parameters.register(*PARAMETERS)
        whatif.register(ANSWERS)
        moving.LISTENERS.append(exchange.announce)
        scopes.register({
            "cases.send": _("send cases in"), "cases.read": _("read how cases it sent in stand"),
        })  # fmt: skip
        jobs.register(CALL)
        templates.register(*TEMPLATES)
        events.register(EVENTS, is_private=True)
        jobs.register(REMIND)
        jobs.register(DRAW)
        consequences.register(CASES, SEALED)
        consequences.register_employer(CASES_OF_EMPLOYER)
        consequences.register_returned("casework.casefile", returned)
        menu.register(*ENTRIES)
        benefits.register(SOURCE)
        panels.register(*PANELS)
