"""Parameters of organising beyond those that ship with policies."""

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_OURS = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_AREAS = _(
    "Ningbo's pilot of service areas (December 2023): about 50 unions or 5,000 members, each union once a quarter."
)
_MODES = _(
    "Four ways of founding (Changzhou): leading firms of over 100 people and firms of foreign, Hong Kong, Macao or Taiwan"
    " investment alone, clusters jointly, by the industry's department, the local federation for the rest."
)
_LAW = _("Trade Union Law art. 11: a unit of 25 members and more forms its own committee.")
_GROUP = _("Organising")

PARAMETERS = (
    Parameter(
        "organising.day_visits", _("Firms on an organiser's day list"), Kind.COUNT, 8, _OURS, minimum=1, maximum=50,
        group=_GROUP, help=_("The most promising ones of her areas; the rest stays on the list of the area."),
    ),
    Parameter(
        "organising.plans_kept_months", _("What was planned for each day is kept for so many months"), Kind.COUNT, 24, _OURS,
        minimum=12, maximum=120, group=_GROUP,
        help=_("It says what each organiser meant to do and did: work data of a person. Visits themselves stay."),
    ),
    Parameter(
        "organising.refusal_return_days", _("A firm that refuses for now comes back after"), Kind.DAYS, 30, _OURS,
        minimum=1, maximum=365, group=_GROUP, help=_("Counted from the day of the visit."),
    ),
    Parameter(
        "organising.absence_return_days", _("A firm where nobody was there comes back after"), Kind.DAYS, 3, _OURS,
        minimum=1, maximum=60, group=_GROUP, help=_("Counted from the day of the visit."),
    ),
    Parameter(
        "organising.verdict_stands_days", _("What an organiser saw on the spot stands for"), Kind.DAYS, 180, _OURS,
        minimum=1, maximum=3650, group=_GROUP,
        help=_("A firm seen closed, moved, covered or double is not proposed again during this time."),
    ),
    Parameter(
        "organising.quarter_visits", _("On-site visits to each union of an area, each quarter"), Kind.COUNT, 1, _AREAS,
        minimum=1, maximum=12, group=_GROUP, help=_("On different days; visits to firms without a union do not count."),
    ),
    Parameter(
        "organising.quarter_reminder_days", _("Reminder of unions still to be visited, before the quarter ends"),
        Kind.DAYS, 14, _OURS, minimum=1, maximum=60, group=_GROUP,
        help=_("A union that came into an area later than this is owed from the next quarter on."),
    ),
    Parameter(
        "organising.area_unions", _("Unions in a service area, at most about"), Kind.COUNT, 50, _AREAS, minimum=5,
        maximum=500, group=_GROUP, help=_("Whichever limit is reached first, this or the members, makes an area full."),
    ),
    Parameter(
        "organising.area_members", _("Members in a service area, at most about"), Kind.COUNT, 5000, _AREAS, minimum=100,
        maximum=100_000, group=_GROUP,
        help=_("Whichever limit is reached first, this or the unions, makes an area full."),
    ),
    Parameter(
        "organising.temporary_congress_share", _("Members who have to ask for a congress out of turn"), Kind.CHOICE, "1/3",
        _("Trade Union Law art. 17: at the proposal of the committee or of a third of the members."), group=_GROUP,
        help=_("Of all members, or of all representatives; the share itself is enough."),
        choices={"1/3": _("a third of all"), "1/4": _("a quarter of all"), "1/5": _("a fifth of all")},
    ),
    Parameter(
        "organising.invitation_days", _("A firm's link for founding its union holds for"), Kind.DAYS, 90, _OURS,
        minimum=1, maximum=730, group=_GROUP, help=_("Counted from the day the town takes the firm up."),
    ),
    Parameter(
        "organising.rule_precision", _("How often a matching rule must be right to link unasked"), Kind.RATIO,
        Decimal("0.97"), _OURS, minimum=Decimal("0.5"), maximum=Decimal("0.999"), group=_GROUP,
        help=_("Measured on people's verdicts; a rule below it asks first. See the rules page on verdicts."),
    ),
    Parameter(
        "organising.rule_certainty", _("How certain that measure must be"), Kind.RATIO, Decimal("0.90"), _OURS,
        minimum=Decimal("0.5"), maximum=Decimal("0.999"), group=_GROUP,
        help=_("The higher, the more verdicts a rule needs before it is decided about."),
    ),
    Parameter(
        "organising.rule_verdicts", _("Verdicts a matching rule needs before it is judged"), Kind.COUNT, 30, _OURS,
        minimum=5, maximum=5000, group=_GROUP, help=_("With fewer, a rule stays as it was made."),
    ),
    Parameter(
        "organising.spot_checks", _("Automatic links waiting for a spot check"), Kind.COUNT, 10, _OURS, minimum=0,
        maximum=200, group=_GROUP,
        help=_("Each comparison draws so many at random that this number waits; they measure precision without bias."),
    ),
    Parameter(
        "organising.headcount_tolerance", _("Head counts may differ by this share before anybody is asked"), Kind.RATIO,
        Decimal("0.30"), _OURS, minimum=Decimal("0.05"), maximum=Decimal("1"), group=_GROUP,
        help=_("Between what the union told and what insurance or tax count; fewer than five people are never asked about."),
    ),
    Parameter(
        "organising.mode_leading_people", _("A leading firm founds its union alone, from"), Kind.COUNT, 100, _MODES,
        minimum=10, maximum=10_000, group=_GROUP, help=_("People who work there."),
    ),
    Parameter(
        "organising.mode_alone_people", _("A firm founds its own union, from"), Kind.COUNT, 25, _LAW, minimum=3,
        maximum=1000, group=_GROUP, help=_("People who work there; smaller ones may, but need not be alone."),
    ),
    Parameter(
        "organising.mode_neighbours", _("Small firms found jointly where so many stand together"), Kind.COUNT, 3, _OURS,
        minimum=1, maximum=100, group=_GROUP, help=_("Other employers of the same village without a union."),
    ),
    Parameter(
        "organising.mode_industry_firms", _("An industry's department leads where so many of its firms have no union"),
        Kind.COUNT, 3, _OURS, minimum=1, maximum=1000, group=_GROUP,
        help=_("Other firms of the industry on the lists of the same county."),
    ),
    Parameter(
        "organising.mode_industries", _("Industries led by their department"), Kind.TEXT, "E G H O", _MODES, group=_GROUP,
        help=_("Letters of GB/T 4754: E construction, G transport, H hotels and catering, O household services."),
    ),
)  # fmt: skip
