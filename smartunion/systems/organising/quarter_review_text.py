"""A quarter's review in words: what is said of it, the text to copy, and the same on A4."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.errors import joined_sentences
from smartunion.core.pdf import papers
from smartunion.ground.facts.kinds import KINDS
from smartunion.ground.registry.kinds import MEMBER_JOINED, UNION_FOUNDED
from smartunion.systems.organising.bulletin_text import chinese_day
from smartunion.systems.organising.models import Target
from smartunion.systems.organising.quarter_review import Pace, Review, Sums
from smartunion.systems.organising.queries.quarter_review import ANSWERED, CLOSED, TOLD, VISIT, Planned

#: More units than this are not named in a sentence; the table names them all.
NAMED = 12


def title(found: Review) -> str:
    """What the review is called."""
    values = {"union": found.whole.name, "year": found.quarter.year, "number": found.quarter.number}
    return _("%(union)s: work of quarter %(number)s of %(year)s") % values


def heads() -> list[str]:
    """The kinds of work in the order they are told, as heads of columns."""
    words = {
        UNION_FOUNDED: _("Unions founded"), MEMBER_JOINED: _("Members joined"), VISIT: _("Visits made"),
        CLOSED: _("Findings closed"), ANSWERED: _("Cases closed"),
    }  # fmt: skip
    return [words[kind] for kind in TOLD]


def what(target: Target) -> str:
    """What a target counts, and of which drive it is."""
    kind = str(KINDS[target.fact_kind].label)
    return f"{target.drive.title} · {kind}" if target.drive else kind


def paragraphs(found: Review, planned: Sequence[Planned]) -> list[str]:
    """The review's sentences, in order; every number stands on its page too."""
    return [_overall(found), *_visits(found), *_schedule(planned), *_still(found)]


def text(found: Review, planned: Sequence[Planned]) -> str:
    """Everything as plain text for a message or a document."""
    said = [title(found), _days(found), "", *paragraphs(found, planned)]
    return "\n".join([*said, "", _source(found)])


def paper(found: Review, planned: Sequence[Planned], *, at: datetime) -> bytes:
    """The pack of the meeting as PDF."""
    blocks: list[papers.Block] = [{"kind": "text", "text": one} for one in paragraphs(found, planned)]
    if planned:
        blocks += [{"kind": "head", "text": _("Targets and schedule")}, _targets(planned)]
    if found.units:
        blocks += [{"kind": "head", "text": _("By federation")}, _units(found)]
    blocks.append({"kind": "text", "text": _source(found)})
    blocks.append(
        {"kind": "sign", "text": found.whole.name, "day": chinese_day(found.until - timedelta(days=1))}
    )
    return papers.render(title=title(found), blocks=blocks, at=at, number=_days(found), foot=title(found))


def _targets(planned: Sequence[Planned]) -> papers.Block:
    head = [
        _("Unit"), _("Target"), _("To be reached"), _("Reached so far"), _("Share"), pgettext("share", "Time gone by"),
        _("Standing"), _("To catch up"), _("Needed a week"),
    ]  # fmt: skip
    rows = [
        [
            one.line.target.union.name, what(one.line.target), str(one.schedule.quantity), str(one.schedule.done),
            f"{one.schedule.pct}%", f"{one.schedule.elapsed_pct}%", str(one.schedule.pace.label),
            str(one.schedule.lag or "—"), str(one.schedule.weekly or "—"),
        ]
        for one in planned
    ]  # fmt: skip
    return {"kind": "table", "head": head, "rows": rows, "widths": [6, 6, 3, 3, 3, 3, 4, 3, 3]}


def _units(found: Review) -> papers.Block:
    rows = [[one.name, *(str(one.now[kind]) for kind in TOLD), visits_of(one)] for one in found.units]
    head = [_("Federation"), *heads(), _("Visits owed to unions")]
    return {"kind": "table", "head": head, "rows": rows, "widths": [8, 3, 3, 3, 3, 3, 5]}


def visits_of(one: Sums) -> str:
    """Visits made of those owed, with their share."""
    if one.visited_pct is None:
        return pgettext("visits", "Nothing due")
    return f"{one.visited} / {one.owed} ({one.visited_pct}%)"


def _days(found: Review) -> str:
    return f"{found.since.isoformat()} – {(found.until - timedelta(days=1)).isoformat()}"


def _overall(found: Review) -> str:
    now, before, year = found.whole.now, found.whole.before, found.year
    said = [
        _(
            "%(founded)s unions were founded and %(joined)s people joined, after %(founded_before)s and "
            "%(joined_before)s in %(days)s."
        )
        % {
            "founded": now[UNION_FOUNDED], "joined": now[MEMBER_JOINED], "founded_before": before[UNION_FOUNDED],
            "joined_before": before[MEMBER_JOINED], "days": compared(found),
        },
        _("Since the first of January these are %(founded)s unions and %(joined)s people.")
        % {"founded": year[UNION_FOUNDED], "joined": year[MEMBER_JOINED]},
        _("%(visits)s visits were made, %(closed)s findings and %(cases)s cases were closed.")
        % {"visits": now[VISIT], "closed": now[CLOSED], "cases": now[ANSWERED]},
    ]  # fmt: skip
    return joined_sentences(*said)


def compared(found: Review) -> str:
    """The days the quarter is compared with, in words."""
    return _("the quarter before") if found.is_over else _("the same days of the quarter before")


def _visits(found: Review) -> list[str]:
    whole = found.whole
    if whole.visited_pct is None:
        return []
    values = {"done": whole.visited, "owed": whole.owed, "pct": whole.visited_pct, "late": whole.overdue}
    said = [_("%(done)s of %(owed)s unions of service areas were visited on the spot (%(pct)s%%).") % values]
    if whole.overdue:
        said.append(_("The visit to %(late)s is overdue.") % values)
    if found.late:
        said.append(
            _("Overdue visits: %(units)s.") % {"units": _named((one.name, one.overdue) for one in found.late)}
        )
    return [joined_sentences(*said)]


def _schedule(planned: Sequence[Planned]) -> list[str]:
    if not planned:
        return []
    paces = [one.schedule.pace for one in planned]
    values = {
        "all": len(paces), "reached": paces.count(Pace.REACHED), "on_time": paces.count(Pace.ON_TIME),
        "behind": paces.count(Pace.BEHIND), "missed": paces.count(Pace.MISSED),
    }  # fmt: skip
    said = [
        _(
            "Of %(all)s targets %(reached)s are reached, %(on_time)s on schedule, %(behind)s behind it, and %(missed)s ended short."
        )
        % values
    ]
    behind = [one for one in planned if one.schedule.pace == Pace.BEHIND]
    if behind:
        named = _named(
            (f"{one.line.target.union.name} {what(one.line.target)}", one.schedule.lag) for one in behind
        )
        said.append(_("To be caught up: %(targets)s.") % {"targets": named})
    return [joined_sentences(*said)]


def _still(found: Review) -> list[str]:
    words = {
        UNION_FOUNDED: _("No union was founded this quarter in: %(units)s."),
        MEMBER_JOINED: _("Nobody joined this quarter in: %(units)s."),
    }  # fmt: skip
    return [
        said % {"units": _names([one.name for one in units])}
        for kind, said in words.items()
        if (units := found.still(kind))
    ]


def _source(found: Review) -> str:
    said = _("Counted from the ledger of %(union)s; nothing was filled in by hand.")
    return said % {"union": found.whole.name}


def _named(pairs: Iterable[tuple[str, int]]) -> str:
    return _names([f"{name}（{number}）" for name, number in pairs])


def _names(names: Sequence[str]) -> str:
    shown = "、".join(names[:NAMED])
    more = len(names) - NAMED
    return shown if more <= 0 else _("%(names)s and %(more)s more") % {"names": shown, "more": more}
