"""Certificates of membership, their check by whoever is shown one, and one's own data."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from smartunion.core import audit, clock
from smartunion.core.errors import InvalidInput, NotVisible, Refusal
from smartunion.core.files.serving import disposition
from smartunion.core.web.guards import ActorRequest, actor_of, person_required, require
from smartunion.engines.casework.models import Service
from smartunion.ground.accounts.flows import limits
from smartunion.ground.accounts.flows.limits import Limit
from smartunion.ground.accounts.origin import origin_of
from smartunion.ground.policies import service as policies
from smartunion.systems.hall import papers, queries
from smartunion.systems.hall.flows import proofs as flows
from smartunion.systems.hall.retention import kept

#: Numbers are beyond guessing; the limit keeps a script from trying all day.
_CHECKS = Limit(60, timedelta(minutes=10))


@never_cache
@require_GET
@require()
def proofs(request: ActorRequest) -> HttpResponse:
    """My certificates."""
    return render(request, "hall/proofs.html", {"proofs": queries.proofs_of(request.actor)})


@never_cache
@require_GET
@require()
def proof(request: ActorRequest, number: str) -> HttpResponse:
    """One certificate: its code to be scanned, its PDF to be passed on."""
    found = queries.proof_for(request.actor, number)
    return render(
        request,
        "hall/proof.html",
        {"proof": found, "link": _link(found.number), "for": papers.purpose_words(found)},
    )


@never_cache
@require_GET
@require()
def proof_file(request: ActorRequest, number: str) -> HttpResponse:
    """The PDF."""
    found = queries.proof_for(request.actor, number)
    answer = HttpResponse(
        papers.proof_pdf(found, link=_link(found.number), at=found.issued_at), content_type="application/pdf"
    )
    answer["Content-Disposition"] = disposition(
        _("Certificate of membership %(number)s.pdf") % {"number": found.number}
    )
    return answer


@never_cache
@require_GET
def check(request: HttpRequest) -> HttpResponse:
    """Type the number of a certificate somebody shows."""
    number = request.GET.get("number", "").strip()
    if number:
        tidy = "".join(ch for ch in number.upper() if ch.isascii() and ch.isalnum())[:20]
        return redirect("hall:checked", number=tidy or "0")
    return render(request, "hall/check.html", {})


@never_cache
@require_GET
def checked(request: HttpRequest, number: str) -> HttpResponse:
    """Whether a certificate is one of ours and holds today; its owner finds the look in her record."""
    at = clock.now()
    context: dict[str, object] = {"number": number[:20]}
    try:
        limits.take(limits.key_of("proof-check", origin_of(request).network), _CHECKS, at=at)
        context |= {"seen": flows.check(number=number, actor=actor_of(request), at=at), "at": at}
    except (Refusal, NotVisible) as refusal:
        return render(request, "hall/check.html", context | {"refusal": refusal}, status=refusal.status)
    return render(request, "hall/check.html", context)


@require_GET
@person_required
def my_data(request: ActorRequest) -> HttpResponse:
    """Take along, delete, and what the law keeps."""
    years = int(policies.value("casework.keep_years", path="", on=clock.today()))
    services = Service.objects.filter(category="my_data", is_open=True, owner_path="").order_by("order", "id")
    return render(request, "hall/my_data.html", {"services": services, "kept": kept(years)})


@never_cache
@require_GET
@person_required
def export(request: ActorRequest, case_id: int) -> HttpResponse:
    """The door to the file."""
    return render(
        request, "hall/export.html", {"export": queries.export_for(request.actor, case_id, clock.now())}
    )


@never_cache
@require_GET
@person_required
def export_file(request: ActorRequest, case_id: int) -> HttpResponse:
    """The file, made now from what is held now. Reading one's own data changes nothing but the trail."""
    at = clock.now()
    found = queries.export_for(request.actor, case_id, at)
    if not found.is_open:
        raise InvalidInput(
            _("The seven days are over."), remedy=_("Ask for the file again; it takes one tap.")
        )
    content = papers.own_file(request.actor.person_id or -1, at=at)
    audit.record(request.actor, "hall.data_taken", found.case, at=at, owner_person_id=request.actor.person_id)
    answer = HttpResponse(content, content_type="application/zip")
    answer["Content-Disposition"] = disposition(_("My data %(day)s.zip") % {"day": clock.today().isoformat()})
    return answer


def _link(number: str) -> str:
    return f"{settings.PUBLIC_URL}/proof/{number}/"
