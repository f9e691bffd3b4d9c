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
