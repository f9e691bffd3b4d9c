"""The drivers' ledger of a village as A4: who is to be talked with, with an empty cell for a pen; phones by their last digits."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from smartunion.core.clock import local_date
from smartunion.core.pdf import papers
from smartunion.systems.organising.driver_listing import member_words
from smartunion.systems.organising.ledger_listing import place_name
from smartunion.systems.organising.queries.driver_ledger import contacted_on, step_of, sums

#: More rows than this make no paper anybody carries; the file export has them all.
ROWS = 1500


def paper(region: Any, rows: QuerySet[Any], *, at: datetime) -> bytes:
    """The PDF; rows: of `driver_ledger.of_place`. Beyond ROWS it says what is left out."""
    today = local_date(at)
    found = sums(rows, today)
    said = _(
        "%(drivers)s drivers and couriers: %(members)s are members, %(open)s are still to win, with %(new)s of them nobody "
        "has talked yet. As of %(day)s; organiser: %(organiser)s."
    ) % {
        "drivers": found.drivers, "members": found.members, "open": found.open, "new": found.new,
        "day": today.isoformat(), "organiser": region.organiser or "–",
    }  # fmt: skip
    blocks: list[papers.Block] = [{"kind": "text", "text": said}]
    if found.drivers > ROWS:
        left = _("These are the first %(rows)s; take the list away as a file for the rest.") % {"rows": ROWS}
        blocks.append({"kind": "text", "text": left})
    head = [
        _("No."), _("Name"), _("Phone ends in"), _("Platform or trade"), _("Membership"), _("Last contact"), _("Next step"),
        _("Note"),
    ]  # fmt: skip
    lines = [
        _line(number, row, at)
        for number, row in enumerate(rows.order_by("is_member", "name_key", "pk")[:ROWS], 1)
    ]
    blocks.append({"kind": "table", "head": head, "rows": lines, "widths": [4, 10, 8, 13, 9, 18, 16, 22]})
    blocks.append({"kind": "sign", "text": _("Looked through by: ____________"), "day": today.isoformat()})
    title = _("Drivers and couriers of %(place)s") % {"place": place_name(region)}
    return papers.render(title=title, blocks=blocks, at=at, foot=f"{title} · {today:%Y-%m-%d}", dense=True)


def _line(number: int, row: Any, at: datetime) -> list[str]:
    on = contacted_on(row)
    last = f"{on.isoformat()} {row.get_last_outcome_display()}" if on else ""
    return [
        str(number), row.name, row.mobile_tail, row.platform, member_words(row), last,
        str(step_of(row, local_date(at)).label), "",
    ]  # fmt: skip
