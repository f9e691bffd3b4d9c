"""Contributions on the pages of employers and unions."""

from collections.abc import Mapping
from typing import Any

from smartunion.core.actor import Actor
from smartunion.core.panels import Section
from smartunion.ground.registry.rules import LinkKind
from smartunion.systems.dues.models import VIEW, VIEW_OWN, FirmStanding

#: Employers named on a union's page.
_SHOWN = 20


def _employer(actor: Actor, record: Any) -> Mapping[str, Any] | None:
    """Whether it pays is known to whoever organises it; the amounts to whoever looks after contributions."""
    sees = actor.can(VIEW, path=record.territory_path)
    if not sees and not actor.can("organising.view", path=record.territory_path):
        return None
    standing = FirmStanding.objects.filter(pk=record.pk).first()
    return None if standing is None else {"standing": standing, "sees_amounts": sees}


def _union(actor: Actor, record: Any) -> Mapping[str, Any] | None:
    """The employers whose own union it is."""
    if not actor.can(VIEW, path=record.path) and not actor.can(VIEW_OWN, path=record.path):
        return None
    rows = FirmStanding.objects.filter(
        employer__union_links__union=record, employer__union_links__valid_to=None,
        employer__union_links__kind=LinkKind.OWN,
    )  # fmt: skip
    standings = list(rows.select_related("employer").order_by("-owed_yuan", "pk")[:_SHOWN])
    return {"standings": standings} if standings else None


SECTIONS = (
    Section(
        page="employer", key="dues.standing", template="dues/_section.html", context=_employer, order=120
    ),
    Section(
        page="union", key="dues.employers", template="dues/_union_section.html", context=_union, order=220
    ),
)
