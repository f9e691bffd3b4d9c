"""The designer: services of one's union and those above; a draft with its preview, its picture and its problems."""

import json
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from smartunion.core import clock
from smartunion.core.errors import DomainError, InvalidInput, NotVisible
from smartunion.core.reading import get_visible
from smartunion.core.web.guards import actor_of
from smartunion.engines.casework import presenting
from smartunion.engines.casework.categories import CATEGORIES, EVENTS
from smartunion.engines.casework.definition import Definition, Who, check_definition, dump, parse
from smartunion.engines.casework.design import sheets
from smartunion.engines.casework.design.editing import EDITS, fields_in
from smartunion.engines.casework.design.picture import picture_of
from smartunion.engines.casework.design.reading import Edit
from smartunion.engines.casework.flows import designing, publishing
from smartunion.engines.casework.handlers import handler_of
from smartunion.engines.casework.models import Service, ServiceDraft, ServiceVersion
from smartunion.engines.casework.queries import designs
from smartunion.engines.casework.queries.versions import definition_of, known_for
from smartunion.engines.casework.reach import may_design
from smartunion.engines.casework.rules import TEXT_STATES, Rung
from smartunion.ground.accounts.rules import Role
from smartunion.ground.accounts.web import require

TABS = ("head", "form", "papers", "who", "steps", "parts", "texts", "check")


@require_http_methods(["GET", "POST"])
@require("services.design")
def services(request: HttpRequest) -> HttpResponse:
    """The list; POST begins a draft: new, the next version, a copy, or from a file."""
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            draft = _begin(request)
            return redirect("casework:design", draft_id=draft.pk)
        except InvalidInput as found:
            refusal = found
    actor = actor_of(request)
    drafts = ServiceDraft.objects.visible_to(actor).order_by("-updated_at", "-id")[:50]
    rows = designs.written_for(actor)
    context = {
        "rows": rows, "drafts": drafts, "unions": designs.unions_of(actor),
        "ladder": designs.ladder(actor, rows, clock.today()), "refusal": refusal,
    }  # fmt: skip
    return render(request, "casework/designs.html", context, status=refusal.status if refusal else 200)


@require_GET
@require("services.design")
def design(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One draft, a part at a time."""
    draft = _draft(request, draft_id)
    part = request.GET.get("part", "head")
    return render(request, "casework/design.html", _context(draft, part if part in TABS else "head"))


@require_POST
@require("services.design")
def change_design(request: HttpRequest, draft_id: int) -> HttpResponse:
    """One edit. Typing saves by itself and answers preview and problems; buttons come back to the page."""
    posted = request.POST
    do = posted.get("do", "")
    if do not in EDITS:
        raise NotVisible
    edit = Edit(
        do, posted.get("where", "")[:60], posted.get("key", "")[:60], posted.dict(),
        {name: posted.getlist(name) for name in posted},
    )  # fmt: skip
    draft = designing.change_design(draft_id=draft_id, edit=edit, actor=actor_of(request), at=clock.now())
    if request.headers.get("HX-Request"):
        return render(request, "casework/_design_side.html", _context(draft, posted.get("part", "head")))
    anchor = _anchor(draft, edit)
    return redirect(
        f"{reverse('casework:design', args=[draft_id])}?part={_part(posted.get('part', ''))}&open={anchor}#part-{anchor}"
    )


@require_POST
@require("services.design")
def publish_design(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Publish; what is wrong comes back with its places."""
    try:
        version = designing.publish_design(draft_id=draft_id, actor=actor_of(request), at=clock.now())
    except publishing.DefinitionNotSound as refusal:
        context = _context(_draft(request, draft_id), "check") | {"refusal": refusal}
        return render(request, "casework/design.html", context, status=refusal.status)
    messages.success(
        request, _("Published as version %(number)s. New cases begin with it.") % {"number": version.number}
    )
    return redirect("casework:written", key=version.service.key)


@require_POST
@require("services.design")
def discard_design(request: HttpRequest, draft_id: int) -> HttpResponse:
    """Throw a draft away."""
    designing.discard_design(draft_id=draft_id, actor=actor_of(request), at=clock.now())
    messages.success(request, _("The draft has been thrown away."))
    return redirect("casework:designs")


@require_http_methods(["GET", "POST"])
@require("services.design")
def written(request: HttpRequest, key: str) -> HttpResponse:
    """One service with its versions and what each changed; POST opens or closes it for new cases."""
    service = _service(request, key)
    if request.method == "POST":
        switch = publishing.close_service if service.is_open else publishing.open_service
        switch(
            service_key=key, actor=actor_of(request), at=clock.now(), reason=request.POST.get("reason", "")
        )
        messages.success(request, _("Saved. Running cases go on."))
        return redirect("casework:written", key=key)
    versions = list(ServiceVersion.objects.filter(service=service).order_by("-number")[:30])
    shown = next((one for one in versions if str(one.number) == request.GET.get("version")), versions[0])
    before = next((one for one in versions if one.number < shown.number), None)
    definition = definition_of(shown)
    context = {
        "service": service, "versions": versions, "shown": shown, "before": before, "definition": definition,
        "changes": designs.differences(definition_of(before), definition) if before else [],
        "is_mine": may_design(actor_of(request), service.owner_path), "picture": picture_of(definition),
        "screens": _preview(definition), "preview": definition,
    }  # fmt: skip
    return render(request, "casework/written.html", context)


@require_GET
@require("services.design")
def export_design(request: HttpRequest, key: str) -> HttpResponse:
    """The newest version as a file that another federation can take in."""
    version = ServiceVersion.objects.filter(service=_service(request, key)).latest("number")
    content = json.dumps(dump(definition_of(version)), ensure_ascii=False, indent=2)
    answer = HttpResponse(content, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="service-{key}-v{version.number}.json"'
    return answer


def _begin(request: HttpRequest) -> ServiceDraft:
    actor, at, posted = actor_of(request), clock.now(), request.POST
    unions = designs.unions_of(actor)
    owner = next(
        (one.path for one in unions if str(one.pk) == posted.get("union")), unions[0].path if unions else ""
    )
    key = posted.get("service", "")[:60]
    ways: dict[str, Callable[[], ServiceDraft]] = {
        "new": lambda: designing.start_design(owner_path=owner, actor=actor, at=at),
        "change": lambda: designing.change_service(service_key=key, owner_path=owner, actor=actor, at=at),
        "copy": lambda: designing.copy_service(service_key=key, owner_path=owner, actor=actor, at=at),
        "import": lambda: designing.import_design(
            content=_file(request), owner_path=owner, actor=actor, at=at
        ),
    }
    if posted.get("do") not in ways:
        raise NotVisible
    return ways[posted["do"]]()


def _file(request: HttpRequest) -> bytes:
    given = request.FILES.get("file")
    if given is None or isinstance(given, list):
        raise InvalidInput(_("Choose a file first."), field="file")
    content: bytes = given.read(designing.MAX_BYTES + 1)
    return content


def _draft(request: HttpRequest, draft_id: int) -> ServiceDraft:
    drafts = ServiceDraft.objects.visible_to(actor_of(request)).select_related(
        "service", "based_on", "stands_for"
    )
    return get_visible(drafts, draft_id)


def _service(request: HttpRequest, key: str) -> Service:
    found = next(
        (one.service for one in designs.written_for(actor_of(request)) if one.service.key == key), None
    )
    if found is None:
        raise NotVisible
    return found


def _part(part: str) -> str:
    return part if part in TABS else "head"


def _anchor(draft: ServiceDraft, edit: Edit) -> str:
    """The part to come back to: the new one, or the one that was changed."""
    definition = parse(draft.definition)
    if edit.do == "add_section":
        return definition.sections[-1].key
    if edit.do == "add_material":
        return definition.materials[-1].key
    if edit.do == "add_step":
        return definition.steps[-1].key
    if edit.do == "add_rule":
        return definition.eligibility[-1].key
    if edit.do == "add_feed":
        return edit.get("service")
    if edit.do == "add_field":
        return fields_in(definition, edit.where)[-1].key
    return edit.key


def _preview(definition: Definition) -> list[presenting.Screen]:
    """The form as the worker sees it, empty."""
    return presenting.screens(definition, {}, {}, errors={})


def _context(draft: ServiceDraft, part: str) -> dict[str, object]:
    definition = parse(draft.definition)
    known = known_for(definition)
    problems = check_definition(definition, known)
    names = {
        "head": _("Basics"), "form": _("Form"), "papers": _("Papers"), "who": _("Who may have it"), "steps": _("Steps"),
        "parts": _("Several services"), "texts": _("Messages"), "check": _("Check and publish"),
    }  # fmt: skip
    address = reverse("casework:design", args=[draft.pk])
    wrong = len(problems) or ""
    tabs = [
        {
            "label": label,
            "href": f"{address}?part={key}",
            "current": key == part,
            "count": wrong if key == "check" else "",
        }
        for key, label in names.items()
    ]
    roles = [(role.value, role.label) for role in Role if role.value in known.roles]
    based_on = definition_of(draft.based_on) if draft.based_on is not None else None
    return {
        "draft": draft, "definition": definition, "part": part, "tabs": tabs, "preview": definition,
        "problems": sheets.placed(definition, problems), "screens": _preview(definition), "picture": picture_of(definition),
        "sections": sheets.section_sheets(definition, problems) if part == "form" else (),
        "steps": sheets.step_sheets(definition, problems, roles, handler_of(definition).outcomes) if part == "steps" else (),
        "materials": [(one, sheets.picker("visible", one.visible_if, definition.fields, set())) for one in definition.materials],
        "rules": [(rule, sheets.rule_picker(rule.condition, definition.self_test)) for rule in definition.eligibility],
        "self_test": [sheets.field_sheet("self_test", one, definition.self_test, definition, ()) for one in definition.self_test],
        "feeds": sheets.feed_sheets(definition, problems, known.services or {}) if part == "parts" else (),
        "feedable": designs.feedable(draft.owner_path, definition) if part == "parts" else (),
        "texts": _texts(definition), "kinds": sheets.KIND_WORDS.items(), "events": EVENTS.items(),
        "categories": CATEGORIES.items(), "rungs": Rung.choices,
        "desk_steps": [step for step in definition.steps if step.who is Who.DESK],
        "changes": designs.differences(based_on, definition) if part == "check" and based_on else [],
    }  # fmt: skip


def _texts(definition: Definition) -> list[tuple[str, str, str]]:
    """Each moment people are told something: name, moment in words, what is said."""
    moments = {
        "submitted": _("It has been sent"), "supplement": _("Something is missing"), "held": _("It is on hold"),
        "approved": _("It is granted"), "refused": _("It is refused"), "withdrawn": _("It was taken back"),
        "reopened": _("It is taken up again"), "appealed": _("An appeal was sent"),
    }  # fmt: skip
    names = [name for name in moments if name in TEXT_STATES]
    found = [(name, moments[name], definition.text(name).zh) for name in names]
    steps = [
        (f"step:{step.key}", _("It reaches “%(step)s”") % {"step": step.title})
        for step in definition.steps[1:]
    ]
    return [*found, *((name, words, definition.text(name).zh) for name, words in steps)]
