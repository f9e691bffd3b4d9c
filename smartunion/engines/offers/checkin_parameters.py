"""Parameters of the door."""

from django.utils.translation import gettext_lazy as _

from smartunion.engines.offers.parameters import _GROUP, _OURS
from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

PARAMETERS = (
    Parameter(
        "offers.door_minutes", _("The door opens before it begins"), Kind.MINUTES, 60, _OURS, minimum=0, maximum=720,
        group=_GROUP, help=_("Codes are taken from then until the end."),
    ),
)  # fmt: skip
