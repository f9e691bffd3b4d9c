"""Roles held at a union that ends: they end with it, so that nobody keeps a desk of a closed union."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.registry.consequences import SHOWN, Consequence, Record, Succession
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import TradeUnion


def _count(union: TradeUnion) -> int:
    return RoleGrant.objects.active_or_coming(clock.today()).filter(union=union).count()


def _records(actor: Actor, union: TradeUnion) -> list[Record]:
    seen = RoleGrant.objects.visible_to(actor).active_or_coming(clock.today()).filter(union=union)
    return [
        Record(
            f"{grant.user.name} · {grant.get_role_display()}",
            reverse("accounts:staff_page", args=[grant.user_id]),
        )
        for grant in seen.filter(actor.within("accounts.manage", "union__path"))
        .select_related("user")
        .order_by("pk")[:SHOWN]
    ]


def _carry(journal: Journal, succession: Succession) -> int:
    held = RoleGrant.objects.filter(union=succession.union, valid_to=None)
    late = held.filter(valid_from__gt=succession.on)
    number = sum(
        journal.update(late.filter(valid_from=day), valid_to=day)
        for day in set(late.values_list("valid_from", flat=True))
    )
    return number + journal.update(held.filter(valid_from__lte=succession.on), valid_to=succession.on)


ROLES = Consequence(
    key="roles", label=_("Accounts with a role there"), effect=_("The role ends"), count=_count, records=_records,
    carry=_carry,
)  # fmt: skip
