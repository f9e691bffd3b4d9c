"""Publishing definitions: checked, numbered, never changed afterwards."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.engines.casework.definition import Definition, Problem, check_definition, dump
from smartunion.engines.casework.definitions import SHIPPED
from smartunion.engines.casework.models import Service, ServiceVersion
from smartunion.engines.casework.queries.versions import known_for, known_names
from smartunion.engines.casework.reach import may_design

#: ServiceVersion.source of definitions that came with the program.
SHIPPED_SOURCE = "shipped"


class DefinitionNotSound(InvalidInput):
    """A definition that could not run; `problems` name every place."""

    code = "definition_not_sound"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(
            _("This service cannot be published: %(first)s") % {"first": str(problems[0])},
            remedy=_("Correct every place named and publish again; running cases are not touched."),
            field=problems[0].place,
            problems=[str(problem) for problem in problems],
        )
        self.problems = problems


@transaction.atomic
def publish(
    *, definition: Definition, actor: Actor, at: datetime, source: str = "", owner_path: str = "",
    stands_for: Service | None = None, service_key: str = "",
) -> ServiceVersion:  # fmt: skip
    """Publish a definition as the next version; the same content again returns the newest version.

    owner_path: union a new service belongs to, "" for the whole installation; stands_for: service it replaces there;
    service_key: of the service whose next version it is, empty when that is the definition's own. A union's own version
    keeps the key of the service it stands in for in its definition, so that its cases are of that kind: sealed, counted
    and found like them.

    Running cases stay on the version they began with. Raises NotAllowed, DefinitionNotSound, StaleState.
    """
    if not may_design(actor, owner_path):
        raise NotAllowed
    # Shipped definitions feed one another; a start does not hang on which of them a federation has closed.
    known = known_names() if source == SHIPPED_SOURCE else known_for(definition)
    problems = check_definition(definition, known)
    if problems:
        raise DefinitionNotSound(problems)
    head = _head(definition)
    service, _made = Service.objects.get_or_create(
        key=service_key or definition.key, defaults=head | {"owner_path": owner_path, "based_on": stands_for}
    )
    kind = service.based_on.key if service.based_on is not None else service.key
    if service.owner_path != owner_path or definition.key != kind:
        raise NotAllowed
    newest = service.versions.order_by("-number").first()
    content = dump(definition)
    if newest is not None and newest.definition == content:
        return newest
    Service.objects.filter(pk=service.pk).update(**head)
    try:
        with transaction.atomic():
            version = ServiceVersion.objects.create(
                service=service, number=newest.number + 1 if newest else 1, definition=content,
                published_at=at, user_id=actor.user_id, source=source,
            )  # fmt: skip
    except IntegrityError:
        raise StaleState from None
    audit.record(
        actor, "casework.service_published", service, at=at, data={"number": version.number, "source": source}
    )
    return version


@transaction.atomic
def ship(*, actor: Actor, at: datetime) -> list[ServiceVersion]:
    """Publish the definitions that came with the program; what a federation has changed itself stays.

    Returns the versions that are new. Safe to run at every start.
    """
    fresh = []
    for definition in SHIPPED.values():
        newest = ServiceVersion.objects.filter(service__key=definition.key).order_by("-number").first()
        if newest is not None and newest.source != SHIPPED_SOURCE:
            continue
        version = publish(definition=definition, actor=actor, at=at, source=SHIPPED_SOURCE)
        if newest is None or version.pk != newest.pk:
            fresh.append(version)
    return fresh


@transaction.atomic
def close_service(*, service_key: str, actor: Actor, at: datetime, reason: str) -> None:
    """Stop taking new cases; running ones go on."""
    _switch(service_key, False, actor, at, reason)


@transaction.atomic
def open_service(*, service_key: str, actor: Actor, at: datetime, reason: str) -> None:
    """Take new cases again."""
    _switch(service_key, True, actor, at, reason)


def _switch(service_key: str, is_open: bool, actor: Actor, at: datetime, reason: str) -> None:
    owner = Service.objects.filter(key=service_key).values_list("owner_path", flat=True).first()
    if owner is None or not may_design(actor, owner):
        raise NotAllowed
    if not reason.strip():
        raise InvalidInput(_("Please say why."), field="reason")
    if Service.objects.filter(key=service_key, is_open=not is_open).update(is_open=is_open) != 1:
        raise StaleState
    service = Service.objects.get(key=service_key)
    audit.record(actor, "casework.service_switched", service, at=at, data={"is_open": is_open}, reason=reason)


def _head(definition: Definition) -> dict[str, object]:
    return {
        "title": definition.title.zh, "summary": definition.summary.zh, "category": definition.category,
        "icon": definition.icon, "audience": definition.audience, "order": definition.order,
        "rung": definition.rung,
    }  # fmt: skip
