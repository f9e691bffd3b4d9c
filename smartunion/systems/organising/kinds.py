"""What organising writes into the ledger."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.ground.facts.kinds import FactKind

DRIVER_VERIFIED = "organising.driver_verified"

KINDS = (
    FactKind(
        "organising.finding_found",
        _("Employer without a union found"),
        pgettext_lazy("organising", "employers"),
    ),
    FactKind(
        "organising.finding_verified",
        _("Employer without a union verified"),
        pgettext_lazy("organising", "employers"),
    ),
    FactKind(
        "organising.finding_visited",
        _("Employer without a union visited"),
        pgettext_lazy("organising", "employers"),
    ),
    FactKind("organising.visit", _("Visit"), _("visits")),
    FactKind("organising.union_visited", _("Visit to a union on the spot"), _("visits")),
    FactKind(DRIVER_VERIFIED, _("Members verified as drivers"), _("people")),
    FactKind("organising.finding_closed", _("Finding closed"), _("findings")),
)
