"""Posts within a running term: one ends, and somebody takes a free one until the end of the term."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.flows import ending_posts
from smartunion.ground.registry.flows.access import union_for
from smartunion.ground.registry.flows.officers import members_named, name_head, only_one
from smartunion.ground.registry.flows.people.checks import checked_name
from smartunion.ground.registry.flows.people.looks import checked_reason
from smartunion.ground.registry.flows.stale import closed_record
from smartunion.ground.registry.flows.unions.checks import check_not_future
from smartunion.ground.registry.models import Membership, Officer, Person, Term, TradeUnion
from smartunion.ground.registry.policies import ELECTION_MAJORITY, ELECTION_QUORUM
from smartunion.ground.registry.queries.terms import running_term
from smartunion.ground.registry.rules import Elected, Organ, Post, PostEnd


@dataclass(frozen=True, kw_only=True)
class ByElection:
    """The outcome of a by-election: one person for one post from a day on.

    phone_tail: the last four digits of her phone, asked for where several members bear the name. due_count, present_count,
    votes: people due, present when the vote was taken, votes for her; None only of forms that did not ask for them.
    """

    organ: Organ
    post: Post
    name: str
    on: date
    phone_tail: str = ""
    elected_on: date | None = None
    due_count: int | None = None
    present_count: int | None = None
    votes: int | None = None
    approval_number: str = ""


@transaction.atomic
def end_post(
    *, actor: Actor, officer_id: int, on: date, reason: PostEnd, note: str = "", at: datetime,
    vote: rules.RecallVote | None = None,
) -> Officer:  # fmt: skip
    """End one officer's post on a day, before the term is over, with the desk role that rests on it; she is told.

    vote: of a recall, kept with the decision. Raises NotVisible, NotAllowed; InvalidInput naming on, reason, note, entitled
    or in_favour; StaleState when it has ended, or its union.
    Source: Trade Union Law art. 18; domain rules 5.4.
    """
    post = post_for(actor, officer_id, "registry.edit")
    _check_open(post.term.union)
    today, why = local_date(at), squeeze(note)[:200]
    if post.left_on is not None and post.left_on <= today:
        raise StaleState(
            _("This post ended on %(day)s.") % {"day": post.left_on.isoformat()},
            remedy=_("Open the offices of the union; an ending by mistake is taken back there."),
        )  # fmt: skip
    check_not_future(on, today, field="on")
    rules.check_post_end(on, began_on=post.begins, left_on=post.left_on, reason=reason, note=why)
    if reason == PostEnd.RECALLED:
        vote = vote or rules.RecallVote()
        rules.check_recall(vote)
        counted = _("%(votes)s of all %(entitled)s voted for it") % {
            "votes": vote.in_favour, "entitled": vote.entitled,
        }  # fmt: skip
        why = f"{why[: 198 - len(counted)]}（{counted}）"
    ending_posts.end(post, on=on, reason=reason, actor=actor, at=at, note=why)
    return post


@transaction.atomic
def take_back_end(*, actor: Actor, officer_id: int, reason: str, at: datetime) -> Officer:
    """Let a post that was ended within its term by mistake run on as if it had not ended, with the role that rests on it.

    She is told, and of a chair the committee. In a grassroots union she is a member again first. Raises NotVisible,
    NotAllowed; InvalidInput naming reason, or name: she is no member, the place is taken, or another post of hers stands
    in the way; StaleState when it has not ended so, or its union has closed.
    """
    post = post_for(actor, officer_id, "registry.edit")
    _check_open(post.term.union)
    why = checked_reason(reason)
    if not post.end_reason:
        raise StaleState(
            _("This post has not been ended within its term."),
            remedy=_("Open the offices of the union: they show who serves until when."),
        )
    _check_is_member(post)
    _check_is_free(post, local_date(at))
    ending_posts.run_on(post, actor=actor, at=at, note=why)
    messages.tell_post_runs_on(post, local_date(at), at)
    return post


@transaction.atomic
def identify(*, actor: Actor, officer_id: int, phone_tail: str, at: datetime) -> Officer:
    """Say which member holds a post that was entered by name alone: by her name and the end of her phone.

    From then on the post ends with her membership and she is told what concerns it. Raises NotVisible, NotAllowed;
    InvalidInput naming name or phone_tail; StaleState when it is known, has ended, or its union has.
    """
    post = post_for(actor, officer_id, "registry.edit")
    _check_open(post.term.union)
    person = _member(post.term.union, post.name, phone_tail)
    if person is None:
        raise InvalidInput(
            _("Say which member is meant."),
            remedy=_("Enter the last four digits of her phone."),
            field="phone_tail",
        )
    _check_fits(post, replace(post.elected, person_id=person.pk), local_date(at))
    serving = Officer.objects.serving_on(local_date(at)).filter(pk=post.pk, person=None)
    if serving.update(person=person) != 1:
        raise StaleState(
            _("It is known already who holds this post, or it has ended."),
            remedy=_("Open the offices of the union: they show who serves until when."),
        )
    post.person = person
    audit.record(
        actor, "registry.post_identified", post.term.union, at=at, owner_person_id=person.pk,
        data={"post": post.pk, "organ": post.organ, "as": post.post},
    )  # fmt: skip
    messages.tell_post_taken(post, at)
    return post


def _check_is_member(post: Officer) -> None:
    """Who is known and holds a post of a grassroots union is its member. Raises InvalidInput naming name."""
    union = post.term.union
    if post.person_id is None or union.kind in rules.LEADING:
        return
    hers = Membership.objects.under(union.path).filter(person=post.person_id)
    if hers.filter(state=rules.MembershipState.ACTIVE).exists():
        return
    if post.left_with_id is not None and post.end_reason in {PostEnd.LEFT, PostEnd.DECEASED}:
        remedy = _("Take the ending of her membership back on her page: the post runs on with it.")
    elif hers.filter(state=rules.MembershipState.RETAINED).exists():
        remedy = _("Make her membership active again first, if it was retained by mistake.")
    else:
        remedy = _("Enter a by-election for somebody who is a member.")
    raise InvalidInput(
        _("%(name)s is no member of %(union)s now.") % {"name": post.name, "union": union.name},
        remedy=remedy, field="name",
    )  # fmt: skip


def _check_is_free(post: Officer, today: date) -> None:
    """Nobody took the place since, nor does another post of hers stand in the way. Raises InvalidInput naming name or post."""
    followed = Officer.objects.filter(replaces=post).exclude(left_on=F("began_on"))
    taken = followed.order_by("began_on", "pk").first()
    if taken is not None:
        raise InvalidInput(
            _("%(name)s was by-elected into this place on %(day)s.")
            % {"name": taken.name, "day": taken.begins.isoformat()},
            remedy=_("It stays hers. Enter a by-election if the one before was elected again."), field="name",
        )  # fmt: skip
    if post.term.ends_on > today:
        _check_fits(post, post.elected, today)


def _check_fits(post: Officer, held: Elected, today: date) -> None:
    """Whoever holds a post fits beside the others of its term. Raises InvalidInput naming name, post or officers."""
    serving = Officer.objects.filter(term=post.term).serving_on(today).exclude(pk=post.pk)
    same_organ = [one for one in serving if one.organ == post.organ]
    other = next((one for one in same_organ if _is_of(one, held)), None)
    if other is not None:
        raise InvalidInput(
            _("%(name)s holds another post in this organ since: %(post)s.")
            % {"name": post.name, "post": other.get_post_display()},
            remedy=_("End that post first, if it was entered by mistake."), field="name",
        )  # fmt: skip
    rules.check_by_elected(held, [one.elected for one in serving])


def _is_of(one: Officer, other: Elected) -> bool:
    """Whether both posts are one person's."""
    if one.person_id is None:
        return one.name == other.name
    return one.person_id == other.person_id


@transaction.atomic
def by_elect(*, actor: Actor, union_id: int, data: ByElection, at: datetime) -> Officer:
    """Enter who was elected into a free post of the running term; she holds it until the term ends, and is told.

    A member of the union, or of one below it; a leading union's officers need not be. Another post of hers in the same
    organ ends that day. A new head stands in the union's record, and its certificate is compared with that.
    Raises NotVisible, NotAllowed; InvalidInput naming on, name, phone_tail, post, officers, elected_on, present_count or votes;
    StaleState when the union has closed or changed meanwhile. Source: election regulation; domain rules 5.4.
    """
    union = union_for(actor, union_id, "registry.edit")
    _check_open(union)
    today = local_date(at)
    term = _term(union, data, today)
    _check_election(union, data, today)
    new = _elected(union, data)
    serving = list(Officer.objects.filter(term=term).serving_on(today).order_by("pk"))
    rules.check_by_elected(new, [one.elected for one in serving])
    free = _free_place(term, data)
    same = TradeUnion.objects.filter(pk=union.pk, version=union.version)
    if same.update(version=F("version") + 1, updated_at=at) != 1:
        raise StaleState
    row = Officer.objects.create(
        term=term, person_id=new.person_id, name=new.name, organ=new.organ, post=new.post, began_on=data.on,
        replaces=free, approval_number=squeeze(data.approval_number)[:40],
    )  # fmt: skip
    _make_room(actor, row, serving, at)
    if rules.heads([new]):
        name_head(union, new.name, on=data.on, at=at)
    messages.tell_post_taken(row, at)
    audit.record(
        actor, "registry.by_elected", union, at=at, owner_person_id=row.person_id,
        data={"post": row.pk, "organ": row.organ, "as": row.post, "on": data.on.isoformat(), "due": data.due_count,
              "present": data.present_count, "votes": data.votes, "approval": row.approval_number},
    )  # fmt: skip
    return row


def post_for(actor: Actor, officer_id: int, permission: str) -> Officer:
    """The post with its term and union. Raises NotVisible, NotAllowed."""
    post = get_visible(Officer.objects.visible_to(actor).select_related("term__union"), officer_id)
    actor.check_can(permission, path=post.term.union.path)
    return post


def _check_open(union: TradeUnion) -> None:
    if union.state == rules.UnionState.CLOSED:
        raise closed_record(union)


def _term(union: TradeUnion, data: ByElection, today: date) -> Term:
    term = running_term(union, today)
    if term is None:
        raise InvalidInput(
            _("No term of office is running that somebody could be by-elected for."),
            remedy=_("Enter the election of the whole committee as a new term of office."), field="on",
        )  # fmt: skip
    check_not_future(data.on, today, field="on")
    if data.on < term.starts_on:
        raise InvalidInput(
            _("The running term began only on %(day)s.") % {"day": term.starts_on.isoformat()},
            remedy=_("Enter that day or a later one."), field="on",
        )  # fmt: skip
    return term


def _check_election(union: TradeUnion, data: ByElection, today: date) -> None:
    if data.elected_on is not None:
        check_not_future(data.elected_on, today, field="elected_on")
    day, due, present = data.elected_on or data.on, data.due_count, data.present_count
    held = policies.values([ELECTION_QUORUM, ELECTION_MAJORITY], path=union.path, on=day)
    rules.check_quorum(due, present, Fraction(str(held[ELECTION_QUORUM].value)))
    majority = str(held[ELECTION_MAJORITY].value)
    rules.check_majority(data.name, data.votes, due=due, present=present, of=majority)


def _elected(union: TradeUnion, data: ByElection) -> Elected:
    """Her name and who she is. Raises InvalidInput when no member, or more than one, is meant."""
    name = checked_name(data.name)
    person = _member(union, name, data.phone_tail)
    return Elected(data.organ, data.post, name, person.pk if person else None)


def _member(union: TradeUnion, name: str, phone_tail: str) -> Person | None:
    """The member of this name; None where an officer need not be one. Raises InvalidInput naming name or phone_tail."""
    people = members_named(union, [name]).get(name, [])
    person = only_one(union, people, phone_tail)
    if person is not None or (union.kind in rules.LEADING and not phone_tail):
        return person
    if phone_tail:
        people = [one for one in people if one.mobile_tail == phone_tail]
    if not people:
        raise InvalidInput(
            _("No member of %(union)s is called %(name)s.") % {"union": union.name, "name": name},
            remedy=_("Check the name; take the person in as a member first."),
            field="phone_tail" if phone_tail else "name",
        )  # fmt: skip
    raise InvalidInput(
        _("%(number)s members are called %(name)s.") % {"number": len(people), "name": name},
        remedy=_("Enter the last four digits of the phone of the one who was elected."), field="phone_tail",
    )  # fmt: skip


def _free_place(term: Term, data: ByElection) -> Officer | None:
    """The post that ended early and nobody took yet. Raises InvalidInput where the only one was held on that day."""
    gone = Officer.objects.filter(term=term, organ=data.organ, post=data.post, replaced_by=None)
    last = gone.exclude(end_reason="").order_by("-left_on", "-pk").first()
    if last is None or last.left_on is None or data.on >= last.left_on:
        return last
    if data.post in {Post.CHAIR, Post.ORGANISER}:
        raise InvalidInput(
            _("%(name)s held this post until %(day)s.") % {"name": last.name, "day": last.left_on.isoformat()},
            remedy=_("Enter that day or a later one."), field="on",
        )  # fmt: skip
    return None


def _make_room(actor: Actor, row: Officer, serving: list[Officer], at: datetime) -> None:
    """What she was in the same organ ends where the new post begins."""
    for one in serving:
        if one.organ == row.organ and _is_of(one, row.elected):
            one.term = row.term
            on = max(row.begins, one.begins)
            ending_posts.end(one, on=on, reason=PostEnd.REPLACED, actor=actor, at=at)
