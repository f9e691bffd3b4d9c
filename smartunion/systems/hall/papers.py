"""The certificate of membership on paper, with its code; the person's own file."""

import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import segno
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core import pdf
from smartunion.core.clock import local_date
from smartunion.ground.registry.taking_along import Row, everything_about
from smartunion.systems.hall.models import Proof
from smartunion.systems.hall.services.proof import PROOF

SHEET = Path(__file__).resolve().parent / "typst" / "proof.typ"


def proof_pdf(proof: Proof, *, link: str, at: datetime) -> bytes:
    """The certificate as PDF. link: address its code leads to."""
    svg = io.BytesIO()
    segno.make(link, error="m", micro=False).save(svg, kind="svg", scale=10, border=2)
    rows = [
        [_("Name"), proof.name or ""], [_("ID number ends in"), proof.id_tail or "–"], [_("Union"), proof.union_name],
        [_("Employer"), proof.employer_name or "–"], [_("Member since"), _day(proof.member_since)],
        [_("For"), purpose_words(proof)],
    ]  # fmt: skip
    values = {
        "title": _("Certificate of membership"), "number": _("No. %(number)s") % {"number": proof.number},
        "lead": _("It is certified that the person named here is a member of this union."),
        "rows": json.dumps(rows, ensure_ascii=False), "issuer": proof.union_name, "day": _day(local_date(proof.issued_at)),
        "qr": svg.getvalue().decode(), "link": link,
        "note": _("Made from the register of members. Scan the code to see whether it still holds; no seal is needed."),
    }  # fmt: skip
    return pdf.render(SHEET, values, at=at)


def purpose_words(proof: Proof) -> str:
    """What it is for, in words."""
    options = {option.value: str(option.label) for option in PROOF.fields[0].options}
    return options.get(proof.purpose, "–")


def own_file(person_id: int, *, at: datetime) -> bytes:
    """A ZIP of everything rooms keep about the person: one JSON file a chapter, one page for reading them all."""
    chapters = [(part.key, str(part.title), list(rows)) for part, rows in everything_about(person_id)]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for key, _title, rows in chapters:
            archive.writestr(f"{key}.json", json.dumps(rows, ensure_ascii=False, indent=2, default=_plain))
        archive.writestr(f"{_('Read me')}.txt", _page(chapters, at))
    return out.getvalue()


def _page(chapters: list[tuple[str, str, list[Row]]], at: datetime) -> str:
    lines = [_("Your data as held on %(day)s.") % {"day": _day(local_date(at))}, ""]
    for key, title, rows in chapters:
        lines.append(f"■ {title} ({key}.json, {len(rows)})")
        for row in rows:
            held = [(label, value) for label, value in row.items() if value not in (None, "", [], {})]
            lines += [f"  {label}：{_words(value)}" for label, value in held]
            lines.append("")
    return "\n".join(lines)


def _words(value: object) -> object:
    """A value as people write it."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return date_format(localtime(value), "DATETIME_FORMAT")
    return _plain(value)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
