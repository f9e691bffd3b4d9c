"""Published versions: the current one of a service, and a case's own."""

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from django.db.models import OuterRef, QuerySet, Subquery

from smartunion.core.errors import NotVisible
from smartunion.engines.casework import reach
from smartunion.engines.casework.definition import Contract, Definition, DefinitionError, Known, parse, text
from smartunion.engines.casework.definitions import SHIPPED
from smartunion.engines.casework.handlers import HANDLERS, handler_of
from smartunion.engines.casework.models import CaseFile, Service, ServiceVersion
from smartunion.ground.accounts.rules import PERMISSIONS, Role
from smartunion.ground.policies.parameters import PARAMETERS
from smartunion.ground.policies.rules import Kind


def definition_of(version: ServiceVersion) -> Definition:
    """The definition of a published version."""
    return _parsed(json.dumps(version.definition, ensure_ascii=False))


@lru_cache(maxsize=256)
def _parsed(content: str) -> Definition:
    # Keyed by content, not by id: reading 10 kB costs microseconds, and an id can come back after a restore.
    return parse(json.loads(content))


def readable(version: ServiceVersion) -> tuple[Definition, str]:
    """The definition and "", or a bare stand-in with the service's name and why its definition cannot be read.

    For lists: one damaged service must not take the others down. Whoever opens it alone gets the refusal itself.
    """
    try:
        return definition_of(version), ""
    except DefinitionError as error:
        service = version.service
        return Definition(key=service.key, title=text(service.title), order=service.order), str(error)


def definition_for(case: CaseFile) -> Definition:
    """The definition the case began with, whatever was published since."""
    return definition_of(case.service_version)


def current_version(service_key: str) -> ServiceVersion:
    """The newest version of a service that takes new cases. Raises NotVisible when there is none."""
    version = (
        ServiceVersion.objects.filter(service__key=service_key, service__is_open=True)
        .select_related("service")
        .order_by("-number")
        .first()
    )
    if version is None:
        raise NotVisible
    return version


def current_versions() -> list[ServiceVersion]:
    """The newest version of each open service, in the order of the catalogue; one query."""
    return newest_of(Service.objects.filter(is_open=True))


def newest_of(services: "QuerySet[Service]") -> list[ServiceVersion]:
    """The newest version of each of these services, in the order of the catalogue; one query."""
    newest = ServiceVersion.objects.filter(service=OuterRef("service")).order_by("-number").values("pk")[:1]
    rows = ServiceVersion.objects.filter(service__in=services, pk=Subquery(newest)).select_related("service")
    return list(rows.order_by("service__order", "service_id"))


def definitions_of(cases: Iterable[CaseFile]) -> dict[int, Definition]:
    """Definitions of a page of cases by version id; at most one query for those not parsed yet."""
    wanted = {case.service_version_id for case in cases}
    rows = ServiceVersion.objects.filter(pk__in=wanted).select_related("service")
    return {version.pk: readable(version)[0] for version in rows}


def known_for(definition: Definition) -> Known:
    """What this definition may refer to, with the services it feeds and the forms that feed it; two queries at most."""
    feeding = [readable(version)[0] for version in current_versions() if version.definition.get("feeds")]
    feeders = [other for other in feeding if any(feed.service == definition.key for feed in other.feeds)]
    known = replace(known_names(), feeders=tuple(feeders))
    if not definition.feeds:
        return known
    fed = Service.objects.filter(key__in=[feed.service for feed in definition.feeds], is_open=True)
    return replace(
        known, services={version.service.key: definition_of(version) for version in newest_of(fed)}
    )


def known_names() -> Known:
    """What definitions of this installation may refer to, whatever they are."""
    return Known(
        roles=frozenset(role.value for role in Role if "cases.handle" in PERMISSIONS[role]),
        policies=frozenset(
            key for key, one in PARAMETERS.items() if one.type in {Kind.DAYS, Kind.WORKING_DAYS}
        ),
        outcomes={key: handler.outcomes for key, handler in HANDLERS.items()},
        prefills={key: handler.prefills for key, handler in HANDLERS.items()},
        contracts={key: _contract(definition) for key, definition in SHIPPED.items()},
    )


def _contract(definition: Definition) -> Contract:
    handler = handler_of(definition)
    return Contract(
        definition, handler.questions, handler.stations, reach.SEALED.get(definition.key, frozenset())
    )
