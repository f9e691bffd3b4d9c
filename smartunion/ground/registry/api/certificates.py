"""Certificates over the API."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema

from smartunion.core import clock
from smartunion.core.ids import RowId
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import ActorRequest
from smartunion.core.web.papers import PDF_ANSWER, pdf
from smartunion.ground.registry import papers
from smartunion.ground.registry.api.paging import Paging, page
from smartunion.ground.registry.api.schemas import UnionRef
from smartunion.ground.registry.models import Certificate
from smartunion.ground.registry.rules import CertificateKind, IssuedFor, Standing

router = Router(tags=["registry"])


class CertificateOut(Schema):
    """A certificate. valid_to: null without end; standing: how it stands today; change_due_on: the day by which what has
    changed since must be registered; pdf: its address, fetched with the same token.
    """

    id: int
    union: UnionRef
    number: str
    kind: CertificateKind
    standing: Standing
    issued_for: IssuedFor
    issued_on: date
    valid_to: date | None
    issued_by: str
    uscc: str
    approval_number: str
    change_due_on: date | None
    ended_on: date | None
    pdf: str


class CertificatePage(Schema):
    """`next` is the cursor of the following page, null on the last."""

    items: list[CertificateOut]
    next: str | None


class CertificateFilter(Paging):
    """Which certificates. union: of this union; kind: of this kind."""

    union: RowId | None = None
    kind: CertificateKind | None = None


def _certificate(row: Certificate) -> dict[str, Any]:
    names = (
        "number", "kind", "issued_for", "issued_on", "valid_to", "issued_by", "uscc", "approval_number", "change_due_on",
        "ended_on",
    )  # fmt: skip
    return {
        "id": row.pk, "union": row.union, "standing": row.standing, "pdf": f"/api/v1/registry/certificates/{row.pk}/pdf",
        **{name: getattr(row, name) for name in names},
    }  # fmt: skip


@router.get("/", response=CertificatePage, summary="Certificates")
def certificates(request: ActorRequest, given: Query[CertificateFilter]) -> dict[str, Any]:
    """Of unions in your reach, in the order they were issued here; those that hold no more too."""
    rows = Certificate.objects.visible_to(request.actor).select_related("union")
    if given.union is not None:
        rows = rows.filter(union_id=given.union)
    if given.kind is not None:
        rows = rows.filter(kind=given.kind)
    found = page(rows, ("pk",), given, "api.certificates")
    return found | {"items": [_certificate(row) for row in found["items"]]}


@router.get("/{int:certificate_id}", response=CertificateOut, summary="One certificate")
def certificate(request: ActorRequest, certificate_id: int) -> dict[str, Any]:
    """As it was issued, and how it stands."""
    rows = Certificate.objects.visible_to(request.actor).select_related("union")
    return _certificate(get_visible(rows, certificate_id))


@router.get("/{int:certificate_id}/pdf", summary="A certificate as PDF", openapi_extra=PDF_ANSWER)
def certificate_pdf(request: ActorRequest, certificate_id: int) -> HttpResponse:
    """As it is printed; one that holds no more bears that across the sheet."""
    row = get_visible(Certificate.objects.visible_to(request.actor).select_related("union"), certificate_id)
    return pdf(papers.certificate(row, at=clock.now()), f"{row.union.name}-{row.get_kind_display()}.pdf")
