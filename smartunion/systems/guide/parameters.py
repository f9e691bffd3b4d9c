"""Parameters of the guide."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

PARAMETERS = (
    Parameter(
        "guide.keep_days", _("Questions put to the guide are deleted after"), Kind.DAYS, 90,
        _("Personal Information Protection Law art. 19: no longer than the purpose needs"),
        help=_("They are kept without the person who asked and without numbers, so that the guide can be taught."),
        minimum=1, maximum=730, group=_("Guide"),
    ),
    Parameter(
        "guide.sure_ratio", _("The guide is sure of an answer from a probability of"), Kind.RATIO, Decimal("0.3"),
        _("Measured on questions held back, docs/rules/guide.md"),
        help=_("Below it the guide says that it does not know and hands over to a person."),
        minimum=Decimal("0.05"), maximum=Decimal("0.95"), group=_("Guide"),
    ),
)  # fmt: skip
