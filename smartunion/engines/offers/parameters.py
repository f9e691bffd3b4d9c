"""Parameters of offers."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_GROUP = _("Offers")

PARAMETERS = (
    Parameter(
        "offers.hold_minutes", _("A place is held while the form is filled in for"), Kind.MINUTES, 15, _OURS, minimum=5,
        maximum=120, group=_GROUP, help=_("Where places are confirmed after booking. Enough time for elderly people."),
    ),
    Parameter(
        "offers.offer_hours", _("An offered place is answered within (hours)"), Kind.COUNT, 24, _OURS, minimum=1,
        maximum=168, group=_GROUP,
        help=_("Waiting list and draws that ask for confirmation. People on night shift need time to see the message."),
    ),
    Parameter(
        "offers.invite_days", _("An invitation is answered within"), Kind.DAYS, 5, _OURS, minimum=1, maximum=60, group=_GROUP,
    ),
    Parameter(
        "offers.remind_hours", _("Participants are reminded before it begins (hours)"), Kind.COUNT, 24, _OURS, minimum=2,
        maximum=168, group=_GROUP,
    ),
    Parameter(
        "offers.ban_days", _("Whoever does not come cannot book for"), Kind.DAYS, 30, _OURS, minimum=0, maximum=365,
        group=_GROUP, help=_("0: no consequence. An offer may set its own. The organisers can lift every ban."),
    ),
    Parameter(
        "offers.term_ban_days", _("Whoever misses too many days of a course cannot book for"), Kind.DAYS, 200,
        _("麻章区总工会 2025: below 70 % loses the next term; its length is SmartUnion's default."), minimum=0, maximum=800,
        group=_GROUP, help=_("Long enough for the next term of the same course. The organisers can lift every ban."),
    ),
    Parameter(
        "offers.late_ban_days", _("Whoever cancels too late cannot book for"), Kind.DAYS, 0, _OURS, minimum=0, maximum=365,
        group=_GROUP, help=_("0: no consequence, so that places are given back rather late than never."),
    ),
)  # fmt: skip
