"""Who may write which services."""

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
