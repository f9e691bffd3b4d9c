"""Certificates: the number and validity a union may show."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import DomainError, InvalidInput
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import numbers
from smartunion.ground.registry.flows.access import union_for
from smartunion.ground.registry.flows.officers import running_term
from smartunion.ground.registry.flows.unions.checks import check_not_future
from smartunion.ground.registry.models import Certificate, TradeUnion
from smartunion.ground.registry.policies import CERTIFICATE_FORMAT


class CertificateKnown(DomainError):
    """A certificate of this number exists."""

    code = "certificate_known"


@dataclass(frozen=True)
class NewCertificate:
    """What goes onto it. number "" takes the next one; valid_to None takes the end of the running term."""

    issued_on: date
    kind: rules.CertificateKind = rules.CertificateKind.FOUNDING
    number: str = ""
    valid_to: date | None = None
    approval_number: str = ""


@transaction.atomic
def issue(*, actor: Actor, union_id: int, data: NewCertificate, at: datetime) -> Certificate:
    """Issue a certificate to a standing union, as the union above it.

    The actor needs registry.edit in the union; the issuer printed is the union above. Raises NotVisible, NotAllowed;
    InvalidInput naming issued_on, valid_to or union; CertificateKnown. Source: 总工办发〔2020〕20号; domain rules 5.4.
    """
    union = union_for(actor, union_id, "registry.edit")
    check_not_future(data.issued_on, local_date(at), field="issued_on")
    if union.state != rules.UnionState.ACTIVE:
        raise InvalidInput(
            _("Only a union that stands gets a certificate."),
            remedy=_("Approve its election first."),
            field="union",
        )
    term = running_term(union, data.issued_on)
    valid_to = data.valid_to or (term.ends_on if term else None)
    if valid_to is not None and valid_to <= data.issued_on:
        raise InvalidInput(_("It would end before it begins."), field="valid_to")
    issuer = union.parent or union
    number = squeeze(data.number)[:40] or _next_number(union, issuer, data.issued_on)
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                union=union, number=number, kind=data.kind, issued_on=data.issued_on, valid_to=valid_to,
                issued_by=issuer.name, approval_number=squeeze(data.approval_number)[:40],
            )  # fmt: skip
    except IntegrityError:
        raise CertificateKnown(
            _("A certificate with this number exists already."), remedy=_("Check the number."), field="number"
        ) from None
    audit.record(
        actor,
        "registry.certificate_issued",
        union,
        at=at,
        data={"certificate": certificate.pk, "kind": data.kind},
    )
    return certificate


def _next_number(union: TradeUnion, issuer: TradeUnion, on: date) -> str:
    """The next number of the issuer and year, in the form the policy gives; the plain form where that is faulty."""
    place = issuer.territory or issuer.region or union.region
    values = {
        "place": place.name if place else "", "code": place.code if place else "000000", "year": on.year,
        "number": numbers.take(f"certificate:{issuer.pk}:{on.year}"),
    }  # fmt: skip
    form = policies.value(CERTIFICATE_FORMAT, path=union.path, on=on)
    try:
        return str(form.format(**values))[:40]
    except (KeyError, IndexError, ValueError, AttributeError):
        return f"{values['code']}-{values['year']}-{values['number']}"
