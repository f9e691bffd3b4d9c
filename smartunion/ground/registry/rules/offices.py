"""Terms and elections; pure. Source: Trade Union Law art. 10, 15, 16; domain rules 5.4."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.ground.registry.rules.words import Organ, Post, PostEnd

#: A name with the end of the phone behind it: 李伟1234, 李伟（1234）.
_TAILED = re.compile(r"(?P<name>.*[^\d\s（(])[\s（(]*(?P<tail>\d{4})[)）]?")
#: How long ahead a term is entered at most.
TERM_AHEAD = timedelta(days=366)


@dataclass(frozen=True)
class Elected:
    """Somebody elected: organ, post, name, and the registry's person when she is known.

    phone_tail: the last four digits of her phone, which tell her from members of the same name.
    """

    organ: Organ
    post: Post
    name: str
    person_id: int | None = None
    phone_tail: str = ""


def as_written(organ: Organ, post: Post, text: str) -> Elected:
    """Whom a written name means, with the end of the phone behind it where members share it: 李伟1234."""
    found = _TAILED.fullmatch(text)
    return (
        Elected(organ, post, found["name"], phone_tail=found["tail"]) if found else Elected(organ, post, text)
    )


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


def check_majority(name: str, votes: int | None, *, due: int | None, present: int | None, of: str) -> None:
    """More than half of those due voted for her, or of those present where the policy says so.

    of: "due" or "present"; nothing is judged of elections entered without numbers, as those before votes were asked for.
    Raises InvalidInput naming votes. Source: election regulation of grassroots unions; domain rules 5.4.
    """
    base = present if of == "present" else due
    if votes is None or base is None or present is None:
        return
    if votes > present:
        raise InvalidInput(
            _("%(name)s cannot have more votes (%(votes)s) than people were present (%(present)s).")
            % {"name": name, "votes": votes, "present": present},
            remedy=_("Check both numbers against the minutes."), field="votes",
        )  # fmt: skip
    if votes * 2 <= base:
        raise InvalidInput(
            _("%(name)s has %(votes)s votes and is not elected: more than half of %(base)s are needed.")
            % {"name": name, "votes": votes, "base": base},
            remedy=_("Check the number against the minutes; else the vote has to be taken again."), field="votes",
        )  # fmt: skip


def check_officers(officers: Sequence[Elected], *, needs_head: bool = True) -> None:
    """The committee has a head, no organ has two chairs, nobody stands twice in one, the chair audits nothing.

    needs_head: not within a term, where the head's place may be vacant.

    Raises InvalidInput naming officers. Source: the audit committee supervises the committee's money.
    """
    for organ in Organ:
        chairs = [one for one in officers if one.organ == organ and one.post == Post.CHAIR]
        if len(chairs) > 1:
            raise InvalidInput(
                _("%(organ)s: only one person can be its chair.") % {"organ": organ.label}, field="officers"
            )
    if needs_head and officers and not heads(officers):
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


@dataclass(frozen=True, slots=True)
class RecallVote:
    """A vote to recall somebody elected. entitled: all members, or all representatives of the congress, there or not."""

    entitled: int | None = None
    in_favour: int | None = None


def check_recall(vote: RecallVote) -> None:
    """More than half of all members, or of all representatives, recall; those present do not suffice.

    Raises InvalidInput naming entitled or in_favour. Source: Trade Union Law art. 18.
    """
    if vote.entitled is None or vote.entitled < 1:
        raise InvalidInput(
            _("Say how many members, or representatives of the congress, there are in all."), field="entitled"
        )
    if vote.in_favour is None or not 0 <= vote.in_favour <= vote.entitled:
        raise InvalidInput(
            _("Votes for the recall are between 0 and %(entitled)s.") % {"entitled": vote.entitled},
            field="in_favour",
        )
    if 2 * vote.in_favour <= vote.entitled:
        raise InvalidInput(
            _("%(votes)s of %(entitled)s are not more than half of all: the recall has not been passed.")
            % {"votes": vote.in_favour, "entitled": vote.entitled},
            remedy=_("The post runs on; let the congress vote again, or choose the reason that holds."), field="in_favour",
        )  # fmt: skip


def check_post_end(
    on: date, *, began_on: date, left_on: date | None, reason: PostEnd, note: str
) -> None:  # fmt: skip
    """A post ends on a day it was held, for a reason within a term; who is replaced or recalled is so by a decision.

    left_on: when it ends anyhow, None with the term. Raises InvalidInput naming on, reason or note.
    Source: Trade Union Law art. 18 (who was elected is recalled by those who elect).
    """
    if reason == PostEnd.UNION_CLOSED:
        raise InvalidInput(
            _("Posts end by themselves when their union is closed or merged."),
            remedy=_("Choose the reason that concerns this person."), field="reason",
        )  # fmt: skip
    if on < began_on:
        raise InvalidInput(
            _("This post began only on %(day)s.") % {"day": began_on.isoformat()},
            remedy=_("Enter that day or a later one."), field="on",
        )  # fmt: skip
    if left_on is not None and on >= left_on:
        raise InvalidInput(
            _("This post ends on %(day)s anyhow.") % {"day": left_on.isoformat()},
            remedy=_("Enter an earlier day."), field="on",
        )  # fmt: skip
    if reason in {PostEnd.REPLACED, PostEnd.RECALLED} and not note:
        raise InvalidInput(
            _("Say which decision replaces or recalls this person."),
            remedy=_("Enter the resolution of the congress with its day or number; a chair is recalled by more than half of "
                     "all members or representatives."), field="note",
        )  # fmt: skip


def check_by_elected(new: Elected, serving: Sequence[Elected]) -> None:
    """Whoever is by-elected takes a free place: no second head, not the post she holds, not auditing herself.

    serving: everybody in office in that term; another post of hers in the same organ makes room. Raises InvalidInput
    naming post or name, officers as `check_officers` does.
    """
    same_organ = [one for one in serving if one.organ == new.organ]
    if any(_key(one) == _key(new) and one.post == new.post for one in same_organ):
        raise InvalidInput(
            _("%(name)s holds this post already.") % {"name": new.name},
            remedy=_("Reload the page to see it."), field="name",
        )  # fmt: skip
    others = [one for one in same_organ if _key(one) != _key(new)]
    holding = [one for one in others if one.post == Post.CHAIR] if new.post == Post.CHAIR else []
    if heads([new]):
        holding = heads(others)
    if holding:
        raise InvalidInput(
            _("%(name)s holds this post.") % {"name": holding[0].name},
            remedy=_("End that post first, with the day and the reason."), field="post",
        )  # fmt: skip
    elsewhere = [one for one in serving if one.organ != new.organ]
    check_officers([*elsewhere, *others, new], needs_head=False)


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
