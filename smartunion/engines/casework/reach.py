"""Who may write which services, and who opens sealed ones."""

from collections.abc import Collection

from django.db.models import Q

from smartunion.core.actor import Actor
from smartunion.ground.registry.models import TradeUnion


def may_design(actor: Actor, owner_path: str) -> bool:
    """Whether the actor may write services of this union; those of the whole installation belong to its top."""
    if owner_path:
        return actor.can("services.design", path=owner_path)
    if actor.can("services.design", path=""):
        return True
    if not actor.can("services.design"):
        return False
    tops = TradeUnion.objects.filter(parent=None).values_list("path", flat=True)[:2]
    return bool(tops) and all(actor.can("services.design", path=top) for top in tops)


#: Narrow services (illness, poverty, counselling) which only holders of these roles open, be others of the same office:
#: key → roles; registered in apps.py.
SEALED: dict[str, frozenset[str]] = {}


def seal(service_key: str, roles: Collection[str]) -> None:
    """Keep a narrow service to the roles that act in it. Raises ValueError when it is sealed already, or to nobody."""
    if service_key in SEALED or not roles:
        raise ValueError(f"service {service_key} is sealed twice, or to nobody")
    SEALED[service_key] = frozenset(roles)


def sealed_from(actor: Actor) -> Q | None:
    """Sealed cases at offices where the actor handles cases, but none of theirs; None when there are none such."""
    barred: Q | None = None
    for roles in set(SEALED.values()):
        keys = [key for key, held in SEALED.items() if held == roles]
        handled = [grant for grant in actor.grants if "cases.handle" in grant.permissions]
        allowed = {grant.path for grant in handled if grant.role in roles}
        closed = sorted({grant.path for grant in handled} - allowed)
        if closed:
            part = Q(is_narrow=True, service_key__in=keys, path__in=closed)
            barred = part if barred is None else barred | part
    return barred
