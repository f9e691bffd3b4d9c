"""What is handed over: goods, money for living, goods for children."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput
from smartunion.core.reading import get_visible
from smartunion.systems.aid.flows.archive import checked_words
from smartunion.systems.aid.models import AidGiven, ChildGoods, HardshipFile
from smartunion.systems.aid.rules.given import GivenState
from smartunion.systems.aid.rules.reviews import FileState
from smartunion.systems.aid.rules.support import AidKind


class NotInArchive(InvalidInput):
    """The file is not in the archive, so that nothing is given from it."""

    code = "not_in_archive"


@transaction.atomic
def hand_over(
    *, actor: Actor, file_id: int, kind: AidKind, amount_yuan: Decimal, fund: str, what: str, at: datetime
) -> AidGiven:
    """Note what was handed over to a household: goods, or money for living.

    Raises NotVisible, NotAllowed, NotInArchive; InvalidInput naming what, amount or kind.
    """
    file = _held(actor, file_id)
    if kind not in {AidKind.GOODS, AidKind.LIVING}:
        raise InvalidInput(
            _("Medical and study aid are claimed by the worker, so that other aid is deducted."), field="kind"
        )
    if amount_yuan <= 0:
        raise InvalidInput(_("Say what it is worth, more than 0."), field="amount")
    said = checked_words(what, "what", _("Say in 4 to 200 characters what was given and why."))
    made = AidGiven.objects.create(
        person_id=file.person_id, file=file, union=file.union, path=file.path, kind=kind, amount_yuan=amount_yuan,
        fund=fund.strip()[:60], what=said, state=GivenState.HANDED, decided_on=local_date(at), settled_on=local_date(at),
        actor_name=actor.name[:80], user_id=actor.user_id, created_at=at,
    )  # fmt: skip
    audit.record(actor, "aid.handed_over", made, at=at)
    return made


@transaction.atomic
def hand_to_child(
    *, actor: Actor, file_id: int, child: str, item: str, quantity: int, at: datetime
) -> ChildGoods:
    """Note goods handed to a child of a household (S096). Raises as hand_over; InvalidInput naming child, item, quantity.

    Source: Personal Information Protection Law art. 31 (data of children under fourteen).
    """
    file = _held(actor, file_id)
    named, thing = child.strip()[:80], item.strip()[:60]
    for field, value in (("child", named), ("item", thing)):
        if not value:
            raise InvalidInput(_("Say for which child, and what."), field=field)
    if quantity < 1:
        raise InvalidInput(_("At least one."), field="quantity")
    made = ChildGoods.objects.create(
        file=file, child=named, item=thing, quantity=quantity, handed_on=local_date(at), actor_name=actor.name[:80],
        user_id=actor.user_id,
    )  # fmt: skip
    audit.record(actor, "aid.handed_to_child", made, at=at)
    return made


def _held(actor: Actor, file_id: int) -> HardshipFile:
    file = get_visible(HardshipFile.objects.visible_to(actor).select_related("union"), file_id)
    actor.check_can("aid.handle", path=file.path)
    if file.state not in {FileState.ACTIVE, FileState.WATCH}:
        raise NotInArchive(
            _("This file is “%(state)s”; help is given to households in the archive.")
            % {"state": file.get_state_display()}
        )
    return file
