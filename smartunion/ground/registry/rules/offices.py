"""Terms and elections; pure. Source: Trade Union Law art. 10, 15, 16; domain rules 5.4."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.ground.registry.rules.words import Organ, Post

#: How long ahead a term is entered at most.
TERM_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Elected:
    """Somebody elected: organ, post, name, and the registry's person when she is known."""

    organ: Organ
    post: Post
    name: str
    person_id: int | None = None


def end_of_term(starts_on: date, years: int) -> date:
    """The first day after a term of so many years (29 February ends on 1 March)."""
    try:
        return starts_on.replace(year=starts_on.year + years)
    except ValueError:
        return date(starts_on.year + years, 3, 1)


def check_years(years: int, *, is_leading: bool) -> None:
    """Three or five years; five for leading unions. Raises InvalidInput. Source: Trade Union Law art. 16."""
    if years not in {3, 5} or (is_leading and years != 5):
        raise InvalidInput(
            _("Leading unions have terms of five years.")
            if is_leading
            else _("A term has three or five years."),
            field="years",
        )


def check_quorum(due: int | None, present: int | None, quorum: Fraction) -> None:
    """Enough of those due were present, when both numbers are known. Raises InvalidInput naming present_count."""
    if due is None or present is None:
        return
    if present > due:
        raise InvalidInput(
            _("More people present (%(present)s) than due (%(due)s).") % {"present": present, "due": due},
            remedy=_("Check both numbers against the minutes."), field="present_count",
        )  # fmt: skip
    if Fraction(present) < due * quorum:
        needed = -(-due * quorum.numerator // quorum.denominator)
        raise InvalidInput(
            _("An election with %(present)s of %(due)s present is not valid: %(needed)s are needed.")
            % {"present": present, "due": due, "needed": needed},
            remedy=_("Check the numbers against the minutes; else the congress has to be held again."),
            field="present_count",
        )


def check_officers(officers: Sequence[Elected]) -> None:
    """The committee has a head, no organ has two chairs, nobody stands twice in one, the chair audits nothing.

    Raises InvalidInput naming officers. Source: the audit committee supervises the committee's money.
    """
    for organ in Organ:
        chairs = [one for one in officers if one.organ == organ and one.post == Post.CHAIR]
        if len(chairs) > 1:
            raise InvalidInput(
                _("%(organ)s: only one person can be its chair.") % {"organ": organ.label}, field="officers"
            )
    if officers and not heads(officers):
        raise InvalidInput(
            _("The committee has no chair."),
            remedy=_(
                "Enter the chair; a unit with fewer than 25 members may have one organising officer instead."
            ),
            field="officers",
        )
    auditors = {_key(one) for one in officers if one.organ == Organ.AUDIT}
    both = [one.name for one in heads(officers) if one.post == Post.CHAIR and _key(one) in auditors]
    if both:
        raise InvalidInput(
            _("%(name)s cannot be the chair and audit the chair's accounts.") % {"name": both[0]},
            field="officers",
        )
    seen: set[tuple[str, int | str]] = set()
    for one in officers:
        if (one.organ, _key(one)) in seen:
            raise InvalidInput(
                _("%(name)s stands twice in the same organ.") % {"name": one.name}, field="officers"
            )
        seen.add((one.organ, _key(one)))


def heads(officers: Sequence[Elected]) -> list[Elected]:
    """Chair of the committee, or the organising officer of a small unit."""
    return [
        one for one in officers if one.organ == Organ.COMMITTEE and one.post in {Post.CHAIR, Post.ORGANISER}
    ]


def check_beginning(starts_on: date, today: date) -> None:
    """An election is entered once it was held, a year ahead of its term at most. Raises InvalidInput naming starts_on."""
    if starts_on - today > TERM_AHEAD:
        raise InvalidInput(
            _("%(day)s is more than a year ahead.") % {"day": starts_on.isoformat()},
            remedy=_("Enter the day on which the elected take office."), field="starts_on",
        )  # fmt: skip


def check_succession(starts_on: date, previous_starts_on: date | None) -> None:
    """A term begins after the one before it began. Raises InvalidInput naming starts_on."""
    if previous_starts_on is not None and starts_on <= previous_starts_on:
        raise InvalidInput(
            _("The term before this one began on %(day)s.") % {"day": previous_starts_on.isoformat()},
            remedy=_("Enter a later day."), field="starts_on",
        )  # fmt: skip


def _key(one: Elected) -> int | str:
    return one.person_id if one.person_id is not None else one.name.strip()
