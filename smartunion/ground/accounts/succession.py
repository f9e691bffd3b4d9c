"""Roles held at a union that ends, or with a post or membership that ends: they end with it, so that nobody keeps a desk
that is not hers.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.core import clock
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.ground.accounts.flows import roles
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.consequences import (
    SHOWN,
    Consequence,
    MembershipConsequence,
    PostConsequence,
    Record,
    Succession,
)
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Membership, Officer, TradeUnion


def _count(actor: Actor, union: TradeUnion) -> int:
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
    held = RoleGrant.objects.filter(union=succession.union, valid_to=None).select_related("user", "union")
    grants = list(held.order_by("pk"))
    for grant in grants:
        grant.valid_to = max(succession.on, grant.valid_from)
        journal.update(RoleGrant.objects.filter(pk=grant.pk), valid_to=grant.valid_to)
        roles.note(grant, roles.REVOKED, actor=system(), at=succession.at)
    return len(grants)


def returned(grant: RoleGrant, what: str, at: datetime) -> None:
    """A merger was taken back, and its union's roles run on."""
    if grant.valid_to is None or grant.valid_to > local_date(at):
        roles.note(grant, roles.GRANTED, actor=system(), at=at, more={"undone": what})


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
    if others.serving_on(max(today, on)).exists():
        return 0
    held = RoleGrant.objects.filter(user__person=post.person_id, union=post.term.union_id, role=Role.CHAIR)
    return sum(
        _end(journal, actor, grant, on, at, ended_with_id=post.pk)
        for grant in held.active_or_coming(today).select_related("user", "union").order_by("pk")
    )


def _end(
    journal: Journal, actor: Actor, grant: RoleGrant, on: date, at: datetime, **with_what: int
) -> int:  # fmt: skip
    """End one role on a day, remembering until when it was to hold; its holder is told."""
    was, until = grant.valid_to, max(on, grant.valid_from)
    same = RoleGrant.objects.filter(pk=grant.pk, valid_to=was)
    number = journal.update(same, valid_to=until, was_until=was, **with_what)
    grant.valid_to = until
    roles.note(grant, roles.REVOKED, actor=actor, at=at)
    return number


def _give_back(actor: Actor, at: datetime, **with_what: Any) -> int:
    """Roles that ended with something that runs on after all, unless they were given anew since."""
    number = 0
    for grant in RoleGrant.objects.filter(**with_what).select_related("user", "union").order_by("pk"):
        held = RoleGrant.objects.filter(user=grant.user_id, role=grant.role, union=grant.union_id)
        if held.active_or_coming(local_date(at)).exists():
            continue
        RoleGrant.objects.filter(pk=grant.pk).update(
            valid_to=grant.was_until, ended_with=None, ended_with_spell=None, was_until=None
        )
        grant.valid_to = grant.was_until
        roles.note(grant, roles.GRANTED, actor=actor, at=at)
        number += 1
    return number


def _restore_with_post(actor: Actor, post: Officer, at: datetime) -> int:
    return _give_back(actor, at, ended_with=post)


CHAIRS = PostConsequence(key="roles", end=_end_role, restore=_restore_with_post)


def _end_without_post(journal: Journal, actor: Actor, spells: Sequence[Membership], at: datetime) -> int:
    """The chair's role of somebody who is no member of that union any more and holds no post there that is known."""
    today = local_date(at)
    by_place = {(spell.union_id, spell.person_id): spell for spell in spells}
    held = RoleGrant.objects.filter(
        user__person__in={person for _union, person in by_place}, union__in={union for union, _person in by_place},
        role=Role.CHAIR,
    ).active_or_coming(today)  # fmt: skip
    number = 0
    for grant in held.select_related("user", "union").order_by("pk"):
        spell = by_place.get((grant.union_id or 0, grant.user.person_id or 0))
        if spell is None or spell.ended_on is None:
            continue
        posts = Officer.objects.filter(person=spell.person_id, term__union=spell.union_id)
        if not posts.serving_on(today).exists():
            number += _end(journal, actor, grant, spell.ended_on, at, ended_with_spell_id=spell.pk)
    return number


def _restore_with_spell(actor: Actor, spell: Membership, at: datetime) -> int:
    return _give_back(actor, at, ended_with_spell=spell)


CHAIRS_BY_MEMBERSHIP = MembershipConsequence(key="roles", end=_end_without_post, restore=_restore_with_spell)
