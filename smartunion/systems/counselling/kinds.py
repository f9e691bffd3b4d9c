"""What counselling writes into the ledger: that one was held, where, and nothing of whose."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.facts.kinds import FactKind

HELD = "counselling.held"

KINDS = (FactKind(HELD, _("Consultations held"), _("consultations")),)
