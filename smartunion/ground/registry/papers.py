"""Certificates on paper; every word read from the record as it was issued."""

import json
from datetime import date, datetime
from pathlib import Path

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from smartunion.core import pdf
from smartunion.core.clock import local_date
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Certificate

CERTIFICATE = Path(__file__).resolve().parent / "typst" / "certificate.typ"


def certificate(row: Certificate, *, at: datetime) -> bytes:
    """The certificate as PDF; one that holds no more bears that across the sheet."""
    today = local_date(at)
    standing = rules.standing(row.state, row.valid_to, row.change_due_on, today)
    over = {rules.Standing.REPLACED, rules.Standing.CANCELLED, rules.Standing.ENDED}
    values = {
        "title": str(row.get_kind_display()), "number": _("No. %(number)s") % {"number": row.number},
        "lead": _lead(row), "rows": json.dumps(_rows(row), ensure_ascii=False), "issuer": row.issued_by,
        "day": _day(row.issued_on), "void": str(standing.label) if standing in over else "",
        "note": _("Printed from the registry on %(day)s. The original with the seal of the issuer is what counts.")
        % {"day": _day(today)},
    }  # fmt: skip
    return pdf.render(CERTIFICATE, values, at=at)


def _lead(row: Certificate) -> str:
    if row.is_legal_person:
        return _(
            "Examined under the Trade Union Law and the rules on the legal-person registration of grassroots unions: "
            "the union named here meets the conditions, is registered and has the standing of a legal person."
        )
    return _(
        "The union named here is founded in accordance with the Trade Union Law; its founding is approved."
    )


def _rows(row: Certificate) -> list[list[str]]:
    union = row.union
    lines = [[_("Name of the union"), row.name or union.name]]
    if row.is_legal_person:
        lines += [
            [_("Social credit code"), row.uscc or union.uscc],
            [_("Legal representative"), row.head or union.contact_name],
            [_("Address"), row.address or union.address],
        ]
    lines.append([_("Number of the approval"), row.approval_number or "–"])
    until = _day(row.valid_to) if row.valid_to else _("without end")
    if row.is_end_lost:
        until = _("not kept when the union was closed")
    lines.append([_("Valid"), f"{_day(row.issued_on)} — {until}"])
    return [[label, value or "–"] for label, value in lines]


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
