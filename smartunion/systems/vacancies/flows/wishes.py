"""What somebody looks for: kept, told of, thrown away."""

from datetime import datetime
from decimal import Decimal
from typing import Any  # columns of one row, of several types

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.models import User
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Membership, Region
from smartunion.systems.vacancies.models import Complaint, JobWish
from smartunion.systems.vacancies.parameters import WISHES
from smartunion.systems.vacancies.rules import Trade


@transaction.atomic
def keep(
    *, actor: Actor, words: str, trade: str, region_id: int | None, pay_yuan: Decimal | None, at: datetime
) -> JobWish:
    """Keep what she looks for; the same again is the same one. Raises NotAllowed, InvalidInput naming its field."""
    if actor.user_id is None:
        raise NotAllowed
    path = own_path(actor)
    region = Region.objects.filter(pk=region_id, valid_to=None).first() if region_id is not None else None
    if region_id is not None and region is None:
        raise InvalidInput(_("Choose the place from the list."), field="region")
    if region is None and not path:
        raise InvalidInput(_("Choose a place, so that you hear of work that is near."), field="region")
    if trade and trade not in Trade.values:
        raise InvalidInput(_("Choose what kind of work it is."), field="trade")
    if pay_yuan is not None and not 0 < pay_yuan <= 1_000_000:
        raise InvalidInput(_("Write the pay in yuan a month."), field="pay_yuan")
    mine = list(JobWish.objects.visible_to(actor).select_related("region"))
    wanted: dict[str, Any] = {
        "words": squeeze(words)[:60],
        "trade": trade,
        "region": region,
        "pay_yuan": pay_yuan,
    }
    stored = next(
        (one for one in mine if all(getattr(one, key) == value for key, value in wanted.items())), None
    )
    if stored is not None:
        return stored
    most = int(policies.value(WISHES, path=path, on=local_date(at)))
    if len(mine) >= most:
        raise InvalidInput(
            _("You keep %(n)s wishes already, as many as there may be.") % {"n": most},
            remedy=_("Throw one away first."),
        )
    return JobWish.objects.create(user_id=actor.user_id, path=path, created_at=at, **wanted)


@transaction.atomic
def drop(*, actor: Actor, wish_id: int) -> None:
    """Hear of it no more. Raises NotVisible."""
    get_visible(JobWish.objects.visible_to(actor), wish_id).delete()


def own_path(actor: Actor) -> str:
    """The path of the union the actor belongs to; "" when none is known."""
    spell = Membership.objects.filter(person_id=actor.person_id or -1, ended_on=None).first()
    return spell.union_path if spell else ""


def forget(person_id: int) -> None:
    """Wishes go; complaints stay as figures, without words."""
    users = list(User.objects.filter(person_id=person_id).values_list("pk", flat=True))
    JobWish.objects.filter(user_id__in=users).delete()
    Complaint.objects.filter(user_id__in=users).update(text="")
