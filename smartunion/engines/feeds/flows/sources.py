"""Departments that send files."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput
from smartunion.core.reading import get_visible
from smartunion.engines.feeds.models import Source, TableKind
from smartunion.ground.registry.models import TradeUnion


@transaction.atomic
def create_source(
    *, actor: Actor, union_id: int, name: str, department: str, table: str, purpose: str, at: datetime
) -> Source:
    """Name a department, what it sends and on which legal basis we may use it.

    Raises NotVisible, NotAllowed, InvalidInput (a name, table or purpose is missing, or the name is taken).
    """
    federation = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can("feeds.import", path=federation.path)
    if table not in TableKind.values:
        raise InvalidInput(_("Please choose what the files hold."), field="table")
    for field, value in (("name", name), ("department", department), ("purpose", purpose)):
        if not value.strip():
            raise InvalidInput(_("This is needed: people may ask why their data is used."), field=field)
    if Source.objects.filter(union=federation, name=name.strip()).exists():
        raise InvalidInput(_("There is a source of this name already."), field="name")
    source = Source.objects.create(
        name=name.strip()[:60], department=department.strip()[:80], table=table, union=federation,
        path=federation.path, purpose=purpose.strip()[:300], created_at=at,
    )  # fmt: skip
    audit.record(actor, "feeds.source_created", source, at=at, data={"table": table})
    return source
