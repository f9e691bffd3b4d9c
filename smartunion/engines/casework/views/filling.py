"""Filling in: the form of a draft, a supplement, or a step that is the applicant's; saved as one goes."""

import json
from collections.abc import Mapping, Sequence
from typing import BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.clock import local_date
from smartunion.core.errors import DomainError, NotVisible, Refusal
from smartunion.core.files.serving import file_response
from smartunion.core.numbers import whole_number
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework import presenting
from smartunion.engines.casework.answers import raw_from_post, visible_materials
from smartunion.engines.casework.definition import Field, FieldKind, Material, Who
from smartunion.engines.casework.flows import acting, drafts, filing, materials
from smartunion.engines.casework.flows.loading import Loaded, load
from smartunion.engines.casework.lifecycle import Side
from smartunion.engines.casework.queries.materials import Kept, folder_of, photo_for, photos_of
from smartunion.engines.casework.queries.pages import missing_keys, to_correct
from smartunion.engines.casework.rules import CaseState
from smartunion.engines.casework.telling import last_day
from smartunion.engines.casework.views.common import errors_of, version_of
from smartunion.ground.accounts.web import require


@require_http_methods(["GET", "POST"])
@require()
def fill(request: HttpRequest, case_id: int) -> HttpResponse:
    """The form. POST saves what is there (right or wrong); with do=send it is checked and sent."""
    loaded = _mine(request, case_id)
    if request.method == "GET":
        return _page(request, loaded, _held(loaded), None)
    raw = raw_from_post(_asked(loaded), request.POST)
    try:
        _save(request, loaded, raw)
        if request.POST.get("do", "").startswith("remove:"):
            _remove(request, case_id, request.POST["do"].removeprefix("remove:"))
        if request.POST.get("do", "").startswith("reuse:"):
            slot = request.POST["do"].removeprefix("reuse:")[:40]
            materials.reuse_papers(case_id=case_id, slot=slot, actor=actor_of(request), at=clock.now())
            return redirect(f"{request.path}#q_{slot}")
        if request.POST.get("do") == "send":
            return _send(request, loaded, raw)
    except Refusal as refusal:
        if request.headers.get("Accept", "").startswith("application/json"):
            raise
        return _page(request, _mine(request, case_id), raw, refusal)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"calculated": _worked(loaded, raw)})
    messages.success(request, _("Saved. You can go on later: the draft stands under “My cases”."))
    return redirect("casework:fill", case_id=case_id)


@require_POST
@require()
def add_photo(request: HttpRequest, case_id: int, slot: str) -> HttpResponse:
    """One photo from the camera, sent by the page's script as soon as it is taken; answers the new pictures."""
    given = request.FILES.get("photo")
    if given is None or isinstance(given, list):
        raise NotVisible
    materials.add_photo(
        case_id=case_id,
        slot=slot,
        data=picture(given),
        name=given.name or "photo",
        actor=actor_of(request),
        at=clock.now(),
    )
    return _photos(request, case_id, slot)


@require_POST
@require()
def remove_photo(request: HttpRequest, case_id: int, slot: str, material_id: int) -> HttpResponse:
    """Take one photo back; answers the pictures that are left."""
    materials.remove_photo(case_id=case_id, material_id=material_id, actor=actor_of(request), at=clock.now())
    return _photos(request, case_id, slot)


@require_GET
def photo(request: HttpRequest, case_id: int, material_id: int) -> HttpResponse:
    """One picture, to those who may see the case."""
    stored = photo_for(case_id=case_id, material_id=material_id, actor=actor_of(request))
    return file_response(stored, show=True)  # type: ignore[return-value]  # a streaming response


def picture(given: "UploadedFile[bytes]") -> BinaryIO:
    """An uploaded file as a plain stream: it has read(), which is all that is used."""
    return cast(BinaryIO, given)  # Django's wrapper is no BinaryIO by name


def _photos(request: HttpRequest, case_id: int, slot: str) -> HttpResponse:
    loaded = load(case_id=case_id, actor=actor_of(request), at=clock.now())
    context = {"case": loaded.case, "slot": slot, "photos": photos_of(loaded.case).get(slot, [])}
    return render(request, "casework/_photos.html", context)


def _mine(request: HttpRequest, case_id: int) -> Loaded:
    """The case, if it waits for this person. Raises NotVisible."""
    loaded = load(case_id=case_id, actor=actor_of(request), at=clock.now())
    waits = loaded.case.state in {CaseState.DRAFT, CaseState.SUPPLEMENT}
    if Side.APPLICANT not in loaded.sides or not waits:
        raise NotVisible(
            _("This form cannot be changed now."),
            remedy=_("Open the case under “My cases” to see where it is."),
        )
    return loaded


def _asked(loaded: Loaded) -> tuple[Field, ...]:
    """The questions on the page."""
    fields = acting.asked_now(loaded)
    if loaded.case.state == CaseState.DRAFT or _is_own_step(loaded):
        return fields
    shown = to_correct(loaded)
    return tuple(field for field in fields if field.key in shown)


def _held(loaded: Loaded) -> Mapping[str, object]:
    """What the inputs show: saved text first, then what was sent, then what the handler knows."""
    if loaded.case.state == CaseState.DRAFT:
        return loaded.data.form
    step = loaded.step
    if step is not None and _is_own_step(loaded):
        known = loaded.handler.step_values(loaded.run(), step)
        return {**known, **loaded.data.steps.get(step.key, {}), **loaded.data.pending}
    return {**loaded.data.form, **loaded.data.pending}


def _is_own_step(loaded: Loaded) -> bool:
    step = loaded.step
    return step is not None and step.who is Who.APPLICANT


def _save(request: HttpRequest, loaded: Loaded, raw: dict[str, object]) -> None:
    actor, at, case_id = actor_of(request), clock.now(), loaded.case.pk
    if loaded.case.state == CaseState.DRAFT:
        drafts.save_draft(case_id=case_id, raw=raw, actor=actor, at=at)
    else:
        acting.save_pending(case_id=case_id, values=raw, actor=actor, at=at)
    for name, given in request.FILES.items():
        if name.startswith("photo.") and not isinstance(given, list):
            slot = name.removeprefix("photo.")
            materials.add_photo(
                case_id=case_id,
                slot=slot,
                data=picture(given),
                name=given.name or "photo",
                actor=actor,
                at=at,
            )


def _remove(request: HttpRequest, case_id: int, material_id: str) -> None:
    if number := whole_number(material_id):
        materials.remove_photo(case_id=case_id, material_id=number, actor=actor_of(request), at=clock.now())


def _send(request: HttpRequest, loaded: Loaded, raw: dict[str, object]) -> HttpResponse:
    actor, at, case_id = actor_of(request), clock.now(), loaded.case.pk
    if loaded.case.state == CaseState.DRAFT:
        ready = filing.check_ready(case_id=case_id, actor=actor, at=at)
        if loaded.case.on_behalf:
            return redirect("casework:confirm", case_id=case_id)
        cautions = ready.handler.cautions(ready.run())
        if not set(cautions) <= set(request.POST.getlist("cautioned")):
            return _page(request, _mine(request, case_id), raw, None, cautions)
    if loaded.case.state == CaseState.DRAFT:
        case = filing.submit(case_id=case_id, actor=actor, at=at)
    else:
        on = acting.ActOn(case_id, version_of(request.POST.dict()), actor, at)
        case = acting.resubmit(on=on, values=raw)
    messages.success(request, _("Sent. You will be told at every step."))
    return redirect("casework:case", case_id=case.pk)


def _page(
    request: HttpRequest, loaded: Loaded, held: Mapping[str, object], refusal: DomainError | None,
    cautions: Sequence[str] = (),
) -> HttpResponse:  # fmt: skip
    photos, errors = photos_of(loaded.case), errors_of(refusal)
    step, notes = loaded.step, missing_keys(loaded) if loaded.case.state == CaseState.SUPPLEMENT else {}
    if step is not None and _is_own_step(loaded):
        asked = presenting.questions(step.form, held, photos, errors=errors)
        screens = [presenting.Screen(step.key, str(step.title), str(step.help), asked)]
        papers: list[Material] = []
        notes = {}
    else:
        only = None if loaded.case.state == CaseState.DRAFT else to_correct(loaded)
        screens = presenting.screens(loaded.definition, held, photos, errors=errors, notes=notes, only=only)
        papers = [m for m in loaded.definition.materials if only is None or m.key in only]
    screens = presenting.worked_out(screens, _worked(loaded, held))
    known = presenting.known_to_conditions(screens, papers, loaded.definition, held)
    context = {
        "known": json.dumps(known, ensure_ascii=False) if known else "",
        "is_own_step": _is_own_step(loaded),
        "due_on": last_day(loaded.case.due_at) if loaded.case.due_at else None,
        "loaded": loaded, "case": loaded.case, "definition": loaded.definition, "screens": screens,
        "papers": [paper(material, photos, errors, notes) for material in papers], "refusal": refusal,
        "kept": _kept(loaded, papers, photos), "cautions": cautions,
        "problems": problem_list(refusal, loaded), "is_draft": loaded.case.state == CaseState.DRAFT,
        "shown_now": [m.key for m in visible_materials(loaded.definition, held)],
    }  # fmt: skip
    return render(request, "casework/fill.html", context, status=refusal.status if refusal else 200)


def paper(
    material: Material, photos: presenting.Photos, errors: Mapping[str, str], notes: Mapping[str, str]
) -> presenting.Question:
    """A paper drawn like a photo question."""
    field = Field(
        material.key, FieldKind.PHOTO, material.label, help=material.help,
        is_required=material.is_required, maximum=material.max_files, visible_if=material.visible_if,
    )  # fmt: skip
    return presenting.question_of(field, None, photos, errors, notes)


def _worked(loaded: Loaded, raw: Mapping[str, object]) -> presenting.Worked:
    before = {} if loaded.case.state == CaseState.DRAFT else loaded.data.answers()
    fields = acting.asked_now(loaded)
    return presenting.calculated_now(fields, raw, before, loaded.definition.all_fields, local_date(loaded.at))


def _kept(loaded: Loaded, papers: Sequence[Material], photos: presenting.Photos) -> dict[str, Kept]:
    """Papers of the applicant's folder that fit into an empty place of this form, by slot."""
    wanted = {
        material.key: material.folder
        for material in papers
        if material.folder and not photos.get(material.key)
    }
    found = folder_of(loaded.case) if wanted else {}
    return {slot: found[folder] for slot, folder in wanted.items() if folder in found}


def problem_list(refusal: DomainError | None, loaded: Loaded) -> list[tuple[str, str]]:
    """Element ids and sentences for the box above the form."""
    if refusal is None:
        return []
    if isinstance(refusal, filing.AnswersRefused):
        return [(f"id_{problem.key}", problem.message) for problem in refusal.problems]
    return [(f"id_{refusal.field}" if refusal.field else "", str(refusal))]
