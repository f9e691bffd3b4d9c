"""Parameters of aid."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind
from smartunion.systems.aid.rules.hardship import Exclusion
from smartunion.systems.aid.rules.reviews import Levels

_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_UNSET = _(
    "Not entered yet: 0 means that nothing is assessed here. Enter the amount of your place with its document number."
)
_FOUND = _(
    "Categories of workers in difficulty as cities' unions publish them (self-test of Qingdao's union)."
)
_FILE = _("Hardship archive")
_GIVEN = _("Aid and subsidies")

PARAMETERS = (
    Parameter(
        "aid.minimum_living_yuan", _("Minimum living standard, a month and head"), Kind.YUAN, Decimal(0), _UNSET,
        maximum=10000, group=_FILE, help=_("The civil-affairs office publishes it every year; deep difficulty lies below it."),
    ),
    Parameter(
        "aid.relative_pct", _("Relative difficulty goes up to this many percent of the standard"), Kind.COUNT, 200, _FOUND,
        minimum=100, maximum=500, group=_FILE,
    ),
    Parameter(
        "aid.accident_ratio", _("A loss counts above this share of the family’s income of the year"), Kind.RATIO,
        Decimal("0.80"), _FOUND, maximum=1, group=_FILE,
    ),
    Parameter(
        "aid.labour_months", _("Migrant workers have worked here for (months)"), Kind.COUNT, 12, _FOUND, maximum=120,
        group=_FILE,
    ),
    Parameter(
        "aid.exclusions", _("What keeps a household off the archive"), Kind.TEXT,
        f"{Exclusion.PRIVATE_SCHOOL.value},{Exclusion.STUDY_ABROAD.value}", _FOUND, group=_FILE,
        help=_("Keys with commas between: private_school, study_abroad, second_home, costly_car, own_company; none for none."),
    ),
    Parameter(
        "aid.review_levels", _("Reviews before a file is opened"), Kind.CHOICE, Levels.FOUR.value, _OURS,
        choices={one.value: one.label for one in Levels}, group=_FILE,
    ),
    Parameter(
        "aid.review_days", _("A file is looked at again after"), Kind.DAYS, 365, _OURS, minimum=30, maximum=730, group=_FILE,
    ),
    Parameter(
        "aid.watch_days", _("Who has improved is watched for"), Kind.DAYS, 365, _OURS, maximum=1095, group=_FILE,
        help=_("A fall-back inside this time brings the file back without the four reviews."),
    ),
    Parameter(
        "aid.medical_ratio", _("Medical aid: share of the own cost left"), Kind.RATIO, Decimal("0.50"), _OURS, maximum=1,
        group=_GIVEN,
    ),
    Parameter(
        "aid.medical_most_yuan", _("Medical aid: at most in a year"), Kind.YUAN, Decimal(10000), _OURS, maximum=1000000,
        group=_GIVEN,
    ),
    Parameter(
        "aid.study_yuan", _("Study aid of a school year, at most"), Kind.YUAN, Decimal(5000), _OURS, maximum=100000,
        group=_GIVEN,
    ),
    Parameter(
        "aid.model_worker_income_yuan", _("Model workers are supported below this income a month"), Kind.YUAN, Decimal(0),
        _UNSET, maximum=100000, group=_GIVEN,
    ),
    Parameter(
        "aid.model_worker_most_yuan", _("Support of a model worker, at most in a year"), Kind.YUAN, Decimal(20000), _OURS,
        maximum=1000000, group=_GIVEN,
    ),
)  # fmt: skip
