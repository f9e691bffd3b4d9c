"""Roles held at a union that ends, or with a post that ends: they end with it, so that nobody keeps a desk that is not hers."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.ground.accounts.flows import roles
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.consequences import SHOWN, Consequence, PostConsequence, Record, Succession
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Officer, TradeUnion


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


def _end_role(journal: Journal, actor: Actor, post: Officer, at: datetime) -> int:
    """The chair's role at the union ends with the last post held there."""
    today, on = local_date(at), post.left_on
    if post.person_id is None or on is None:
        return 0
    others = Officer.objects.filter(person=post.person_id, term__union=post.term.union_id).exclude(pk=post.pk)
    if others.serving_on(today).exists():
        return 0
    held = RoleGrant.objects.filter(user__person=post.person_id, union=post.term.union_id, role=Role.CHAIR)
    number = 0
    for grant in held.active_or_coming(today).select_related("user", "union").order_by("pk"):
        was, until = grant.valid_to, max(on, grant.valid_from)
        same = RoleGrant.objects.filter(pk=grant.pk, valid_to=was)
        number += journal.update(same, valid_to=until, ended_with_id=post.pk, was_until=was)
        grant.valid_to = until
        roles.note(grant, roles.REVOKED, actor=actor, at=at)
    return number


def _give_back(actor: Actor, post: Officer, at: datetime) -> int:
    """Roles that ended with a post that runs on after all, unless they were given anew since."""
    number = 0
    for grant in RoleGrant.objects.filter(ended_with=post).select_related("user", "union").order_by("pk"):
        held = RoleGrant.objects.filter(user=grant.user_id, role=grant.role, union=grant.union_id)
        if held.active_or_coming(local_date(at)).exists():
            continue
        RoleGrant.objects.filter(pk=grant.pk).update(
            valid_to=grant.was_until, ended_with=None, was_until=None
        )
        grant.valid_to = grant.was_until
        roles.note(grant, roles.GRANTED, actor=actor, at=at)
        number += 1
    return number


CHAIRS = PostConsequence(key="roles", end=_end_role, restore=_give_back)
