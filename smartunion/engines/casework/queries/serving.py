"""Which version of a service somebody gets: her union's own stands in for the one above; others do not serve her."""

from collections.abc import Sequence

from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.errors import NotAllowed, NotVisible
from smartunion.engines.casework.models import Service, ServiceVersion
from smartunion.engines.casework.queries.versions import current_version, newest_of
from smartunion.ground.registry.models import Membership, Person, TradeUnion


class NotServed(NotAllowed):
    """The service belongs to a union whose members alone it serves."""

    code = "not_served"


def serving(versions: Sequence[ServiceVersion], actor: Actor) -> list[ServiceVersion]:
    """The versions offered to this actor: everybody's, those of the unions she belongs to, variants instead of originals."""
    if not any(version.service.owner_path for version in versions):
        return list(versions)
    return _for_paths(versions, paths_of(actor))


def version_for(service_key: str, actor: Actor) -> ServiceVersion:
    """The version a case of this actor begins with. Raises NotVisible, NotServed."""
    return _version(service_key, paths_of(actor))


def version_shown(service_key: str, actor: Actor) -> ServiceVersion:
    """The version shown to whoever opens a service's page; one of a union that does not serve her is shown as it is.

    Raises NotVisible.
    """
    try:
        return version_for(service_key, actor)
    except NotServed:
        return current_version(service_key)


def version_at(service_key: str, path: str) -> ServiceVersion:
    """The version a case begun at this union's counter begins with. Raises NotVisible, NotServed."""
    return _version(service_key, [path])


def versions_of_filings(
    service_key: str, about: Sequence[tuple[TradeUnion | None, Person | None]]
) -> list[ServiceVersion]:
    """The versions cases filed by code begin with: by the union each is for, else by the unions of its person.

    One query where no union has a version of its own, however many cases. Raises NotVisible, NotServed.
    """
    asked, variants = _asked(service_key)
    if not variants and not asked.service.owner_path:
        return [asked] * len(about)
    return [
        _served(
            asked,
            variants,
            [union.path] if union is not None else paths_of_person(person.pk if person else None),
        )
        for union, person in about
    ]


def paths_of_person(person_id: int | None) -> list[str]:
    """Unions somebody is a member of now."""
    if person_id is None:
        return []
    return list(
        Membership.objects.filter(person=person_id, ended_on=None).values_list("union_path", flat=True)
    )


def paths_of(actor: Actor) -> list[str]:
    """Unions the actor belongs to: as a member now, and by her roles."""
    paths = [grant.path for grant in actor.grants if grant.path]
    return paths + paths_of_person(actor.person_id)


def _version(service_key: str, paths: Sequence[str]) -> ServiceVersion:
    return _served(*_asked(service_key), paths)


def _asked(service_key: str) -> tuple[ServiceVersion, list[ServiceVersion]]:
    """A service's newest version and those of the unions that have their own; one query. Raises NotVisible."""
    meant = Q(key=service_key) | Q(based_on__key=service_key)
    rows = newest_of(Service.objects.filter(meant, is_open=True))
    asked = next((row for row in rows if row.service.key == service_key), None)
    if asked is None:
        raise NotVisible
    variants = [row for row in rows if row.pk != asked.pk]
    return asked, variants


def _served(
    asked: ServiceVersion, variants: Sequence[ServiceVersion], paths: Sequence[str]
) -> ServiceVersion:
    found = _for_paths([asked, *variants], paths)
    if not found:
        owner = (
            TradeUnion.objects.filter(path=asked.service.owner_path).values_list("name", flat=True).first()
        )
        raise NotServed(
            _("%(union)s offers this service to its own members.") % {"union": owner or ""},
            remedy=_("Look in the service hall for what your own union offers, or ask your union."),
        )
    return max(found, key=lambda version: len(version.service.owner_path))


def _for_paths(versions: Sequence[ServiceVersion], paths: Sequence[str]) -> list[ServiceVersion]:
    near = [
        version
        for version in versions
        if version.service.owner_path and any(path.startswith(version.service.owner_path) for path in paths)
    ]
    hidden = {version.service.based_on_id for version in near if version.service.based_on_id is not None}
    nearest = {
        version.service.based_on_id: version.pk
        for version in sorted(near, key=lambda one: len(one.service.owner_path))
        if version.service.based_on_id is not None
    }  # the county's own version stands in for the city's
    near = [
        one for one in near if one.service.based_on_id is None or nearest[one.service.based_on_id] == one.pk
    ]
    kept = {version.pk for version in near} | {
        version.pk for version in versions if not version.service.owner_path
    }
    return [version for version in versions if version.pk in kept and version.service_id not in hidden]
