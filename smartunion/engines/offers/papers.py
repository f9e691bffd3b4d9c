"""The certificate of attendance, or the receipt of what was handed out, on paper."""

import json
from pathlib import Path

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from smartunion.core import pdf
from smartunion.core.clock import local_date
from smartunion.engines.offers.models import Booking
from smartunion.engines.offers.queries.pages import thing_of

SHEET = Path(__file__).resolve().parent / "typst" / "attendance.typ"


def certificate(booking: Booking, *, name: str) -> bytes:
    """PDF: who was where and when, or got what, by the scan at the door. The same booking gives the same bytes."""
    offer, occasion = booking.offer, booking.occasion
    assert booking.attended_at is not None
    thing = thing_of(booking)
    start, end = localtime(occasion.starts_at), localtime(occasion.ends_at)
    rows = [
        [_("Name"), name], [_("Took part in"), offer.title] if not thing else [_("Received"), f"{offer.title}: {thing}"],
        [_("Time"), f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"],
        [_("Place"), occasion.place or offer.place or "–"],
        [_("Came in at"), f"{localtime(booking.attended_at):%Y-%m-%d %H:%M}"],
    ]  # fmt: skip
    if offer.fund:
        rows.append([_("Paid from"), offer.fund])
    if offer.certificate_pct:
        minutes = booking.present_until(occasion.ends_at) // 60
        rows.append([_("Was there"), _("%(minutes)s minutes, %(pct)s%% of the time") % {
            "minutes": minutes, "pct": booking.present_pct(occasion.ends_at)}])  # fmt: skip
    values = {
        "title": _("Receipt of things handed out") if thing else _("Certificate of attendance"),
        "number": booking.code, "rows": json.dumps(rows, ensure_ascii=False),
        "lead": _("It is certified that the person named here received this, once.") if thing
        else _("It is certified that the person named here took part."), "issuer": offer.union.name,
        "day": date_format(local_date(booking.attended_at), "DATE_FORMAT"),
        "note": _("Made from the record of the door."),
    }  # fmt: skip
    return pdf.render(SHEET, values, at=booking.attended_at)
