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
_KINDS = _(
    "Kinds of the rules for grassroots unions' funds (总工办发〔2017〕32号) as far as known, not compared with their text. Enter "
    "your federation's own with its number."
)
_REPORTS = _("Reports of funds")

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
    Parameter(
        "dues.income_kinds", _("Kinds of income in a union's report of its funds"), Kind.TEXT,
        "会费收入、拨缴经费收入、上级补助收入、行政补助收入、其他收入", _KINDS, group=_REPORTS,
        help=_("With 、 between them. A report offers those in force on the last day of its year."),
    ),
    Parameter(
        "dues.spending_kinds", _("Kinds of spending in a union's report of its funds"), Kind.TEXT,
        "职工活动支出、职工服务支出、维权支出、业务支出、资本性支出、补助下级支出、其他支出", _KINDS, group=_REPORTS,
        help=_("With 、 between them. A report offers those in force on the last day of its year."),
    ),
    Parameter(
        "dues.report_days", _("A union reports its funds to its members within"), Kind.DAYS, 90, _OURS, minimum=1, maximum=364,
        group=_REPORTS, help=_("Counted from the last day of the year. The law asks for regular reports and names no day."),
    ),
    Parameter(
        "dues.report_ahead_days", _("Reminded before that day"), Kind.DAYS, 20, _OURS, minimum=1, maximum=90, group=_REPORTS,
        help=_("The chair of a union that has not reported yet is told so many days ahead."),
    ),
    Parameter(
        "dues.report_again_days", _("Reminded again every"), Kind.DAYS, 30, _OURS, minimum=7, maximum=180, group=_REPORTS,
        help=_("Once the day has passed; from the second time on the union above is told too."),
    ),
)  # fmt: skip
