"""A village's ledger as A4: the same rows as on screen, sums above, a line to sign below."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.pdf import papers
from smartunion.ground.registry.rules import LinkKind
from smartunion.systems.organising.ledger_listing import place_name
from smartunion.systems.organising.ledger_rules import Cover
from smartunion.systems.organising.queries import ledger
from smartunion.systems.organising.rules import FindingState

#: More rows than this make no paper anybody carries; the file export has them all.
ROWS = 1500
#: More rows than this are printed small, with fewer columns and an empty one to write into.
ROOMY = 200


def paper(region: Any, rows: QuerySet[Any], *, at: datetime) -> bytes:
    """The PDF; region: a row of `ledger.with_counts`, rows: of `ledger.employers`. Beyond ROWS it says what is left out."""
    sums, today = ledger.totals(rows), local_date(at)
    said = _(
        "%(employers)s employers: %(own)s with their own union, %(joint)s in a joint union, %(none)s without one. "
        "%(people)s people work there, %(members)s of them are members. As of %(day)s; organiser: %(organiser)s."
    ) % {
        "employers": sums.employers, "own": sums.own, "joint": sums.joint, "none": sums.uncovered,
        "people": sums.people, "members": sums.members, "day": today.isoformat(), "organiser": region.organiser or "–",
    }  # fmt: skip
    blocks: list[papers.Block] = [{"kind": "text", "text": said}]
    if sums.employers > ROWS:
        left = _("These are the first %(rows)s; take the list away as a file for the rest.") % {"rows": ROWS}
        blocks.append({"kind": "text", "text": left})
    is_long = sums.employers > ROOMY
    listed = enumerate(rows.order_by("name_key", "pk")[:ROWS], 1)
    blocks.append(_long_table(listed, today) if is_long else _table(listed, today))
    blocks.append({"kind": "sign", "text": _("Looked through by: ____________"), "day": today.isoformat()})
    title = _("Ledger of %(place)s") % {"place": place_name(region)}
    return papers.render(
        title=title, blocks=blocks, at=at, foot=f"{title} · {today:%Y-%m-%d}", wide=not is_long, dense=is_long
    )


def _table(listed: Iterable[tuple[int, Any]], today: date) -> papers.Block:
    head = [
        _("No."), _("Employer"), _("Cover"), _("Union"), _("People"),
        _("Members who work there"), _("Finding"), _("Last visit"),
        _("Next step"),
    ]  # fmt: skip
    lines = [_line(number, row, today) for number, row in listed]
    return {"kind": "table", "head": head, "rows": lines, "widths": [2, 12, 5, 12, 3, 3, 5, 5, 9]}


def _long_table(listed: Iterable[tuple[int, Any]], today: date) -> papers.Block:
    """One low row a firm: what covers it in one cell, people and members in one, the last cell empty for a pen."""
    head = [
        _("No."), _("Employer"), _("Cover"), _("People / members"), _("Last visit"), _("Next step"), _("Note")
    ]  # fmt: skip
    lines = [_long_line(number, row, today) for number, row in listed]
    return {"kind": "table", "head": head, "rows": lines, "widths": [4, 21, 17, 8, 9, 14, 27]}


def _long_line(number: int, row: Any, today: date) -> list[str]:
    visited = ledger.visited_on(row)
    joint = "、".join(link.union.name for link in row.open_links if link.kind == LinkKind.JOINT)
    people = "–" if row.heads is None else str(row.heads)
    return [
        str(number), row.name, joint or str(Cover(row.cover).label), f"{people} / {row.members}",
        visited.isoformat() if visited else "", str(ledger.step_of(row, today).label), "",
    ]  # fmt: skip


def _line(number: int, row: Any, today: date) -> list[str]:
    visited = ledger.visited_on(row)
    state = str(FindingState(row.finding_state).label) if row.finding_state else ""
    return [
        str(number), row.name, str(Cover(row.cover).label), "、".join(link.union.name for link in row.open_links),
        "" if row.heads is None else str(row.heads), str(row.members), state, visited.isoformat() if visited else "",
        str(ledger.step_of(row, today).label),
    ]  # fmt: skip
