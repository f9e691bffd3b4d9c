"""Parameters that ship with SmartUnion, with cautious defaults; rooms above register their own in their apps.py.

Where a law gives the number it is named; where it does not, the source says that the number is ours, so that a
federation sees what it has to decide.
"""

from datetime import time
from typing import Final

from django.utils.translation import gettext_lazy as _

from smartunion.ground.policies.parameters import Parameter
from smartunion.ground.policies.rules import Kind

_OURS: Final = _(
    "Default of SmartUnion; no national rule is known. Enter your federation's own rule with its number."
)
_MEMBERS = _("Membership")
_ORGANISING = _("Organising")
_ACCOUNTS = _("Signing in")
_NOTICES = _("Messages")

SHIPPED: Final = (
    Parameter(
        "registry.retained_pays_dues", _("Members with retained membership pay dues"), Kind.FLAG, False,
        _("Membership measures of 2016: retained members pay no dues."), group=_MEMBERS,
        help=_("Retained: unemployed, retired or from a closed employer."),
    ),
    Parameter(
        "registry.retained_votes", _("Members with retained membership vote"), Kind.FLAG, False,
        _("Membership measures of 2016: retained members have no vote."), group=_MEMBERS,
        help=_("Decides whether they count among those due to attend an election."),
    ),
    Parameter(
        "organising.founding_answer_days", _("The next higher union answers a founding or an election within"), Kind.DAYS, 15,
        _("Trade Union Law art. 12 and the election rules for grassroots unions: 15 days."),
        minimum=1, maximum=60, group=_ORGANISING,
        help=_("Clock of the approval step; who holds the case is reminded, then the union above."),
    ),
    Parameter(
        "organising.finding_min_insured", _("An employer without a union becomes a task from"), Kind.COUNT, 25,
        _("Trade Union Law art. 11: from 25 members on there must be a committee; smaller units may have one."),
        minimum=1, maximum=1000, group=_ORGANISING,
        help=_("Insured people in the last social-insurance list. Smaller employers are offered a joint union."),
    ),
    Parameter(
        "organising.finding_large_insured", _("An employer counts as large from"), Kind.COUNT, 100, _OURS,
        minimum=2, maximum=100000, group=_ORGANISING, help=_("Large employers come first in the day's list."),
    ),
    Parameter(
        "organising.finding_min_age_days", _("An employer is asked about founding once it has existed for"), Kind.DAYS,
        365, _OURS, minimum=0, maximum=3650, group=_ORGANISING,
        help=_("Younger firms wait, because many of them close again."),
    ),
    Parameter(
        "organising.visit_every_days", _("Every covered employer in an area is visited every"), Kind.DAYS, 92, _OURS,
        minimum=7, maximum=730, group=_ORGANISING, help=_("Once a quarter. Overdue visits move up in the day's list."),
    ),
    Parameter(
        "organising.area_max_employers", _("One area organiser looks after at most"), Kind.COUNT, 50, _OURS,
        minimum=1, maximum=10000, group=_ORGANISING,
        help=_("Employers with a union or a finding. More than this is shown as overloaded."),
    ),
    Parameter(
        "organising.area_max_people", _("One area holds at most so many workers"), Kind.COUNT, 5000, _OURS,
        minimum=1, maximum=1000000, group=_ORGANISING, help=_("More than this is shown as overloaded."),
    ),
    Parameter(
        "accounts.code_minutes", _("A sign-in code from a text message is valid for"), Kind.MINUTES, 5, _OURS,
        minimum=1, maximum=30, group=_ACCOUNTS,
    ),
    Parameter(
        "accounts.code_tries", _("A sign-in code may be tried"), Kind.COUNT, 5, _OURS, minimum=3, maximum=10,
        group=_ACCOUNTS, help=_("After that a new code is needed."),
    ),
    Parameter(
        "accounts.code_wait_minutes", _("A new code may be asked for after"), Kind.MINUTES, 1, _OURS,
        minimum=1, maximum=10, group=_ACCOUNTS,
    ),
    Parameter(
        "accounts.codes_per_day", _("Codes sent to one phone in a day, at most"), Kind.COUNT, 10, _OURS,
        minimum=3, maximum=50, group=_ACCOUNTS, help=_("Protects people from being flooded with messages."),
    ),
    Parameter(
        "accounts.lock_after", _("Wrong passwords in a row before an account is locked"), Kind.COUNT, 5,
        _("GB/T 22239-2019 (classified protection): limit failed sign-ins."), minimum=3, maximum=20, group=_ACCOUNTS,
    ),
    Parameter(
        "accounts.lock_minutes", _("A locked account opens again after"), Kind.MINUTES, 15,
        _("GB/T 22239-2019 (classified protection): limit failed sign-ins."), minimum=1, maximum=1440, group=_ACCOUNTS,
        help=_("Doubles with every further lock on the same day."),
    ),
    Parameter(
        "notices.quiet_from", _("No text messages from"), Kind.CLOCK, time(21, 30), _OURS, group=_NOTICES,
        help=_("Messages wait until the morning; sign-in codes are sent at any time. Equal times mean no quiet hours."),
    ),
    Parameter(
        "notices.quiet_until", _("Text messages again from"), Kind.CLOCK, time(7, 30), _OURS, group=_NOTICES,
    ),
)  # fmt: skip
