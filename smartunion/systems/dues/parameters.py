"""Parameters of contributions."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_LAW = _("Trade Union Law (2021) art. 43: two per cent of all wages of staff a month.")
_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_GROUP = _("Union contributions")

PARAMETERS = (
    Parameter(
        "dues.rate", _("Share of all wages an employer contributes"), Kind.RATIO, Decimal("0.02"), _LAW,
        minimum=Decimal("0.001"), maximum=Decimal("0.1"), group=_GROUP,
        help=_("Asked only where an extract names the wages and not the amount due."),
    ),
    Parameter(
        "dues.look_back_months", _("Months of contributions that count"), Kind.COUNT, 24, _OURS, minimum=3, maximum=120,
        group=_GROUP, help=_("Counted back from the last month the extracts of the place reach; what is older is left alone."),
    ),
    Parameter(
        "dues.silent_months", _("Months without a row after which an employer counts as paying nothing any more"), Kind.COUNT,
        6, _OURS, minimum=1, maximum=36, group=_GROUP, help=_("Counted to the last month the extracts of the place reach."),
    ),
    Parameter(
        "dues.answer_days", _("An employer that was reminded pays within"), Kind.DAYS, 15, _OURS, minimum=1, maximum=180,
        group=_GROUP, help=_("Printed on the reminder; a payment order can be asked for afterwards."),
    ),
    Parameter(
        "dues.letter_word", _("Word before the number of reminders"), Kind.TEXT, "工催", _OURS, group=_GROUP,
        help=_("Letters are numbered by year: word〔2026〕1号."),
    ),
)  # fmt: skip
