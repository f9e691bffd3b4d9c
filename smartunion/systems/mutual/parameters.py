"""Parameters of mutual aid."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

CHECK_DAYS = "mutual.check_days"
DECIDE_DAYS = "mutual.decide_days"
_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_GROUP = _("Mutual aid")

PARAMETERS = (
    Parameter(
        CHECK_DAYS, _("Papers of a claim are checked within"), Kind.WORKING_DAYS, 10, _OURS, minimum=1, maximum=60, group=_GROUP
    ),
    Parameter(
        DECIDE_DAYS, _("A claim is decided after the check within"), Kind.WORKING_DAYS, 5, _OURS, minimum=1, maximum=60,
        group=_GROUP,
    ),
)  # fmt: skip
