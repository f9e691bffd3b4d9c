"""What organising writes into the ledger."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.facts.kinds import FactKind

KINDS = (
    FactKind("organising.finding_found", _("Employer or union found by a comparison"), _("findings")),
    FactKind("organising.finding_verified", _("Finding verified"), _("findings")),
    FactKind("organising.visit", _("Visit"), _("visits")),
    FactKind("organising.finding_closed", _("Finding closed"), _("findings")),
)
