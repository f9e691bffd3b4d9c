"""Parameters of casework."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_GROUP = _("The service hall")

PARAMETERS = (
    Parameter(
        "casework.supplement_days", _("An applicant may supplement a returned case within"), Kind.DAYS, 30, _OURS,
        minimum=3, maximum=365, group=_GROUP,
        help=_("She is reminded before and after; the case is not closed by itself."),
    ),
    Parameter(
        "casework.answer_days", _("A general request is answered within"), Kind.WORKING_DAYS, 7, _OURS,
        minimum=1, maximum=90, group=_GROUP,
        help=_("Shown to the applicant as the promise; late cases go to the union above."),
    ),
    Parameter(
        "casework.urge_days", _("An applicant may urge a case again after"), Kind.DAYS, 3, _OURS,
        minimum=1, maximum=90, group=_GROUP,
        help=_("Counted from sending or urging last; whoever holds the case is told, of a late one the union above too."),
    ),
    Parameter(
        "casework.remind_days", _("Whoever holds a case is reminded before its last day"), Kind.DAYS, 2, _OURS,
        minimum=0, maximum=30, group=_GROUP,
    ),
    Parameter(
        "casework.second_look_share", _("Decisions drawn for a second look by somebody else"), Kind.RATIO, Decimal("0.02"),
        _OURS, maximum=1, group=_GROUP,
        help=_("Drawn every night from the decisions of the day before; the draw can be worked out again."),
    ),
    Parameter(
        "casework.sealed_second_look_share", _("Decisions about money and need drawn for a second look"), Kind.RATIO,
        Decimal("0.1"), _("Default of SmartUnion: a tenth, as the claim service of the English education ministry does."),
        maximum=1, group=_GROUP, help=_("Approvals and refusals alike; a colleague of the same role looks, nobody else."),
    ),
    Parameter(
        "casework.keep_years", _("Closed cases of people whose data were erased are emptied after years"), Kind.COUNT, 3,
        _("Civil Code art. 188: a claim can be raised for three years; Personal Information Protection Law art. 19 and 47."),
        minimum=1, maximum=30, group=_GROUP,
        help=_("Until then they are kept locked: the decision may have to be accounted for."),
    ),
    Parameter(
        "casework.draft_days", _("Drafts that were never sent are deleted after"), Kind.DAYS, 90,
        _("Personal Information Protection Law art. 19: kept no longer than the purpose needs."),
        minimum=7, maximum=365, group=_GROUP,
    ),
)  # fmt: skip
