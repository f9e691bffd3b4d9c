"""Applications about a union's legal person: what stands against them, and what their approval writes."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.handlers import CaseRun, Fact, Panel, PrefillAsk, Result
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.flows.certificates import NewCertificate
from smartunion.ground.registry.models import Certificate, EmployerLink, Officer, TradeUnion
from smartunion.ground.registry.queries.certificates import legal_certificate_of, registrar_of
from smartunion.ground.registry.queries.terms import running_term
from smartunion.ground.registry.rules import (
    CertificateKind,
    IssuedFor,
    LinkKind,
    Organ,
    Post,
    UnionKind,
)
from smartunion.ground.registry.rules.certificates import check_may_register
from smartunion.systems.organising.flows.of_a_union import against, herself, running_case, union_asked

SERVICES = ("legal_person", "legal_person_end")


def known(ask: PrefillAsk) -> Values:
    """What the registry says of the union, the matter that is due, and who is asking."""
    union = union_asked(ask)
    if union is None:
        return {"contact": herself(ask, None)}
    row = legal_certificate_of(union)
    what = IssuedFor.FIRST if row is None else IssuedFor.CHANGE if row.changes else IssuedFor.RENEWAL
    return {
        "union": {"id": union.pk, "name": union.name}, "what": what.value, "name": union.name,
        "head": union.contact_name or _chair(union), "address": union.address or _printed_address(union, row),
        "about": _("Changed since: %(what)s.") % {"what": row.changed_words} if row is not None and row.changes else "",
        "contact": herself(ask, union),
    }  # fmt: skip


def _chair(union: TradeUnion) -> str:
    """Whom the running committee elected as chair."""
    chair = Officer.objects.filter(term__union=union, organ=Organ.COMMITTEE, post=Post.CHAIR, left_on=None)
    return chair.order_by("-term__ordinal", "pk").values_list("name", flat=True).first() or ""


def _printed_address(union: TradeUnion, row: Certificate | None) -> str:
    """Of the certificate so far, else of the one employer whose own union it is."""
    if row is not None and row.address:
        return row.address
    own = EmployerLink.objects.filter(union=union, kind=LinkKind.OWN, valid_to=None)
    addresses = set(own.values_list("employer__address", flat=True)[:2])
    return str(addresses.pop()) if len(addresses) == 1 else ""


def registrar(run: CaseRun) -> TradeUnion | None:
    """The federation that registers the union."""
    return registrar_of(run.case.union) if run.case.union is not None else None


def problems(run: CaseRun) -> list[AnswerProblem]:
    """What stands against an application for a certificate."""
    union = run.case.union
    found = _against(run, union)
    if union is None or found:
        return found
    try:
        check_may_register(UnionKind(union.kind))
    except InvalidInput as refusal:
        return [AnswerProblem("union", str(refusal))]
    row, what = legal_certificate_of(union), run.form.get("what")
    if row is not None and what == IssuedFor.FIRST:
        words = _("%(union)s has the certificate %(number)s: apply for its change, renewal or replacement.")
        return [AnswerProblem("what", words % {"union": union.name, "number": row.number})]
    if row is None and what != IssuedFor.FIRST:
        words = _("%(union)s has no legal-person certificate yet: apply for the first registration.")
        return [AnswerProblem("what", words % {"union": union.name})]
    if what in {IssuedFor.FIRST, IssuedFor.RENEWAL} and running_term(union, local_date(run.at)) is None:
        words = _(
            "No running term of office is known: report the election (or its approved postponement) to the union above "
            "first, because the certificate holds as long as the term."
        )
        return [AnswerProblem("what", words)]
    return []


def end_problems(run: CaseRun) -> list[AnswerProblem]:
    """What stands against an application for cancellation."""
    union = run.case.union
    found = _against(run, union)
    if union is None or found:
        return found
    if legal_certificate_of(union) is None:
        return [
            AnswerProblem(
                "union", _("%(union)s has no legal-person certificate that holds.") % {"union": union.name}
            )
        ]
    return []


def _against(run: CaseRun, union: TradeUnion | None) -> list[AnswerProblem]:
    found = against(run, union)
    other = running_case(run, union, SERVICES)
    if found or other is None:
        return found
    words = _("The application %(reference)s about this union’s legal person is under way.")
    return [AnswerProblem("union", words % {"reference": other.reference})]


def register(run: CaseRun) -> Result:
    """Name, address and head of the application go into the record, and the certificate says the same."""
    union, values = _union(run), run.data.steps["examine"]
    issued_on = date.fromisoformat(str(values["issued_on"]))
    _follow(run, union)
    until = values.get("valid_to")
    term = running_term(union, issued_on)
    row = registry.certificates.issue(
        actor=run.actor, union_id=union.pk, at=run.at,
        data=NewCertificate(
            issued_on, CertificateKind.LEGAL_PERSON, str(values.get("number") or ""),
            date.fromisoformat(str(until)) if until else None, term.approval_number if term else "",
            uscc=str(values.get("uscc") or ""), issued_for=IssuedFor(str(run.form["what"])),
        ),
    )  # fmt: skip
    words = _("Certificate %(number)s, code %(code)s, valid until %(day)s")
    shown = {
        "number": row.number,
        "code": row.uscc,
        "day": row.valid_to.isoformat() if row.valid_to else "–",
    }
    return Result(words % shown, f"/desk/unions/{union.pk}/offices/")


def end(run: CaseRun) -> Result:
    """The certificate is cancelled. Raises StaleState when there is none (any more)."""
    union = _union(run)
    row = legal_certificate_of(union)
    if row is None:
        raise StaleState(_("%(union)s has no legal-person certificate that holds.") % {"union": union.name})
    on = date.fromisoformat(str(run.form["on"]))
    registry.certificates.cancel(
        actor=run.actor, certificate_id=row.pk, on=on, reason=str(run.form["why"]), at=run.at
    )
    return Result(
        _("Certificate %(number)s is cancelled") % {"number": row.number},
        f"/desk/unions/{union.pk}/offices/",
    )


def _follow(run: CaseRun, union: TradeUnion) -> None:
    form, reason = run.form, _("Case %(reference)s") % {"reference": run.case.reference}
    name = str(form.get("name") or "").strip()
    if name and name != union.name:
        registry.unions.rename(
            actor=run.actor, union_id=union.pk, version=union.version, name=name, on=local_date(run.at),
            reason=reason, at=run.at,
        )  # fmt: skip
        union.refresh_from_db()
    changes = {"address": str(form.get("address") or ""), "contact_name": str(form.get("head") or "")}
    changes = {field: value for field, value in changes.items() if value and value != getattr(union, field)}
    if changes:
        registry.unions.update_union(
            actor=run.actor, union_id=union.pk, version=union.version, changes=changes, at=run.at
        )
        union.refresh_from_db()


def panels(run: CaseRun) -> list[Panel]:
    """What the registry says of the union beside the application; its certificates, the newest first."""
    union = run.case.union
    if union is None:
        return []
    form, term = run.form, running_term(union, local_date(run.at))
    page = f"/desk/unions/{union.pk}/"
    facts = [
        Fact(_("Union"), union.name, *_beside(union.name, form.get("name")), href=page),
        Fact(_("Kind"), str(union.get_kind_display())),
        Fact(_("Head"), union.contact_name, *_beside(union.contact_name, form.get("head"))),
        Fact(_("Address"), union.address, *_beside(union.address, form.get("address"))),
        Fact(_("Code"), union.uscc or pgettext("organising", "none")),
        Fact(
            _("Term of office"),
            f"{term.starts_on.isoformat()} – {term.ends_on.isoformat()}" if term else _("none is running"),
            fits=term is not None,
        ),
        Fact(_("Number of the approval"), term.approval_number if term else ""),
    ]
    past = Certificate.objects.filter(union=union, kind=CertificateKind.LEGAL_PERSON).order_by(
        "-issued_on", "-pk"
    )
    lines = [
        Fact(row.number, f"{row.get_issued_for_display()} · {row.issued_on.isoformat()} · {row.standing.label}")
        for row in past[:5]
    ]  # fmt: skip
    return [Panel(_("The registry on the union"), facts), Panel(_("Legal-person certificates so far"), lines)]


def _beside(stored: str, given: object) -> tuple[str, bool | None]:
    text = str(given or "")
    return text, stored == text if text else None


def _union(run: CaseRun) -> TradeUnion:
    if run.case.union_id is None:
        raise StaleState(_("The union of this application is not known any more."))
    return TradeUnion.objects.get(pk=run.case.union_id)
