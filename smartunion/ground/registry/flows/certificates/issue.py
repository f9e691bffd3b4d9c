"""Certificates: the number and validity a union may show, and the data it stands in the register with."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, Refusal
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.flows import numbers
from smartunion.ground.registry.flows.access import check_registers, union_for
from smartunion.ground.registry.flows.particulars import particulars_of
from smartunion.ground.registry.flows.unions.change import set_code
from smartunion.ground.registry.flows.unions.checks import check_not_future, check_stood
from smartunion.ground.registry.models import Certificate, Term, TradeUnion
from smartunion.ground.registry.policies import CERTIFICATE_FORMAT
from smartunion.ground.registry.queries.certificates import legal_certificate_of, registrar_of
from smartunion.ground.registry.queries.terms import running_term
from smartunion.ground.registry.rules import CertificateKind, CertificateState, IssuedFor
from smartunion.ground.registry.rules.certificates import changed, check_code, check_may_register

#: Years of the longest term of office.
LONGEST_TERM = 5
#: Numbers somebody entered by hand may stand in the way of the series.
_ATTEMPTS = 20


class CertificateKnown(Refusal):
    """A certificate of this number exists."""

    code = "certificate_known"


@dataclass(frozen=True)
class NewCertificate:
    """What goes onto it. number "" takes the next one; valid_to None takes the end of the running term.

    uscc: the code assigned with a legal-person certificate, "" for the one the union has; issued_for None: found out
    from what stood before.
    """

    issued_on: date
    kind: rules.CertificateKind = rules.CertificateKind.FOUNDING
    number: str = ""
    valid_to: date | None = None
    approval_number: str = ""
    uscc: str = ""
    issued_for: rules.IssuedFor | None = None


@transaction.atomic
def issue(*, actor: Actor, union_id: int, data: NewCertificate, at: datetime) -> Certificate:
    """Issue a certificate to a standing union; a legal-person certificate replaces the one that held.

    The actor needs registry.edit in the union, and for a legal person in the federation that registers
    (queries.registrar_of), which is its issuer; issuer of a founding certificate is the union above. Raises NotVisible,
    NotAllowed; InvalidInput naming issued_on, valid_to, uscc or union; CertificateKnown.
    Source: 总工办发〔2020〕20号; domain rules 5.4.
    """
    union = union_for(actor, union_id, "registry.edit")
    check_not_future(data.issued_on, local_date(at), field="issued_on")
    if union.state != rules.UnionState.ACTIVE:
        raise InvalidInput(
            _("Only a union that stands gets a certificate."),
            remedy=_("Approve its election first."),
            field="union",
        )
    check_stood(union, data.issued_on, field="issued_on")
    term = running_term(union, data.issued_on)
    valid_to = data.valid_to or (term.ends_on if term else None)
    if valid_to is not None and valid_to <= data.issued_on:
        raise InvalidInput(
            _("It would end before it begins."), remedy=_("Enter a day after it is issued."), field="valid_to"
        )
    if data.kind == CertificateKind.LEGAL_PERSON:
        check_registers(actor, union)
        _check_ends_with_term(data.issued_on, valid_to, term)
        return _register(actor, union, data, valid_to, at)
    held = Certificate.objects.filter(union=union, kind=data.kind, state=CertificateState.VALID).first()
    if held is not None:
        raise CertificateKnown(
            _("%(union)s has this certificate already: %(number)s.") % {"union": union.name, "number": held.number},
            remedy=_("Cancel that one first if it is wrong or lost."), field="kind",
        )  # fmt: skip
    row = _write(union, union.parent or union, data, valid_to, {})
    _record(actor, union, row, at)
    return row


def _check_ends_with_term(issued_on: date, valid_to: date | None, term: Term | None) -> None:
    """A legal-person certificate holds no longer than the term; where none is known, no longer than one could be."""
    latest = term.ends_on if term is not None else rules.end_of_term(issued_on, LONGEST_TERM)
    if valid_to is not None and valid_to > latest:
        raise InvalidInput(
            _("It holds for the term of office, until %(day)s at most.") % {"day": latest.isoformat()},
            remedy=_(
                "Enter that day or an earlier one. Once a new election or its delay is entered, it may hold longer."
            ),
            field="valid_to",
        )


def _register(
    actor: Actor, union: TradeUnion, data: NewCertificate, valid_to: date | None, at: datetime
) -> Certificate:
    check_may_register(rules.UnionKind(union.kind))
    old = legal_certificate_of(union)
    if valid_to is None and old is not None and old.valid_to is not None and old.valid_to > data.issued_on:
        valid_to = old.valid_to  # a change of address does not wait for the election
    if valid_to is None:
        raise InvalidInput(
            _("A legal-person certificate holds for the term of office, and no running term is known."),
            remedy=_("Enter the election, or the day until which the re-election was postponed."), field="valid_to",
        )  # fmt: skip
    if data.uscc:
        set_code(union, data.uscc, at=at)
    check_code(union.uscc, rules.UnionKind(union.kind))
    registrar = registrar_of(union) or union.parent or union
    now = particulars_of(union, registrar.pk)
    if old is not None and data.issued_on < old.issued_on:
        raise InvalidInput(
            _("The certificate that holds was issued on %(day)s.") % {"day": old.issued_on.isoformat()},
            remedy=_("Enter a later day."), field="issued_on",
        )  # fmt: skip
    if old is not None and _says_the_same(old, now, data, valid_to):
        raise CertificateKnown(
            _("A certificate that says the same was issued on this day: %(number)s.") % {"number": old.number},
            remedy=_("It is in the list of certificates; nothing has to be issued again."), field="number",
        )  # fmt: skip
    why = data.issued_for or _reason(old, now, valid_to)
    if old is not None:
        holding = Certificate.objects.filter(pk=old.pk, state=CertificateState.VALID)
        holding.update(
            state=CertificateState.REPLACED, ended_on=data.issued_on, end_reason=str(why.label), changes=[],
            change_since=None, change_due_on=None,
        )  # fmt: skip
    printed = {
        "name": now.name, "uscc": now.uscc, "head": now.head, "address": now.address, "registrar": registrar,
        "issued_for": why, "replaces": old,
    }  # fmt: skip
    row = _write(union, registrar, data, valid_to, printed)
    messages.tell_certificate_issued(row, at)
    _record(actor, union, row, at)
    return row


def _says_the_same(old: Certificate, now: rules.Particulars, data: NewCertificate, valid_to: date) -> bool:
    """Sent twice: of that day, with nothing new, and nobody says that the first was lost."""
    is_asked_anew = data.issued_for is not None or bool(data.number)
    return (
        not is_asked_anew
        and (old.issued_on, old.valid_to) == (data.issued_on, valid_to)
        and not changed(old.printed, now)
    )


def _reason(old: Certificate | None, now: rules.Particulars, valid_to: date) -> IssuedFor:
    if old is None:
        return IssuedFor.FIRST
    if changed(old.printed, now):
        return IssuedFor.CHANGE
    later = old.valid_to is not None and valid_to > old.valid_to
    return IssuedFor.RENEWAL if later else IssuedFor.REPLACEMENT


def _write(
    union: TradeUnion,
    issuer: TradeUnion,
    data: NewCertificate,
    valid_to: date | None,
    printed: dict[str, Any],
) -> Certificate:
    number = squeeze(data.number)[:40] or _next_number(union, issuer, data.issued_on)
    try:
        with transaction.atomic():
            return Certificate.objects.create(
                union=union, number=number, kind=data.kind, issued_on=data.issued_on, valid_to=valid_to,
                issued_by=issuer.name, approval_number=squeeze(data.approval_number)[:40], **printed,
            )  # fmt: skip
    except IntegrityError:
        raise CertificateKnown(
            _("A certificate with this number exists already."), remedy=_("Check the number."), field="number"
        ) from None


def _record(actor: Actor, union: TradeUnion, row: Certificate, at: datetime) -> None:
    event = "issued" if row.issued_for == IssuedFor.FIRST else f"issued_{row.issued_for}"
    audit.record(
        actor, f"registry.certificate_{event}", union, at=at,
        data={"certificate": row.pk, "kind": row.kind, "number": row.number},
    )  # fmt: skip


def _next_number(union: TradeUnion, issuer: TradeUnion, on: date) -> str:
    """The next free number of the issuer and year, in the form the policy gives.

    The plain form where that is faulty, or says nothing that tells two issuers of one place apart.
    """
    place = issuer.territory or issuer.region or union.region
    form = policies.value(CERTIFICATE_FORMAT, path=union.path, on=on)
    values = {
        "place": place.name if place else "",
        "code": place.code if place else "000000",
        "year": on.year,
    }
    for _attempt in range(_ATTEMPTS):
        values["number"] = numbers.take(f"certificate:{issuer.pk}:{on.year}")
        try:
            number = str(form.format(**values))[:40]
        except (KeyError, IndexError, ValueError, AttributeError):
            break
        if not Certificate.objects.filter(number=number).exists():
            return number
    return f"{values['code']}-{values['year']}-{issuer.pk}-{values['number']}"
