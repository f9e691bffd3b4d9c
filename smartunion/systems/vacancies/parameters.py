"""Parameters and facts of the room."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartunion.ground.facts.kinds import FactKind
from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_GROUP = pgettext_lazy("vacancies", "Vacancies")
VALID_DAYS, COMPLAINTS_A_DAY, WISHES = (
    "vacancies.valid_days", "vacancies.complaints_a_day", "vacancies.wishes_each",
)  # fmt: skip
PARAMETERS = (
    Parameter(
        VALID_DAYS, _("A vacancy is open for at most"), Kind.DAYS, 30, _OURS, minimum=1, maximum=180, group=_GROUP,
        help=_("Counted from the day it is entered. Afterwards it leaves the list by itself."),
    ),
    Parameter(
        COMPLAINTS_A_DAY, _("One person's complaints about vacancies in a day, at most"), Kind.COUNT, 5, _OURS,
        minimum=1, maximum=50, group=_GROUP,
        help=_("Each takes a vacancy off at once, so nobody may take all of them off."),
    ),
    Parameter(
        WISHES, _("Wishes for work one person may keep"), Kind.COUNT, 5, _OURS, minimum=1, maximum=20, group=_GROUP,
    ),
)  # fmt: skip
ISSUE_PUBLISHED, POSTED = "vacancies.issue_published", "vacancies.posted"
KINDS = (
    FactKind(ISSUE_PUBLISHED, _("Issue of vacancies published"), pgettext_lazy("vacancies", "issues")),
    FactKind(POSTED, _("Vacancy posted"), pgettext_lazy("vacancies", "vacancies")),
)
