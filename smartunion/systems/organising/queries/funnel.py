"""The stages of the funnel found → verified → visited → founded → joined; each is a sum over facts."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

#: Stages in order: fact kind, label.
STAGES: tuple[tuple[str, Promise], ...] = (
    ("organising.finding_found", pgettext_lazy("organising", "Found")),
    ("organising.finding_verified", _("Verified")),
    ("organising.finding_visited", _("Visited")),
    ("registry.union_founded", _("Unions founded")),
    ("registry.member_joined", _("Members joined")),
)
