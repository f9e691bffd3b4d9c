"""A bulletin in words: the text to copy, and the same on A4."""

from datetime import date, datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.errors import joined_sentences
from smartunion.core.pdf import papers
from smartunion.systems.organising.bulletin import Bulletin, Place, Unit
from smartunion.systems.organising.models import JoiningDrive

#: More units than this are not named in a sentence; it says how many more there are, and the table has them all.
NAMED, CLIMBED = 20, 5


def title(drive: JoiningDrive) -> str:
    """What the bulletin is called."""
    return _("Bulletin on “%(drive)s”") % {"drive": drive.title}


def paragraphs(drive: JoiningDrive, made: Bulletin) -> list[str]:
    """The bulletin's sentences, in order; every number stands on its page too."""
    return [_overall(drive, made), *_changes(made), *_verified(drive, made), *_visited(made)]


def text(drive: JoiningDrive, made: Bulletin) -> str:
    """Everything as plain text for a message or a document."""
    lines = [title(drive), _period(made), "", *paragraphs(drive, made), ""]
    lines += [_("Standing of units:")] if made.places else []
    lines += [_line(one) for one in made.places]
    source = _("Counted from the ledger of %(union)s; nothing was filled in by hand.") % {
        "union": drive.union.name
    }
    return "\n".join([*lines, "", source])


def paper(drive: JoiningDrive, made: Bulletin, *, at: datetime) -> bytes:
    """The bulletin as PDF."""
    blocks: list[papers.Block] = [{"kind": "text", "text": one} for one in paragraphs(drive, made)]
    head = [
        pgettext("ranking", "Place"), _("Unit"), _("Target (people)"), _("Joined in all"), _("In the period"), _("Reached"),
        _("Still missing"), _("Change of place"),
    ]  # fmt: skip
    rows = [
        [
            str(one.place), one.unit.name, _or_dash(one.unit.target), str(one.unit.total), str(one.unit.during),
            f"{one.unit.pct}%" if one.unit.pct is not None else "–", _or_dash(one.unit.gap), moved(one),
        ]
        for one in made.places
    ]  # fmt: skip
    if rows:
        blocks.append({"kind": "table", "head": head, "rows": rows, "widths": [2, 9, 3, 3, 3, 3, 3, 3]})
    blocks.append({"kind": "sign", "text": drive.union.name, "day": chinese_day(made.period.last)})
    return papers.render(title=title(drive), blocks=blocks, at=at, number=_period(made), foot=title(drive))


def moved(one: Place) -> str:
    """Places won or lost, in words."""
    if one.moved > 0:
        return _("up %(places)s") % {"places": one.moved}
    return _("down %(places)s") % {"places": -one.moved} if one.moved < 0 else "–"


def chinese_day(day: date) -> str:
    """A day as official papers write it."""
    return f"{day.year}年{day.month}月{day.day}日"


def _period(made: Bulletin) -> str:
    return f"{made.period.first.isoformat()} – {made.period.last.isoformat()}"


def _or_dash(number: int | None) -> str:
    return "–" if number is None else str(number)


def _overall(drive: JoiningDrive, made: Bulletin) -> str:
    whole = made.whole
    values = {
        "day": made.period.last.isoformat(), "total": whole.total, "during": whole.during, "previous": whole.previous,
        "target": whole.target, "pct": whole.pct, "gap": whole.gap, "elapsed": made.elapsed_pct,
    }  # fmt: skip
    said = (
        _(
            "By %(day)s, %(total)s people have joined by this drive; %(during)s of them in this period, after %(previous)s in "
            "the one before."
        )
        % values
    )
    if whole.target is None:
        return said
    sentences = [said, _("The target of %(target)s is reached to %(pct)s%%; %(gap)s are missing.") % values]
    if made.elapsed_pct is not None:
        sentences.append(_("%(elapsed)s%% of the time has gone by.") % values)
    return joined_sentences(*sentences)


def _changes(made: Bulletin) -> list[str]:
    found = []
    if made.reached:
        found.append(_("Reached their target in this period: %(units)s.") % {"units": _names(made.reached)})
    if made.climbed:
        climbed = [f"{one.unit.name}（{moved(one)}）" for one in made.climbed]
        found.append(_("Won places: %(units)s.") % {"units": _listed(climbed, CLIMBED)})
    if made.still:
        found.append(
            _("Nobody joined in this period, target still open: %(units)s.") % {"units": _names(made.still)}
        )
    return found


def _verified(drive: JoiningDrive, made: Bulletin) -> list[str]:
    """How many the transport register vouches for; nothing of a drive that was never held against it."""
    if not drive.register and not made.whole.verified:
        return []
    words = _("%(verified)s of the %(total)s are verified against the transport register.")
    return [words % {"verified": made.whole.verified, "total": made.whole.total}]


def _visited(made: Bulletin) -> list[str]:
    """The visits made for the drive and what was answered; nothing where there were none."""
    if not made.visited.visits:
        return []
    values = {"visits": made.visited.visits, "met": made.visited.met, "done": made.visited.done}
    said = _(
        "%(visits)s visits were made for it in this period; at %(met)s somebody was there, %(done)s count as done."
    )
    answers = [
        _("%(question)s: %(answers)s.") % {"question": one, "answers": text} for one, text in made.answered
    ]
    return [joined_sentences(said % values, *answers)]


def unnamed(made: Bulletin) -> list[tuple[str, list[Unit]]]:
    """What the sentences leave out: of each sentence with more units than it names its subject, and all its units."""
    told = [
        (_("Reached their target in this period"), made.reached, NAMED),
        (_("Won places"), [one.unit for one in made.climbed], CLIMBED),
        (_("Nobody joined in this period, target still open"), made.still, NAMED),
    ]
    return [(subject, units) for subject, units, most in told if len(units) > most]


def _names(units: list[Unit]) -> str:
    return _listed([unit.name for unit in units], NAMED)


def _listed(names: list[str], most: int) -> str:
    """The first of them, and how many more there are."""
    said = "、".join(names[:most])
    left = len(names) - most
    return _("%(names)s and %(n)s more (in the table)") % {"names": said, "n": left} if left > 0 else said


def _line(one: Place) -> str:
    unit = one.unit
    if unit.target is None:
        said = _("%(place)s. %(unit)s: %(total)s joined, %(during)s in the period")
    else:
        said = _("%(place)s. %(unit)s: %(total)s of %(target)s (%(pct)s%%), %(during)s in the period")
    values = {
        "place": one.place, "unit": unit.name, "total": unit.total, "target": unit.target, "pct": unit.pct,
        "during": unit.during,
    }  # fmt: skip
    change = moved(one)
    return said % values + (f"（{change}）" if change != "–" else "")
