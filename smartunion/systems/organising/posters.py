"""The joining code on paper and screen: QR as PNG and SVG, poster as PDF."""

import io
from datetime import datetime
from pathlib import Path

import segno
from django.utils.translation import gettext as _

from smartunion.core import pdf
from smartunion.systems.organising.models import JoiningDrive

POSTER = Path(__file__).resolve().parent / "typst" / "poster.typ"


def link_of(drive: JoiningDrive, public_url: str) -> str:
    """The address a code stands for."""
    return f"{public_url}/j/{drive.code}/"


def qr_png(link: str, *, scale: int = 20) -> bytes:
    """The code as a PNG for chats and leaflets: error correction M, quiet zone of four modules."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="png", scale=scale, border=4)
    return out.getvalue()


def qr_svg(link: str) -> bytes:
    """The code as SVG for printers, at any size."""
    out = io.BytesIO()
    segno.make(link, error="m", micro=False).save(out, kind="svg", scale=10, border=4)
    return out.getvalue()


def poster(drive: JoiningDrive, *, link: str, at: datetime) -> bytes:
    """An A4 poster as PDF: the union, the code, three steps, the address to type."""
    until = _("Valid until %(day)s") % {"day": drive.ends_on.isoformat()} if drive.ends_on is not None else ""
    values = {
        "title": drive.title, "union": drive.union.name, "link": link, "code": drive.code,
        "qr": qr_svg(link).decode(), "until": until, "foot": _("No fee. Your data stay with the union."),
        "call": _("Join your union"), "scan": _("Scan with WeChat or the camera"),
        "no_app": _("No app, no papers, about one minute"),
        "step1": _("Scan"), "hint1": _("the code above, with WeChat or any phone camera"),
        "step2": _("Fill in"), "hint2": _("name, ID number, phone; the code comes by text message"),
        "step3": _("You are in"), "hint3": _("your member card is on the phone at once"),
        "by_hand": _("Or type this address"),
    }  # fmt: skip
    return pdf.render(POSTER, values, at=at)
