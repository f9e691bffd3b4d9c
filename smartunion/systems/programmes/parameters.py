"""Parameters of programmes: ceilings that differ from place to place and from year to year."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_GROUP = _("Ready programmes")

PARAMETERS = (
    Parameter(
        "programmes.gift_most_yuan", _("A gift costs at most (yuan each)"), Kind.YUAN, Decimal(500),
        "《贵州省基层工会经费收支管理实施细则（暂行）》2018：春节人均不超过 500 元", minimum=0, maximum=10_000, group=_GROUP,
        help=_("0: no ceiling. Checked when an offer of gifts is published."),
    ),
    Parameter(
        "programmes.festival_gift_most_yuan", _("A gift for another festival than the Spring Festival costs at most (yuan each)"),
        Kind.YUAN, Decimal(200), "《贵州省基层工会经费收支管理实施细则（暂行）》2018：其他法定节日人均不超过 200 元",
        minimum=0, maximum=10_000, group=_GROUP,
        help=_("0: no ceiling. Checked when an offer of gifts is published."),
    ),
    Parameter(
        "programmes.trip_most_yuan", _("Recuperation costs at most (yuan a person)"), Kind.YUAN, Decimal(3000),
        "杭州市 2021：党政机关、事业单位每人每年 3,000 元", minimum=0, maximum=100_000, group=_GROUP,
        help=_("0: no ceiling. All parts together, whoever pays them."),
    ),
    Parameter(
        "programmes.trip_most_days", _("Recuperation lasts at most (days)"), Kind.DAYS, 7,
        "山东省总工会 2017：每期不超过 7 天（含报到和返程）；宜昌 5 天", minimum=1, maximum=60, group=_GROUP,
    ),
    Parameter(
        "programmes.front_line_points", _("Points of the front line where places go by need"), Kind.COUNT, 100,
        _("Default of SmartUnion: the front line comes first, years since the last time decide within it."), minimum=0,
        maximum=1000, group=_GROUP,
    ),
)  # fmt: skip
