"""What this room asks the policies: limits that differ by place and date."""

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.service import Kind

SILENT_DAYS = "registry.transfer_silent_days"
ANSWER_DAYS = "registry.transfer_answer_days"
REMIND_DAYS = "registry.transfer_remind_days"
MINIMUM_AGE = "registry.minimum_age"
TERM_YEARS = "registry.term_years"
ELECTION_QUORUM = "registry.election_quorum"
#: The key of the room that asked first: policies entered since bear it.
ELECTION_MAJORITY = "organising.election_majority"
RESTRUCTURING_UNDO_DAYS = "registry.restructuring_undo_days"
RESTRUCTURING_REMIND_DAYS = "registry.restructuring_remind_days"
TERM_REMIND_DAYS = "registry.term_remind_days"
TERM_POSTPONE_DAYS = "registry.term_postpone_days"
CERTIFICATE_REMIND_DAYS = "registry.certificate_remind_days"
CERTIFICATE_EXAM_DAYS = "registry.certificate_exam_days"
CERTIFICATE_CHANGE_DAYS = "registry.certificate_change_days"
CERTIFICATE_FORMAT = "registry.certificate_format"
UNDO_DAYS = "registry.merge_undo_days"

FULL_TIME_CHAIR_FROM = "registry.full_time_chair_from"
DUES_UNPAID_DAYS = "registry.dues_unpaid_days"

#: No policy sets the youngest age higher.
OF_AGE = 18

_GROUP = _("Unions and members")
PARAMETERS = (
    Parameter(
        SILENT_DAYS, _("Days after which a union's silence lets a member go"), Kind.WORKING_DAYS, 5,
        _("Cautious default of the program: no rule names a limit; enter your federation's."),
        help=_("A transfer is done by itself when the old union has neither agreed nor objected by then."),
        minimum=1, maximum=60, group=_GROUP,
    ),
    Parameter(
        ANSWER_DAYS, _("Days within which a new union answers a transfer"), Kind.WORKING_DAYS, 5,
        _("Cautious default of the program: no rule names a limit; enter your federation's."),
        help=_("Then the request goes to the union above, which has as long, and so on upwards. Nobody is admitted by silence."),
        minimum=1, maximum=60, group=_GROUP,
    ),
    Parameter(
        REMIND_DAYS, _("Days before that at which the new union is reminded"), Kind.DAYS, 2,
        _("Default of the program: no rule names a limit."),
        help=_("Once to whoever has the request, the union above too."), minimum=1, maximum=30, group=_GROUP,
    ),
    Parameter(
        MINIMUM_AGE, _("Youngest age of a member"), Kind.COUNT, 16,
        _("Labour Law art. 15: no employment under 16."),
        help=_("Younger people are refused when joining, with the reason."), minimum=14, maximum=OF_AGE, group=_GROUP,
    ),
    Parameter(
        RESTRUCTURING_UNDO_DAYS, _("Days within which a merger or split can be taken back"), Kind.DAYS, 30,
        _("Default of the program: no rule names a limit."),
        help=_("Until then everything nobody has changed since returns to what it was before."),
        minimum=0, maximum=365, group=_GROUP,
    ),
    Parameter(
        RESTRUCTURING_REMIND_DAYS, _("Days after which a merger or split that stopped is reminded of, and as often again"),
        Kind.DAYS, 3, _("Default of the program: no rule names a limit."),
        help=_("First whoever decided it, from the second time on the head of the union above too."), minimum=1, maximum=60,
        group=_GROUP,
    ),
    Parameter(
        TERM_YEARS, _("Usual term of a grassroots committee"), Kind.CHOICE, "5",
        _("Trade Union Law art. 16: three or five years."),
        help=_("Proposed when a new term is entered; leading unions always have five years."),
        choices={"3": _("3 years"), "5": _("5 years")}, group=_GROUP,
    ),
    Parameter(
        TERM_REMIND_DAYS, _("Days before the end of a term to remind of the re-election"), Kind.DAYS, 90,
        _("Default of the program: no rule names a limit."),
        help=_("The chair gets one message then, and another when the term has ended without an election."),
        minimum=1, maximum=365, group=_GROUP,
    ),
    Parameter(
        TERM_POSTPONE_DAYS, _("Days a re-election can be put off at most"), Kind.DAYS, 183,
        _("Election regulation of grassroots unions: usually half a year; check against your copy."),
        help=_("All postponements of one term together, counted from its proper end."), minimum=0, maximum=1095,
        group=_GROUP,
    ),
    Parameter(
        CERTIFICATE_REMIND_DAYS, _("Days before a legal-person certificate ends to remind of its renewal"), Kind.DAYS, 60,
        _("Default of the program: no rule names a limit."),
        help=_("The chair gets one message then, and another when it has ended."),
        minimum=1, maximum=365, group=_GROUP,
    ),
    Parameter(
        CERTIFICATE_EXAM_DAYS, _("Time to examine an application about a legal person"), Kind.WORKING_DAYS, 15,
        _("Rules on the legal-person registration of grassroots unions (ACFTU 2020 no. 20); check against your copy."),
        help=_("From the day the registering federation has the application."), minimum=1, maximum=60, group=_GROUP,
    ),
    Parameter(
        CERTIFICATE_CHANGE_DAYS, _("Days within which a change must be registered in the legal-person certificate"),
        Kind.DAYS, 30,
        _("Rules on the legal-person registration of grassroots unions (ACFTU 2020 no. 20)."),
        help=_("Counted from the day name, address, code, head or registering federation changed."), minimum=1,
        maximum=365, group=_GROUP,
    ),
    Parameter(
        DUES_UNPAID_DAYS, _("Days without dues and activity after which a membership ends as leaving"), Kind.DAYS, 183,
        _("Charter of the trade unions: six months without reason, and education had no effect; check against your copy."),
        help=_("Nobody is taken out for it who has been a member for less; what was tried before is written down."),
        minimum=1, maximum=1095, group=_GROUP,
    ),
    Parameter(
        FULL_TIME_CHAIR_FROM, _("Staff from which on a union may have a full-time chair"), Kind.COUNT, 200,
        _("Trade Union Law art. 14: in units of two hundred people and more."), minimum=1, maximum=100_000, group=_GROUP,
        help=_("Of all employers the union covers; as insured, else as they were entered."),
    ),
    Parameter(
        ELECTION_QUORUM, _("Quorum of an electing congress"), Kind.CHOICE, "2/3",
        _("Grassroots organisation work regulations: valid with two thirds of those due present."),
        help=_("An election entered with fewer people present is refused."),
        choices={"2/3": _("two thirds of those due"), "1/2": _("half of those due")}, group=_GROUP,
    ),
    Parameter(
        ELECTION_MAJORITY, _("Elected with more than half of those"), Kind.CHOICE, "due",
        _("Regulation on elections of grassroots unions (2016), not checked word by word: compare with the text in force."),
        choices={"due": _("due to attend"), "present": _("present")}, group=_GROUP,
        help=_("Decides whether an election or by-election holds."),
    ),
    Parameter(
        CERTIFICATE_FORMAT, _("Form of certificate numbers"), Kind.TEXT, "{place}工证字〔{year}〕{number:04d}号",
        _("Default of the program."),
        help=_("{place} is the name of the place, {code} its code, {year} the year, {number:04d} the running number."),
        group=_GROUP,
    ),
    Parameter(
        UNDO_DAYS, _("How long the merging of records can be undone"), Kind.DAYS, 180,
        _("Cautious default of the program: the sealed old rows are kept no longer than mistakes come to light."),
        help=_("Afterwards the old rows are cleared for good (Personal Information Protection Law art. 19)."),
        minimum=1, maximum=1095, group=_GROUP,
    ),
)  # fmt: skip
