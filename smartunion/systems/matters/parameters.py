"""Parameters of matters."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_GROUP = _("Matters")
_HAZARDS = _("Hazards")
_ORDERS = _("Work orders")
_HOTLINE = _(
    "Default of SmartUnion: the 12351 hotline has three difficulties with a time limit each (2023); its days are not published."
)
_HIDDEN_DANGERS = _(
    "Default of SmartUnion. Levels: Interim Provisions on Hidden Dangers of Accidents (order 16 of 2007), art. 3."
)

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
    Parameter(
        "matters.hazard_look_days", _("A hazard is looked at within"), Kind.WORKING_DAYS, 1, _OURS, minimum=1, maximum=10,
        group=_HAZARDS,
    ),
    Parameter(
        "matters.hazard_general_days", _("A general hazard is put right within"), Kind.DAYS, 7, _HIDDEN_DANGERS, minimum=1,
        maximum=60, group=_HAZARDS, help=_("General: can be put right at once after it was found."),
    ),
    Parameter(
        "matters.hazard_major_days", _("A major hazard is put right within"), Kind.DAYS, 2, _HIDDEN_DANGERS, minimum=1,
        maximum=60, group=_HAZARDS, help=_("Major: work has to stop for it. Also tell the safety supervision at once."),
    ),
    Parameter(
        "matters.hazard_check_days", _("What was put right is checked on the spot within"), Kind.WORKING_DAYS, 3, _OURS,
        minimum=1, maximum=20, group=_HAZARDS,
    ),
    Parameter(
        "matters.hazard_near_metres", _("Hazards are offered as perhaps the same within (metres)"), Kind.COUNT, 150, _OURS,
        minimum=10, maximum=2000, group=_HAZARDS,
    ),
    Parameter(
        "matters.hazard_keep_days", _("Who told of a hazard is forgotten after it was settled for"), Kind.DAYS, 180, _OURS,
        minimum=30, maximum=730, group=_HAZARDS, help=_("Until then she can be told, and can ask again."),
    ),
    Parameter(
        "matters.order_easy_days", _("An easy work order is answered within"), Kind.WORKING_DAYS, 3, _HOTLINE, minimum=1,
        maximum=30, group=_ORDERS,
    ),
    Parameter(
        "matters.order_middle_days", _("A middling work order is answered within"), Kind.WORKING_DAYS, 7, _HOTLINE, minimum=1,
        maximum=60, group=_ORDERS,
    ),
    Parameter(
        "matters.order_hard_days", _("A hard work order is answered within"), Kind.WORKING_DAYS, 15, _HOTLINE, minimum=1,
        maximum=90, group=_ORDERS,
    ),
    Parameter(
        "matters.order_check_share", _("Work orders drawn for the quality check"), Kind.RATIO, Decimal("0.1"),
        _("Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."),
        maximum=1, group=_ORDERS, help=_("Never by whoever handled the order; drawn every night, worked out again by anybody."),
    ),
)  # fmt: skip
