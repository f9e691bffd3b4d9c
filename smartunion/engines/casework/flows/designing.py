"""Writing services: drafts begun, changed, published, thrown away; files taken in."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.ids import readable
from smartunion.core.reading import get_visible
from smartunion.engines.casework import reach
from smartunion.engines.casework.definition import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Section,
    Step,
    Text,
    contract_of,
    dump,
    parse,
)
from smartunion.engines.casework.design.editing import applied, bound, untied
from smartunion.engines.casework.design.reading import Edit
from smartunion.engines.casework.flows.publishing import publish
from smartunion.engines.casework.models import Service, ServiceDraft, ServiceVersion
from smartunion.engines.casework.queries.versions import definition_of, known_names
from smartunion.engines.casework.reach import may_design

#: Largest file taken in, and how often a change is tried again when somebody else saved in between.
MAX_BYTES = 500_000
_TRIES = 5


@transaction.atomic
def start_design(*, owner_path: str, actor: Actor, at: datetime) -> ServiceDraft:
    """Begin a new service of a union with one group and one step. Raises NotAllowed."""
    key = f"own_{readable(8).lower()}"
    about = Field("q1", FieldKind.TEXTAREA, Text(_("What is it about?")))
    definition = Definition(
        key, Text(_("New service")), sections=(Section("part1", Text(_("Your request")), (about,)),),
        steps=(Step("step1", Text(_("Acceptance and decision")), roles=("cadre", "admin"), deadline=Deadline(5, is_working=True)),),
    )  # fmt: skip
    return _new(definition, owner_path, actor, at)


@transaction.atomic
def change_service(*, service_key: str, owner_path: str, actor: Actor, at: datetime) -> ServiceDraft:
    """Begin the next version of a service of one's own, or a version of one's own of a service from above.

    A service tied to a part of the program stays tied: what that part needs is checked before it is published
    (definition.contracts). One union has one version of its own of a service. Raises NotVisible, NotAllowed.
    """
    service = get_visible(
        Service.objects.all(),
        Service.objects.filter(key=service_key).values_list("pk", flat=True).first() or 0,
    )
    newest = service.versions.latest("number")
    definition = definition_of(newest)
    if may_design(actor, service.owner_path):
        known = ServiceDraft.objects.filter(service=service).order_by("-id").first()
        return known or _new(definition, service.owner_path, actor, at, service=service, based_on=newest)
    return _own_version(service, definition, owner_path, actor, at, based_on=newest)


@transaction.atomic
def copy_service(*, service_key: str, owner_path: str, actor: Actor, at: datetime) -> ServiceDraft:
    """Begin a new service from another one's newest version, without the part of the program behind it.

    Raises NotVisible, NotAllowed; InvalidInput for a sealed service, whose copy nobody would seal.
    """
    version = get_visible(
        ServiceVersion.objects.all(),
        ServiceVersion.objects.filter(service__key=service_key)
        .order_by("-number")
        .values_list("pk", flat=True)
        .first()
        or 0,
    )
    found = definition_of(version)
    if found.key in reach.SEALED:
        raise InvalidInput(
            _("This service is sealed: its cases tell of illness or need."),
            remedy=_("Make your own version of it instead; that stays sealed."),
        )
    title = Text(_("%(title)s (copy)") % {"title": found.title.zh})
    own = replace(untied(found), key=f"own_{readable(8).lower()}", title=title)
    return _new(own, owner_path, actor, at)


@transaction.atomic
def import_design(*, content: bytes, owner_path: str, actor: Actor, at: datetime) -> ServiceDraft:
    """Begin a service from an exported file; its references are checked like everything else before it is published.

    The file of a service tied to a part of the program becomes the union's own version of that service, or its next
    version where the union may change it. Raises NotAllowed, InvalidInput (no such file), DefinitionError naming the place.
    """
    if len(content) > MAX_BYTES:
        raise InvalidInput(_("The file is larger than 500 kB; no service is."), field="file")
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InvalidInput(
            _("This is no file of a service."),
            remedy=_("Choose a file saved with “Export” from this page."),
            field="file",
        ) from None
    definition = parse(data)
    known = Service.objects.filter(key=definition.key).first()
    if known is not None and contract_of(definition, known_names().contracts) is not None:
        newest = known.versions.latest("number")
        if may_design(actor, known.owner_path):
            return _new(definition, known.owner_path, actor, at, service=known, based_on=newest)
        return _own_version(known, definition, owner_path, actor, at, based_on=newest)
    return _new(replace(definition, key=f"own_{readable(8).lower()}"), owner_path, actor, at)


def change_design(*, draft_id: int, edit: Edit, actor: Actor, at: datetime) -> ServiceDraft:
    """Apply one edit to a draft; edits of others in between stay. Raises NotVisible, Gone, DefinitionError, StaleState."""
    if edit.do == "add_feed":
        title = (
            Service.objects.filter(key=edit.get("service"), is_open=True)
            .values_list("title", flat=True)
            .first()
        )
        if title is None:
            raise NotVisible
        edit = replace(edit, given={**(edit.given or {}), "title": title})

    def change(definition: Definition) -> Definition:
        return bound(definition, applied(definition, edit), contract_of(definition, known_names().contracts))

    return _saved(draft_id, change, actor, at)


@transaction.atomic
def publish_design(*, draft_id: int, actor: Actor, at: datetime) -> ServiceVersion:
    """Publish a draft as the next version; the draft is gone, running cases stay on theirs.

    Raises NotVisible, NotAllowed, DefinitionNotSound, StaleState.
    """
    draft = get_visible(
        ServiceDraft.objects.visible_to(actor).select_related("service", "stands_for", "based_on"), draft_id
    )
    if draft.service is not None and draft.based_on is not None:
        newest = draft.service.versions.latest("number")
        if newest.pk != draft.based_on_id:
            raise StaleState(
                _("Version %(number)s of this service was published meanwhile.") % {"number": newest.number},
                remedy=_("Compare both, and begin again from the newest version."),
            )
    version = publish(
        definition=parse(draft.definition), actor=actor, at=at, source="own", owner_path=draft.owner_path,
        stands_for=draft.stands_for, service_key=_service_key(draft),
    )  # fmt: skip
    draft.delete()
    return version


@transaction.atomic
def discard_design(*, draft_id: int, actor: Actor, at: datetime) -> None:
    """Throw a draft away. Raises NotVisible."""
    draft = get_visible(ServiceDraft.objects.visible_to(actor), draft_id)
    audit.record(actor, "casework.design_discarded", draft, at=at, data={"title": draft.title})
    draft.delete()


def _service_key(draft: ServiceDraft) -> str:
    if draft.service is not None:
        return draft.service.key
    return f"own_{readable(8).lower()}" if draft.stands_for is not None else ""


def _own_version(
    service: Service, definition: Definition, owner_path: str, actor: Actor, at: datetime, *, based_on: ServiceVersion
) -> ServiceDraft:  # fmt: skip
    """The union's own version of a service from above: begun, or gone on with where there is one already."""
    original = service.based_on or service
    held = Service.objects.filter(based_on=original, owner_path=owner_path).first()
    if held is not None:
        if not may_design(actor, owner_path):
            raise NotAllowed
        known = ServiceDraft.objects.filter(service=held).order_by("-id").first()
        newest = held.versions.latest("number")
        return known or _new(definition_of(newest), owner_path, actor, at, service=held, based_on=newest)
    begun = (
        ServiceDraft.objects.visible_to(actor)
        .filter(stands_for=original, owner_path=owner_path)
        .order_by("-id")
        .first()
    )
    return begun or _new(definition, owner_path, actor, at, stands_for=original, based_on=based_on)


def _new(
    definition: Definition, owner_path: str, actor: Actor, at: datetime, *, service: Service | None = None,
    stands_for: Service | None = None, based_on: ServiceVersion | None = None,
) -> ServiceDraft:  # fmt: skip
    if not may_design(actor, owner_path):
        raise NotAllowed
    draft = ServiceDraft.objects.create(
        service=service, stands_for=stands_for, based_on=based_on, owner_path=owner_path, title=definition.title.zh[:80],
        definition=dump(definition), user_id=actor.user_id, user_name=actor.name[:80], created_at=at, updated_at=at,
    )  # fmt: skip
    audit.record(actor, "casework.design_begun", draft, at=at, data={"title": draft.title})
    return draft


def _saved(
    draft_id: int, change: Callable[[Definition], Definition], actor: Actor, at: datetime
) -> ServiceDraft:
    """Compare-and-set with a few tries: edits name parts by key, so that one can be applied to what another saved."""
    for _try in range(_TRIES):
        draft = get_visible(ServiceDraft.objects.visible_to(actor), draft_id)
        data = dump(change(parse(draft.definition)))
        parse(data)  # what the next reader could not read is refused here, with its place
        same = ServiceDraft.objects.filter(pk=draft.pk, version=draft.version)
        title = str(
            data.get("title", {}).get("zh", "")
            if isinstance(data.get("title"), dict)
            else data.get("title", "")
        )
        if same.update(
            definition=data,
            title=title[:80],
            updated_at=at,
            version=F("version") + 1,
            user_name=actor.name[:80],
        ):
            draft.definition, draft.version = data, draft.version + 1
            return draft
    raise StaleState
