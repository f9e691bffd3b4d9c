"""Whether a founding election holds: quorum, majority, size of the organs, terms; pure, each answer with its source.

Trade Union Law (2021) art. 10, 11, 16 are law and stand here; what only the election regulation or local rules say
(quorum, majority, sizes, women's committee) is handed in as ElectionRules, read from dated parameters.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Final

from django.utils.translation import gettext as _

#: Units with this many members must form a committee. Source: Trade Union Law art. 11. Not a minimum for founding.
COMMITTEE_FROM: Final = 25
#: Years of a term. Source: Trade Union Law art. 16.
TERM_YEARS: Final = frozenset({3, 5})

LAW_11 = "《工会法》第十一条"
LAW_10 = "《工会法》第十条"
LAW_16 = "《工会法》第十六条"


@dataclass(frozen=True)
class Band:
    """Size of a committee for unions of up to so many members; members: None for the last band."""

    members: int | None
    least: int
    most: int


@dataclass(frozen=True)
class ElectionRules:
    """What the regulation in force there on that day says, with its source.

    quorum: share of those due who must be present; majority_of: "due" or "present"; women_from: women members from
    which a women's committee is formed, below it one women's member.
    """

    quorum: Fraction
    majority_of: str
    bands: tuple[Band, ...]
    women_from: int
    source: str = ""
    women_source: str = ""


@dataclass(frozen=True)
class Elected:
    """One person elected; post: "chair", "vice_chair", "member" or "organiser"; votes: None where nobody voted."""

    name: str
    post: str
    votes: int | None = None


@dataclass(frozen=True)
class Ballot:
    """The result as reported."""

    held_on: date
    members: int
    women: int
    due: int
    present: int
    term_years: int
    committee: Sequence[Elected] = field(default_factory=tuple)
    audit: Sequence[Elected] = field(default_factory=tuple)
    women_committee: Sequence[Elected] = field(default_factory=tuple)
    candidates: int | None = None
    has_relatives: bool = False


@dataclass(frozen=True)
class Objection:
    """Something that does not hold: which field, why, by which rule. is_hint: worth a look, does not void it."""

    field: str
    message: str
    source: str
    is_hint: bool = False


def check(ballot: Ballot, rules: ElectionRules, *, today: date) -> list[Objection]:
    """Everything that speaks against the election, in the order of the form; empty when it holds."""
    return [
        *_dates(ballot, today),
        *_turnout(ballot, rules),
        *check_committee(ballot, rules),
        *_votes("committee", ballot.committee, ballot, rules),
        *_audit(ballot, rules),
        *_women(ballot, rules),
    ]


def check_one(
    name: str, votes: int | None, *, due: int, present: int, rules: ElectionRules
) -> list[Objection]:
    """What speaks against the by-election of one person: too few were there, or no majority for her; fields present, votes.

    votes: None where nobody asked for them.
    """
    ballot = Ballot(date.min, members=due, women=0, due=due, present=present, term_years=max(TERM_YEARS))
    elected = [Elected(name, "", votes)] if votes is not None else []
    return [*_turnout(ballot, rules), *_votes("votes", elected, ballot, rules)]


@dataclass(frozen=True)
class Line:
    """One thing that was looked at, in words with its numbers."""

    field: str
    label: str
    words: str


def lines(ballot: Ballot, rules: ElectionRules) -> list[Line]:
    """What was looked at, whether or not it holds: present against quorum, votes against majority, sizes."""
    needed = -(-rules.quorum.numerator * ballot.due // rules.quorum.denominator)
    turnout = {"present": ballot.present, "due": ballot.due, "needed": needed}
    found = [Line("present", _("Present"), _("%(present)s of %(due)s, at least %(needed)s needed") % turnout)]
    votes = [one.votes for one in (*ballot.committee, *ballot.audit) if one.votes is not None]
    if votes:
        lowest = {"lowest": min(votes), "base": ballot.due if rules.majority_of == "due" else ballot.present}
        words = _("lowest %(lowest)s, more than half of %(base)s needed")
        found.append(Line("committee", _("Votes"), words % lowest))
    band = band_for(rules.bands, ballot.members)
    if band is not None:
        sizes = {
            "count": len(ballot.committee),
            "least": band.least,
            "most": band.most,
            "members": ballot.members,
        }
        words = _("%(count)s, %(least)s to %(most)s for %(members)s members")
        found.append(Line("committee", _("Size of the committee"), words % sizes))
    women = {"count": len(ballot.women_committee), "women": ballot.women}
    words = _("%(count)s for %(women)s women members")
    return [*found, Line("women_committee", _("Women's committee"), words % women)]


def holds(objections: Sequence[Objection]) -> bool:
    """Whether only hints remain."""
    return all(one.is_hint for one in objections)


def _dates(ballot: Ballot, today: date) -> list[Objection]:
    found = []
    if ballot.held_on > today:
        found.append(Objection("held_on", _("The election lies in the future."), ""))
    if ballot.term_years not in TERM_YEARS:
        found.append(Objection("term_years", _("A term lasts three or five years."), LAW_16))
    return found


def _turnout(ballot: Ballot, rules: ElectionRules) -> list[Objection]:
    found = []
    if ballot.women > ballot.members:
        found.append(Objection("women", _("There cannot be more women members than members."), ""))
    if ballot.due > ballot.members or ballot.due < 1:
        words = _("Those due to attend are members or their representatives: between 1 and %(members)s.")
        found.append(Objection("due", words % {"members": ballot.members}, ""))
    elif ballot.present > ballot.due:
        found.append(Objection("present", _("More people were present than were due to attend."), ""))
    elif ballot.present < rules.quorum * ballot.due:
        needed = -(-rules.quorum.numerator * ballot.due // rules.quorum.denominator)
        words = _(
            "Only %(present)s of %(due)s were present; at least %(needed)s are needed for a valid election."
        )
        values = {"present": ballot.present, "due": ballot.due, "needed": needed}
        found.append(Objection("present", words % values, rules.source))
    return found


def check_committee(ballot: Ballot, rules: ElectionRules) -> list[Objection]:
    """What speaks against the committee itself: its head, its size for the members, its candidates, relatives in it."""
    chairs = [one for one in ballot.committee if one.post == "chair"]
    found = []
    if ballot.members < COMMITTEE_FROM and [one.post for one in ballot.committee] == ["organiser"]:
        return _relatives(ballot)  # a small unit may elect one organiser instead of a committee
    if ballot.members >= COMMITTEE_FROM and len(ballot.committee) < 2:
        words = _("With %(members)s members a committee must be formed; one person is not enough.")
        found.append(Objection("committee", words % {"members": ballot.members}, LAW_11))
    if len(chairs) != 1:
        found.append(Objection("committee", _("Exactly one member of the committee is its chair."), ""))
    band = band_for(rules.bands, ballot.members)
    if (
        band is not None
        and len(ballot.committee) > 1
        and not band.least <= len(ballot.committee) <= band.most
    ):
        words = _(
            "A union of %(members)s members has a committee of %(least)s to %(most)s; %(count)s are entered."
        )
        values = {
            "members": ballot.members,
            "least": band.least,
            "most": band.most,
            "count": len(ballot.committee),
        }
        found.append(Objection("committee", words % values, rules.source))
    if ballot.candidates is not None and ballot.candidates <= len(ballot.committee):
        words = _("There should be more candidates than seats: %(candidates)s stood for %(seats)s.")
        values = {"candidates": ballot.candidates, "seats": len(ballot.committee)}
        found.append(Objection("candidates", words % values, rules.source, is_hint=True))
    return found + _doubles("committee", ballot.committee) + _relatives(ballot)


def _relatives(ballot: Ballot) -> list[Objection]:
    if not ballot.has_relatives:
        return []
    words = _("Close relatives of the firm's main leaders cannot be elected into its union committee.")
    return [Objection("has_relatives", words, LAW_10)]


def _votes(place: str, elected: Sequence[Elected], ballot: Ballot, rules: ElectionRules) -> list[Objection]:
    base = ballot.due if rules.majority_of == "due" else ballot.present
    found = []
    for one in elected:
        if one.votes is None:
            words = _("Enter the votes for %(name)s: whether the election holds depends on them.")
            found.append(Objection(place, words % {"name": one.name}, rules.source))
        elif one.votes > ballot.present:
            words = _("%(name)s cannot have more votes (%(votes)s) than people were present (%(present)s).")
            values = {"name": one.name, "votes": one.votes, "present": ballot.present}
            found.append(Objection(place, words % values, ""))
        elif one.votes * 2 <= base:
            words = _(
                "%(name)s has %(votes)s votes and is not elected: more than half of %(base)s are needed."
            )
            values = {"name": one.name, "votes": one.votes, "base": base}
            found.append(Objection(place, words % values, rules.source))
    return found


def _audit(ballot: Ballot, rules: ElectionRules) -> list[Objection]:
    if not ballot.audit:
        if ballot.members < COMMITTEE_FROM:
            return []
        words = _("The funds audit committee is elected together with the committee.")
        return [Objection("audit", words, rules.source)]
    found = _votes("audit", ballot.audit, ballot, rules) + _doubles("audit", ballot.audit)
    chairs = {one.name for one in ballot.committee if one.post == "chair"}
    for name in sorted(chairs & {one.name for one in ballot.audit}):
        words = _("%(name)s chairs the committee and cannot audit its funds.")
        found.append(Objection("audit", words % {"name": name}, rules.source))
    return found


def women_seats(women: int, women_from: int) -> int:
    """Seats the women's organ needs at least: two for a committee, one for a women's member, none without women."""
    if women >= women_from:
        return 2
    return 1 if women > 0 else 0


def _women(ballot: Ballot, rules: ElectionRules) -> list[Objection]:
    needed = women_seats(ballot.women, rules.women_from)
    if needed > 1 and len(ballot.women_committee) < needed:
        words = _(
            "With %(women)s women members a women workers' committee is formed; enter at least two people."
        )
        return [Objection("women_committee", words % {"women": ballot.women}, rules.women_source)]
    if needed and not ballot.women_committee:
        words = _("Enter at least one women workers' member.")
        return [Objection("women_committee", words, rules.women_source or LAW_11)]
    return _doubles("women_committee", ballot.women_committee)


def _doubles(place: str, elected: Sequence[Elected]) -> list[Objection]:
    names = [one.name for one in elected]
    twice = sorted({name for name in names if names.count(name) > 1})
    words = _("%(name)s is entered twice. If two people share the name, add what tells them apart.")
    return [Objection(place, words % {"name": name}, "") for name in twice]


def band_for(bands: Sequence[Band], members: int) -> Band | None:
    """The band a union of so many members falls into; None when the rules name none."""
    return next((band for band in bands if band.members is None or members <= band.members), None)


_BAND: Final = re.compile(r"(?:(\d{1,7})|\*):(\d{1,3})-(\d{1,3})")


def bands_from(text: str) -> tuple[Band, ...]:
    """Bands as the parameter writes them: "24:3-5 200:3-7 … *:37-45", members up to and including the first number.

    Raises ValueError for anything else, or when the numbers do not rise.
    """
    bands = []
    for part in text.split():
        found = _BAND.fullmatch(part)
        if found is None:
            raise ValueError(f"{part!r} is no band; write members:least-most")
        bands.append(Band(int(found[1]) if found[1] else None, int(found[2]), int(found[3])))
    limits = [band.members for band in bands]
    rising = [limit for limit in limits if limit is not None]
    if not bands or rising != sorted(set(rising)) or None in limits[:-1]:
        raise ValueError("bands must rise, the open one last")
    if any(not 1 <= band.least <= band.most for band in bands):
        raise ValueError("a band's least must not be larger than its most")
    return tuple(bands)


def term_end(starts_on: date, years: int) -> date:
    """The day a term of so many years ends: the same day, years later; 29 February becomes 1 March."""
    try:
        return starts_on.replace(year=starts_on.year + years)
    except ValueError:
        return date(starts_on.year + years, 3, 1)
