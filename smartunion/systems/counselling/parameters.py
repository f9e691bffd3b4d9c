"""Parameters of counselling."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_GROUP = _("Counselling")

PARAMETERS = (
    Parameter(
        "counselling.urgent_minutes", _("An urgent consultation goes up the network after"), Kind.MINUTES, 30,
        _("Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."),
        minimum=5, maximum=240, group=_GROUP,
        help=_("When words tell of danger to a life and the counsellor has not answered."),
    ),
    Parameter(
        "counselling.hotline", _("Telephone number shown to whoever is in danger"), Kind.TEXT, "12356",
        _("National Health Commission: one number for psychological help, 12356 (December 2024). Check that it answers here."),
        group=_GROUP, help=_("Beside 120 and 110, on every page of counselling."),
    ),
)  # fmt: skip
