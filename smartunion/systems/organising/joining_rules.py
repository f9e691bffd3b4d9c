"""Where somebody who scans a code belongs, and whether she is taken in at once; pure, with the reasons said.

Source: domain rules 5.4, 5.5: anyone living mainly on wages may join; membership begins on approval; people whose
unit has no union are kept by the higher union until it has one.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class Way(StrEnum):
    """What happens to an application."""

    ADMIT = "admit"
    ASK = "ask"
    POOL = "pool"


class Cover(StrEnum):
    """How the employer stands to the union whose code was scanned."""

    HERE = "here"
    ELSEWHERE = "elsewhere"
    NOBODY = "nobody"
    UNKNOWN = "unknown"


class Why(StrEnum):
    """Why somebody of the union has to look first."""

    POLICY = "policy"
    EMPLOYER = "employer"
    PHONE = "phone"
    EXPELLED = "expelled"
    OTHER_CODE = "other_code"


@dataclass(frozen=True)
class Situation:
    """What is known when the form arrives.

    admits: the scanned code's union takes members and stands; cover: the employer's relation to it; named: the code
    itself names the employer; needs_approval: the union's policy;
    phone_differs: the registry knows another phone; was_expelled: her last membership ended so.
    """

    admits: bool
    cover: Cover
    named: bool = False
    needs_approval: bool = False
    phone_differs: bool = False
    was_expelled: bool = False


@dataclass(frozen=True)
class Decision:
    """Which way, and why not at once. through_other: the union covering the employer decides, not the code's."""

    way: Way
    reasons: tuple[Why, ...] = ()
    through_other: bool = False


def decide(situation: Situation) -> Decision:
    """Where the application goes."""
    if not situation.admits:
        if situation.cover is Cover.ELSEWHERE:
            return Decision(Way.ASK, (Why.OTHER_CODE, *_doubts(situation)), through_other=True)
        return Decision(Way.POOL)
    reasons = _doubts(situation)
    if situation.needs_approval:
        reasons = (Why.POLICY, *reasons)
    if not situation.named and situation.cover is not Cover.HERE:
        reasons = (*reasons, Why.EMPLOYER)
    return Decision(Way.ASK if reasons else Way.ADMIT, reasons)


def _doubts(situation: Situation) -> tuple[Why, ...]:
    doubts = ((Why.PHONE, situation.phone_differs), (Why.EXPELLED, situation.was_expelled))
    return tuple(why for why, holds in doubts if holds)


def in_words(why: Why, *, union: str, employer: str) -> str:
    """The reason as the union's officer and the applicant read it."""
    return {
        Why.POLICY: _("%(union)s takes in each member by its own decision."),
        Why.EMPLOYER: _("Whether %(employer)s belongs to %(union)s has to be looked at."),
        Why.PHONE: _("The registry knows another phone number for this person."),
        Why.EXPELLED: _("Whoever was expelled before is taken in again by decision of the union."),
        Why.OTHER_CODE: _("%(employer)s has its own union, %(union)s; it decides."),
    }[why] % {"union": union, "employer": employer or _("the employer given")}
