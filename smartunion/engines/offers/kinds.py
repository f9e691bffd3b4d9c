"""What offers count in the ledger of facts."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.facts.kinds import FactKind

BOOKED = "offers.booked"
ATTENDED = "offers.attended"
KINDS = (
    FactKind(BOOKED, _("Places booked"), _("people")),
    FactKind(ATTENDED, _("People who came"), _("people")),
)
