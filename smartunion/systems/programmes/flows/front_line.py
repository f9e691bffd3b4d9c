"""Who works in the front line, confirmed by the chair of her union: for many at once, with what each said herself."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import DutiesApart, InvalidInput, NotAllowed
from smartunion.ground.registry.models import Membership
from smartunion.systems.programmes.models import FrontLine
from smartunion.systems.programmes.queries.front_line import CONFIRM

_MOST = 500


@transaction.atomic
def confirm(*, actor: Actor, person_ids: Collection[int], is_front: bool, at: datetime) -> int:
    """Say of members of the actor's unions that they work in the front line, or do not; saying it again changes nothing.

    Returns how many were changed. Nobody says it of herself. Raises InvalidInput (nobody, or more than 500), DutiesApart
    (oneself), NotAllowed (somebody of another union), and then nobody is changed.
    """
    wanted = set(person_ids)
    if not wanted or len(wanted) > _MOST:
        raise InvalidInput(_("Choose one to %(most)s members.") % {"most": _MOST}, field="person")
    if actor.person_id in wanted:
        raise DutiesApart(
            _("Nobody confirms her own post."), remedy=_("The union above does; leave yourself out.")
        )
    spells = Membership.objects.filter(actor.within(CONFIRM, "union_path"), person__in=wanted, ended_on=None)
    paths = dict(spells.order_by("-pk").values_list("person_id", "union_path"))
    if len(paths) != len(wanted):
        raise NotAllowed(_("Some of them are no members of your unions."))
    known = dict(FrontLine.objects.filter(person__in=wanted).values_list("person_id", "is_front"))
    changed = sorted(one for one in wanted if known.get(one) is not is_front)
    for person_id in changed:
        made, _new = FrontLine.objects.update_or_create(
            person_id=person_id,
            defaults={
                "path": paths[person_id], "is_front": is_front, "user_id": actor.user_id, "actor_name": actor.name[:80],
                "said_at": at,
            },
        )  # fmt: skip
        audit.record(
            actor, "programmes.front_line_confirmed", made, at=at, owner_person_id=person_id,
            data={"is_front": is_front},
        )  # fmt: skip
    return len(changed)
