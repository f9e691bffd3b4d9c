"""What accounts tell the rooms below: how somebody is reached by messages, and what places are called."""

from collections.abc import Iterable
from datetime import date

from smartunion.core.actor import Actor, within
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.notices.addresses import Address
from smartunion.ground.policies import service as policies
from smartunion.ground.policies.places import Place
from smartunion.ground.registry.models import Membership, Person, TradeUnion

#: More federations than this make no usable list to choose from.
_PLACES = 400


def address_of(person_id: int | None, user_id: int | None, on: date) -> Address | None:
    """Phone, e-mail and WeChat of a person or account, with the quiet hours that hold where she belongs."""
    users = User.objects.filter(pk=user_id) if user_id else User.objects.filter(person__pk=person_id or -1)
    user = users.first()
    own = user.person_id if user else None
    person = Person.objects.filter(pk=person_id or own or -1, erased_at=None).first()
    if user is None and person is None:
        return None
    if user is not None and not user.is_active:
        return Address()
    identity = user.wechat.order_by("-id").first() if user else None
    held = policies.values(["notices.quiet_from", "notices.quiet_until"], path=_path(person, user, on), on=on)
    return Address(
        mobile=(user.mobile if user else "") or (person.mobile if person else ""),
        email=user.email if user else "",
        wechat=(identity.app_id, identity.open_id) if identity else None,
        language=user.language if user else "",
        quiet=(held["notices.quiet_from"].value, held["notices.quiet_until"].value),
    )


def names_of(paths: Iterable[str]) -> dict[str, str]:
    """Names of unions by path."""
    return dict(TradeUnion.objects.filter(path__in=list(paths)).values_list("path", "name"))


def places_for(actor: Actor) -> list[Place]:
    """Leading unions within the actor's reach, in tree order; only the upper floors when there are very many."""
    roots = dict.fromkeys(
        actor.paths("policies.edit") + actor.paths("desk.enter")
    )  # mostly the same: one range then
    rows = TradeUnion.objects.filter(within(roots)).leading()
    found = rows.order_by("depth", "path").values_list("path", "name", "depth")[:_PLACES]
    top = min((depth for _path_, _name, depth in found), default=0)
    return [Place(path, name, depth - top) for path, name, depth in sorted(found)]


def _path(person: Person | None, user: User | None, on: date) -> str:
    if person is not None:
        path = (
            Membership.objects.filter(person=person, ended_on=None)
            .values_list("union_path", flat=True)
            .first()
        )
        if path:
            return path
    if user is not None:
        grant = (
            RoleGrant.objects.active_on(on)
            .filter(user=user)
            .exclude(union=None)
            .select_related("union")
            .first()
        )
        return grant.path if grant else ""
    return ""
