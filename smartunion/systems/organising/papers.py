"""Papers of a congress as PDF: approval letter, election report, minutes; every figure read from the records."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from smartunion.core import pdf
from smartunion.core.clock import local_date
from smartunion.systems.organising.counting import Round, Standing
from smartunion.systems.organising.models import Congress, Contest, ContestState
from smartunion.systems.organising.queries.congresses import attendance, officers

PAPER = Path(__file__).resolve().parent / "typst" / "paper.typ"
Block = dict[str, Any]


def render(
    *,
    title: str,
    blocks: Sequence[Block],
    at: datetime,
    number: str = "",
    to: str = "",
    foot: str = "",
    wide: bool = False,
    dense: bool = False,
) -> bytes:
    """A paper of blocks: {"kind": "text" | "head", "text"}, {"kind": "table", "head", "rows"}, {"kind": "sign", …}.

    wide: on its side; dense: for tables of hundreds of rows.
    """
    values = {
        "title": title, "number": number, "to": to, "foot": foot, "wide": "1" if wide else "",
        "dense": "1" if dense else "",
        "blocks": json.dumps(list(blocks), ensure_ascii=False),
    }  # fmt: skip
    return pdf.render(PAPER, values, at=at)


def letter(congress: Congress, *, at: datetime) -> bytes:
    """The approval letter with its running number; the union stands by then."""
    union = congress.union
    assert union is not None
    on = congress.letter_on or local_date(congress.created_at)
    opening = _(
        "Your report on the election has been received. The founding of %(union)s is approved, and the following are "
        "confirmed as elected; the term lasts five years from the day of the election."
    )
    blocks = [
        _text(opening % {"union": union.name}), _officers(congress),
        {"kind": "sign", "text": congress.federation.name, "day": _day(on)},
    ]  # fmt: skip
    title = _("Reply on the founding of %(union)s") % {"union": union.name}
    to = _("Preparatory group of %(union)s") % {"union": union.name}
    return render(
        title=title, blocks=blocks, at=at, number=congress.letter_number, to=to, foot=congress.letter_number
    )


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


def _day(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else "–"
