"""Parameters of organising beyond those that ship with policies."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_GROUP = _("Organising")

PARAMETERS = (
    Parameter(
        "organising.day_visits", _("Firms on an organiser's day list"), Kind.COUNT, 8, _OURS, minimum=1, maximum=50,
        group=_GROUP, help=_("The most promising ones of her areas; the rest stays on the list of the area."),
    ),
    Parameter(
        "organising.refusal_return_days", _("A firm that refuses for now comes back after"), Kind.DAYS, 30, _OURS,
        minimum=1, maximum=365, group=_GROUP, help=_("Counted from the day of the visit."),
    ),
    Parameter(
        "organising.absence_return_days", _("A firm where nobody was there comes back after"), Kind.DAYS, 3, _OURS,
        minimum=1, maximum=60, group=_GROUP, help=_("Counted from the day of the visit."),
    ),
    Parameter(
        "organising.verdict_stands_days", _("What an organiser saw on the spot stands for"), Kind.DAYS, 180, _OURS,
        minimum=1, maximum=3650, group=_GROUP,
        help=_("A firm seen closed, moved, covered or double is not proposed again during this time."),
    ),
)  # fmt: skip
