"""What matters write into the ledger."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.facts.kinds import FactKind

DEMAND_GATHERED = "matters.demand_gathered"
DEMAND_ANSWERED = "matters.demand_answered"
WISH_FULFILLED = "matters.wish_fulfilled"
HAZARD_REPORTED = "matters.hazard_reported"
HAZARD_CLOSED = "matters.hazard_closed"

KINDS = (
    FactKind(DEMAND_GATHERED, _("Demand gathered from matters"), _("demands")),
    FactKind(DEMAND_ANSWERED, _("Demand answered"), _("demands")),
    FactKind(WISH_FULFILLED, _("Wish fulfilled"), _("wishes")),
    FactKind(HAZARD_REPORTED, _("Hazard reported"), _("hazards")),
    FactKind(HAZARD_CLOSED, _("Hazard put right and checked"), _("hazards")),
)
