"""Parameters of matters."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_GROUP = _("Matters")

PARAMETERS = (
    Parameter(
        "matters.alike_days", _("Matters are compared with those of the last"), Kind.DAYS, 180, _OURS, minimum=7,
        maximum=730, group=_GROUP, help=_("Older ones are not offered when similar matters are gathered."),
    ),
    Parameter(
        "matters.fewest_shown", _("Smallest number of people a digest shows"), Kind.COUNT, 5, _OURS, minimum=1,
        maximum=50, group=_GROUP, help=_("Smaller numbers are given as “fewer than”, so that nobody is recognised."),
    ),
    Parameter(
        "matters.wish_days", _("A helper fulfils a wish within"), Kind.DAYS, 30, _OURS, minimum=1, maximum=180,
        group=_GROUP, help=_("Afterwards the wish is offered to others again."),
    ),
    Parameter(
        "matters.wish_most_yuan", _("Highest value of a small wish"), Kind.YUAN, Decimal(500), _OURS, minimum=10,
        maximum=10000, group=_GROUP, help=_("What costs more is an application for aid."),
    ),
)  # fmt: skip
