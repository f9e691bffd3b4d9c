"""Posts and roles end with the membership they rest on, and come back with it. For flows only; no permissions here."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import Q

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import StaleState
from smartunion.core.paths import ancestors, is_under
from smartunion.ground.registry import consequences, messages
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import Membership, Officer, Person, Term, TradeUnion
from smartunion.ground.registry.rules import (
    LEADING,
    ChangeReason,
    ChangeType,
    MembershipState,
    PostEnd,
    UnionKind,
    UnionState,
)

#: Change of membership → why the posts that rest on it end; other changes leave them. A retained membership has neither
#: vote nor the right to be elected (会籍管理办法 2016).
_WHY = {
    ChangeType.LEFT: PostEnd.LEFT,
    ChangeType.EXPELLED: PostEnd.LEFT,
    ChangeType.TRANSFERRED_OUT: PostEnd.MOVED,
    ChangeType.RETAINED: PostEnd.RETAINED,
}
#: Part of the union above: its members are members there.
_PARTS = (UnionKind.BRANCH, UnionKind.GROUP)


def end_with_memberships(
    spells: Sequence[Membership], end_type: ChangeType, reason: ChangeReason, *, on: date, actor: Actor, at: datetime,
    journal: Journal | None = None, to: TradeUnion | None = None,
) -> int:  # fmt: skip
    """End the posts people hold in the unions their memberships end in, the same day, and what else rests on them there.
    Returns how many posts.

    A branch or group is part of the union above, so its members' posts there end too, unless their membership goes on
    in another part (to: the union it goes on in). Who waits in a holding pool is no member, so no post of hers rests on
    that. journal: of a split that may be taken back.
    """
    why = PostEnd.DECEASED if reason == ChangeReason.DECEASED else _WHY.get(end_type)
    held = [spell for spell in spells if spell.held_as != MembershipState.PREPARATORY]
    if why is None or not held:
        return 0
    goes_on = to if end_type == ChangeType.TRANSFERRED_OUT else None
    by_place = _places(held, goes_on)
    number = 0
    for post, spell in _posts_of(by_place, on):
        day = max(spell.ended_on or on, post.begins)
        end(post, on=day, reason=why, actor=actor, at=at, spell=spell, journal=journal)
        number += 1
    for key in sorted(consequences.OF_MEMBERSHIPS):
        consequences.OF_MEMBERSHIPS[key].end(journal or Journal(), actor, held, at)
    return number


def _places(held: Sequence[Membership], to: TradeUnion | None) -> dict[tuple[int, int], Membership]:
    """(union, person) → the membership her posts there rest on."""
    above: dict[str, list[tuple[int, str]]] = {}
    for spell in held:
        if spell.union.kind in _PARTS and spell.union_path not in above:
            whole = TradeUnion.objects.filter(path__in=ancestors(spell.union_path)).exclude(kind__in=LEADING)
            above[spell.union_path] = list(whole.values_list("pk", "path"))
    return {
        (pk, spell.person_id): spell
        for spell in held
        for pk, path in above.get(spell.union_path, [(spell.union_id, spell.union_path)])
        if to is None or not is_under(to.path, path)
    }


def end(
    post: Officer, *, on: date, reason: PostEnd, actor: Actor, at: datetime, note: str = "",
    spell: Membership | None = None, journal: Journal | None = None,
) -> None:  # fmt: skip
    """End one post with what hangs on it; whoever is concerned is told. Raises StaleState when it changed since it was read.

    spell: the membership it ends with; who held it is known from then on.
    """
    kept = journal or Journal()
    person_id = spell.person_id if spell is not None else post.person_id
    same = Officer.objects.filter(pk=post.pk, left_on=post.left_on)
    ended = kept.update(
        same, left_on=on, end_reason=reason, left_with_id=spell.pk if spell is not None else None, person_id=person_id
    )  # fmt: skip
    if ended != 1:
        raise StaleState
    post.left_on, post.end_reason, post.person_id = on, reason, person_id
    for key in sorted(consequences.OF_POSTS):
        consequences.OF_POSTS[key].end(kept, actor, post, at)
    union = post.term.union
    audit.record(
        actor, "registry.post_ended", union, at=at, owner_person_id=person_id, reason=note,
        data={"post": post.pk, "organ": post.organ, "as": post.post, "on": on.isoformat(), "why": reason},
    )  # fmt: skip
    if reason != PostEnd.DECEASED:
        messages.tell_post_ended(post, at)
    if Officer.objects.heads().filter(pk=post.pk).exists():
        messages.tell_no_chair(post, local_date(at), at)


def bring_back(spell: Membership, *, actor: Actor, at: datetime) -> int:
    """Let the posts that ended with a membership run on, where the union stands; a place that somebody took since stays
    hers. Returns how many.
    """
    today, number = local_date(at), 0
    for post in Officer.objects.filter(left_with=spell).select_related("term__union").order_by("pk"):
        if post.term.union.state == UnionState.CLOSED or _is_taken(post, today):
            continue
        run_on(post, actor=actor, at=at)
        number += 1
    if spell.union.state != UnionState.CLOSED:
        for key in sorted(consequences.OF_MEMBERSHIPS):
            consequences.OF_MEMBERSHIPS[key].restore(actor, spell, at)
    return number


def run_on(post: Officer, *, actor: Actor, at: datetime, note: str = "") -> None:
    """Let a post run on as if it had not ended, with what hangs on it. Raises StaleState when it changed since it was read."""
    following = Term.objects.filter(union=post.term.union_id, ordinal__gt=post.term.ordinal).order_by(
        "ordinal"
    )
    until = following.values_list("starts_on", flat=True).first()
    same = Officer.objects.filter(pk=post.pk, left_on=post.left_on, end_reason=post.end_reason)
    if same.update(left_on=until, end_reason="", left_with=None) != 1:
        raise StaleState
    post.left_on, post.end_reason, post.left_with_id = until, "", None
    for key in sorted(consequences.OF_POSTS):
        consequences.OF_POSTS[key].restore(actor, post, at)
    audit.record(
        actor, "registry.post_restored", post.term.union, at=at, owner_person_id=post.person_id, reason=note,
        data={"post": post.pk, "organ": post.organ, "as": post.post},
    )  # fmt: skip


def _is_taken(post: Officer, today: date) -> bool:
    """Whether somebody by-elected into this place, or into the place of who was, holds it."""
    followed = list(Officer.objects.filter(replaces=post).order_by("pk"))
    if Officer.objects.serving_on(today).filter(pk__in=[one.pk for one in followed]).exists():
        return True
    return any(_is_taken(one, today) for one in followed)


def move_day(spell: Membership, on: date) -> None:
    """The day a membership ended was put right: posts that ended with it end on that day."""
    for post in Officer.objects.filter(left_with=spell).select_related("term"):
        Officer.objects.filter(pk=post.pk).update(left_on=max(on, post.begins))


def _posts_of(
    by_place: dict[tuple[int, int], Membership], on: date
) -> list[tuple[Officer, Membership]]:  # fmt: skip
    """Posts that would run on, each with the membership it rests on; those entered by name alone as far as it is hers only."""
    unions = {union for union, _person in by_place}
    running = Officer.objects.filter(Q(left_on=None) | Q(left_on__gt=on), term__union__in=unions)
    held = list(running.select_related("term__union").order_by("pk"))
    known = [
        (post, by_place[post.term.union_id, post.person_id])
        for post in held
        if post.person_id is not None and (post.term.union_id, post.person_id) in by_place
    ]
    nameless = [post for post in held if post.person_id is None]
    if not nameless:
        return known
    names = dict(
        Person.objects.filter(pk__in={person for _union, person in by_place}).values_list("pk", "name")
    )
    by_name: dict[tuple[int, str], list[Membership]] = {}
    for (union, person), spell in by_place.items():
        by_name.setdefault((union, names[person]), []).append(spell)
    for post in nameless:
        found = by_name.get((post.term.union_id, post.name), [])
        if len(found) == 1 and not _has_namesake(found[0], post):
            known.append((post, found[0]))
    return known


def _has_namesake(spell: Membership, post: Officer) -> bool:
    """Whether somebody else of this name is a member of the union the post is in, or of a part of it."""
    running = Membership.objects.under(post.term.union.path).filter(ended_on=None, name_key=spell.name_key)
    return running.filter(person__name=post.name).exclude(person=spell.person_id).exists()
