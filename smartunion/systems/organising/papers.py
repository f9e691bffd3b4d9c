"""Papers as PDF: letters of approval, report and minutes of a congress; every figure read from the records."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext as _

from smartunion.core.errors import NotVisible
from smartunion.core.pdf.papers import Block, render
from smartunion.core.pdf.papers import day_words as _day
from smartunion.ground.registry.models import Officer, Term
from smartunion.systems.organising.counting import Round, Standing
from smartunion.systems.organising.models import (
    ApprovalLetter,
    Congress,
    CongressState,
    Contest,
    ContestState,
    LetterKind,
)
from smartunion.systems.organising.queries.congresses import attendance, officers


def letter(row: ApprovalLetter, *, at: datetime) -> bytes:
    """A letter with its running number: what is approved, who is confirmed, until when."""
    title, to, blocks = _APPROVED[LetterKind(row.kind)](row)
    blocks.append({"kind": "sign", "text": row.issued_by, "day": _day(row.issued_on)})
    return render(title=title, blocks=blocks, at=at, number=row.number, to=to, foot=row.number)


def letter_of(congress: Congress, *, at: datetime) -> bytes:
    """The letter that founds the association a congress led to. Raises NotVisible where none was issued."""
    row = ApprovalLetter.objects.filter(union=congress.union, kind=LetterKind.FOUNDING).first()
    if row is None:
        raise NotVisible
    return letter(row, at=at)


def proper_end(term: Term) -> date:
    """Until when a term was to run as it was approved: before it was put off, or the next one cut it short."""
    first = term.postponements.order_by("pk").first()
    return first.was_until if first is not None else term.meant_until or term.ends_on


def _founded(row: ApprovalLetter) -> tuple[str, str, list[Block]]:
    union = {"union": row.addressed_to}
    words = _(
        "Your report on the election has been received. The founding of %(union)s is approved, and the following are "
        "confirmed as elected; the term runs from %(start)s until %(end)s."
    )
    title = _("Reply on the founding of %(union)s") % union
    return (
        title,
        _("Preparatory group of %(union)s") % union,
        [_text(words % (union | _runs(row.term))), _elected(row.term)],
    )


def _re_elected(row: ApprovalLetter) -> tuple[str, str, list[Block]]:
    words = _(
        "Your report on the election of term %(ordinal)s has been received. The result is approved, and the following are "
        "confirmed as elected; the term runs from %(start)s until %(end)s."
    )
    title = _("Reply on the re-election of %(union)s") % {"union": row.addressed_to}
    return title, row.addressed_to, [_text(words % _runs(row.term)), _elected(row.term)]


def _put_off(row: ApprovalLetter) -> tuple[str, str, list[Block]]:
    put_off = row.postponement
    assert put_off is not None
    words = _(
        "Your request to put the re-election off has been received. It is approved that the election due by %(was)s is held "
        "by %(until)s; the committee of term %(ordinal)s serves until then. Make the preparations and hold it in time."
    )
    values = {"was": _day(put_off.was_until), "until": _day(put_off.until), "ordinal": row.term.ordinal}
    title = _("Reply on putting the re-election of %(union)s off") % {"union": row.addressed_to}
    reason = _text(_("Reason given: %(why)s") % {"why": put_off.reason})
    return title, row.addressed_to, [_text(words % values), reason]


def _by_elected(row: ApprovalLetter) -> tuple[str, str, list[Block]]:
    officer = row.officer
    assert officer is not None
    words = _(
        "Your report on the by-election has been received. The result is approved: the following is confirmed as elected from "
        "%(day)s for the rest of term %(ordinal)s."
    )
    values = {"day": _day(officer.begins), "ordinal": row.term.ordinal}
    title = _("Reply on the by-election of %(union)s") % {"union": row.addressed_to}
    return title, row.addressed_to, [_text(words % values), _posts([officer])]


_APPROVED: Final[dict[LetterKind, Callable[[ApprovalLetter], tuple[str, str, list[Block]]]]] = {
    LetterKind.FOUNDING: _founded, LetterKind.RE_ELECTION: _re_elected, LetterKind.POSTPONEMENT: _put_off,
    LetterKind.BY_ELECTION: _by_elected,
}  # fmt: skip


def _runs(term: Term) -> dict[str, object]:
    return {
        "ordinal": term.ordinal,
        "start": _day(term.starts_on),
        "end": _day(proper_end(term)),
    }


def _elected(term: Term) -> Block:
    """Everybody elected with the term; who came by a by-election stands in a letter of her own."""
    return _posts(term.officers.filter(began_on=None).order_by("pk"))


def _posts(officers: Iterable[Officer]) -> Block:
    rows = [[one.get_organ_display(), one.get_post_display(), one.name or "–"] for one in officers]
    return {"kind": "table", "head": [_("Organ"), _("Post"), _("Name")], "rows": rows}


def report(congress: Congress, *, at: datetime) -> bytes:
    """The election report: turnout at each vote, tables of results, who holds which post."""
    now = attendance(congress)
    opening = _(
        "%(name)s held its first congress of representatives on %(day)s; %(due)s representatives were due."
    )
    values = {"name": congress.name, "day": _day(congress.held_on), "due": now.due}
    blocks = [_text(opening % values), *_votes(congress), _head(_("Elected")), _officers(congress)]
    blocks.append(
        {
            "kind": "sign",
            "text": _("Preparatory group of %(union)s") % {"union": congress.name},
            "day": _day(congress.held_on),
        }
    )
    title = _("Report on the election of %(name)s") % {"name": congress.name}
    return render(title=title, blocks=blocks, at=at, to=congress.federation.name, foot=congress.name)


def minutes(congress: Congress, *, at: datetime) -> bytes:
    """The minutes: when and where, who was due, each vote in its order, what else happened, the list of those due."""
    now = attendance(congress)
    facts = [
        [_("Day"), _day(congress.held_on)], [_("Place"), congress.place or "–"], [_("Representatives due"), str(now.due)],
        [_("Trade association"), congress.association or "–"], [_("Cluster or area"), congress.cluster or "–"],
        [_("Ceremony"), congress.ceremony or "–"],
    ]  # fmt: skip
    people = [
        [str(one.number), one.name, one.from_union, _("yes") if one.moved_at else _("no")]
        for one in congress.representatives.order_by("number")
    ]
    blocks: list[Block] = [
        {"kind": "table", "head": [], "rows": facts, "widths": [1, 3]},
        _head(_("Votes")), *_votes(congress), _head(_("Representatives")),
        {"kind": "table", "head": [_("No."), _("Name"), _("Union"), _("Came")], "rows": people, "widths": [1, 2, 5, 1]},
    ]  # fmt: skip
    title = _("Minutes of the congress of %(name)s") % {"name": congress.name}
    return render(title=title, blocks=blocks, at=at, foot=congress.name)


def there_are(congress: Congress) -> list[str]:
    """Which papers a congress has: report and minutes from its session on, the letter once the association stands."""
    if congress.state == CongressState.PLANNED:
        return []
    return ["report", "minutes", *(["letter"] if congress.union_id is not None else [])]


def of_congress(congress: Congress, what: str, *, at: datetime) -> bytes:
    """One of them. Raises NotVisible where there is none."""
    if what not in there_are(congress):
        raise NotVisible
    return {"report": report, "minutes": minutes, "letter": letter_of}[what](congress, at=at)


def vote_title(contest: Contest) -> str:
    """What is voted on, in words: organ, post, and the round where it is not the first."""
    words = f"{contest.get_organ_display()} · {contest.get_post_display()}"
    return words if contest.round == Round.FIRST else f"{words}（{Round(contest.round).label}）"


def _votes(congress: Congress) -> list[Block]:
    blocks: list[Block] = []
    votes = congress.contests.filter(state__in=[ContestState.DONE, ContestState.VOID]).order_by(
        "announced_at", "id"
    )
    for contest in votes:
        result = contest.result
        blocks.append(_head(vote_title(contest)))
        words = _(
            "Due %(due)s, present when the vote was taken %(present)s, papers handed out %(out)s, returned %(returned)s: "
            "%(valid)s valid, %(invalid)s invalid. %(seats)s seats; elected with at least %(needed)s votes."
        )
        values = {
            "due": contest.due, "present": contest.present, "out": contest.handed_out, "returned": result["returned"],
            "valid": result["valid"], "invalid": result["invalid"], "seats": contest.seats, "needed": result["needed"],
        }  # fmt: skip
        blocks.append(_text(words % values))
        if contest.count_number > 1:
            blocks.append(
                _text(
                    _("The papers were counted %(count)s times; the last count holds.")
                    % {"count": contest.count_number}
                )
            )
        if result["void"]:
            blocks.append(_text(_("The vote is void: %(why)s") % {"why": result["void"]}))
            continue
        rows = [
            [one["name"], str(one["votes"]), str(Standing(one["standing"]).label)] for one in result["places"]
        ]
        blocks.append({"kind": "table", "head": [_("Name"), _("Votes"), _("Result")], "rows": rows})
    return blocks


def _officers(congress: Congress) -> Block:
    rows = [[str(seat.organ.label), str(seat.post.label), seat.name] for seat in officers(congress)]
    return {"kind": "table", "head": [_("Organ"), _("Post"), _("Name")], "rows": rows}


def _text(words: str) -> Block:
    return {"kind": "text", "text": words}


def _head(words: str) -> Block:
    return {"kind": "head", "text": words}
