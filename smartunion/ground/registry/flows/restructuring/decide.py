"""Deciding a merger or a split: everything is checked here, and the job that carries it out is put in the queue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, Refusal
from smartunion.core.jobs.flows import enqueue
from smartunion.core.paths import is_under
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows.access import union_for
from smartunion.ground.registry.flows.stale import StaleEdit
from smartunion.ground.registry.flows.unions import checks
from smartunion.ground.registry.flows.unions.create import NewUnion, create_union
from smartunion.ground.registry.journal import Journal
from smartunion.ground.registry.models import EmployerLink, Membership, Restructuring, TradeUnion

CARRY = "registry.carry_restructuring"


class RestructuringOpen(Refusal):
    """Another merger or split of this union is under way."""

    code = "restructuring_open"


@dataclass(frozen=True)
class NewSplit:
    """What is to become a union of its own: employers the union covers, with their people.

    kind: INDEPENDENT for one employer's own union, JOINT for several.
    """

    name: str
    kind: rules.UnionKind
    employer_ids: Sequence[int]


@transaction.atomic
def decide_merge(
    *, actor: Actor, union_id: int, target_id: int, version: int, on: date, reason: str, at: datetime
) -> Restructuring:
    """Merge a union into another one from a day on; a job carries everything over and closes it.

    The actor needs registry.edit in both. Raises NotVisible, NotAllowed; InvalidInput naming to_union, on or reason;
    StaleEdit; RestructuringOpen. Source: Trade Union Law art. 13; 会员会籍管理办法 2016.
    """
    source = union_for(actor, union_id, "registry.edit")
    target = union_for(actor, target_id, "registry.edit")
    why = _checked(source, version, on, reason, at)
    check_may_merge(source, target)
    checks.check_stood(target, on, field="on")
    return _decide(actor, rules.RestructuringKind.MERGE, source, target, on, why, at, {"version": version})


@transaction.atomic
def decide_split(
    *, actor: Actor, union_id: int, data: NewSplit, version: int, on: date, reason: str, at: datetime
) -> Restructuring:
    """Take employers and their people out of a union into a new one beside it; a job carries them over.

    The new union stands at once, with its number; its election is entered as its first term. Raises NotVisible,
    NotAllowed; InvalidInput naming name, kind, employers, on or reason; DuplicateUnion; StaleEdit; RestructuringOpen.
    """
    source = union_for(actor, union_id, "registry.edit")
    why = _checked(source, version, on, reason, at)
    check_may_split(source, data)
    parent = source.parent
    assert parent is not None  # checked
    new = NewUnion(
        name=data.name, kind=data.kind, level=rules.UnionLevel.GRASSROOTS, parent_id=parent.pk,
        region_id=source.region_id, founded_on=on, source=f"split:{source.pk}",
    )  # fmt: skip
    target = create_union(actor=actor, data=new, at=at)
    plan = {"version": version, "employers": sorted(set(data.employer_ids))}
    made = _decide(actor, rules.RestructuringKind.SPLIT, source, target, on, why, at, plan)
    Journal(made).wrote([target])
    return made


def check_stands(source: TradeUnion) -> None:
    """Whether the union may be merged or split at all. Raises InvalidInput."""
    if source.state != rules.UnionState.ACTIVE:
        raise InvalidInput(
            _("%(name)s does not stand as a union.") % {"name": source.name},
            remedy=_("Only a union that stands is merged or split."),
        )


def check_may_merge(source: TradeUnion, target: TradeUnion) -> None:
    """Whether the target may take the source over. Raises InvalidInput naming to_union."""
    if source.kind not in rules.ADMITTING or source.parent_id is None:
        raise InvalidInput(
            _("%(union)s leads other unions and cannot be merged here.") % {"union": source.name},
            remedy=_("Move the unions below it first, then close it."), field="to_union",
        )  # fmt: skip
    is_open = target.state == rules.UnionState.ACTIVE and target.kind in rules.ADMITTING
    if not is_open or target.pk == source.pk or is_under(target.path, source.path):
        raise InvalidInput(
            _("%(union)s cannot take members over.") % {"union": target.name},
            remedy=_("Choose another grassroots union that stands."), field="to_union",
        )  # fmt: skip
    fitting = rules.CHILD_KINDS[rules.UnionKind(target.kind)]
    unfit = standing_below(source).exclude(kind__in=fitting).first()
    if unfit is not None:
        raise InvalidInput(
            _("“%(child)s” cannot stand directly below “%(parent)s”.")
            % {"child": unfit.name, "parent": target.name},
            remedy=_("Move or close it first."), field="to_union",
        )  # fmt: skip


def standing_below(union: TradeUnion) -> Any:
    """Unions directly below that stand (a queryset; the stubs lose its type)."""
    return union.children.exclude(state=rules.UnionState.CLOSED).order_by("pk")


def _checked(source: TradeUnion, version: int, on: date, reason: str, at: datetime) -> str:
    check_stands(source)
    if source.version != version:
        raise StaleEdit(source, {})
    checks.check_stood(source, on, field="on")
    return checked_reason(on, reason, at)


def checked_reason(on: date, reason: str, at: datetime) -> str:
    """The reason in order, when the day is not to come yet. Raises InvalidInput naming on or reason."""
    checks.check_not_future(on, local_date(at), field="on")
    why = squeeze(reason)[:200]
    if not why:
        raise InvalidInput(_("Give the reason."), remedy=_("Name the decision it rests on."), field="reason")
    return why


def check_may_split(source: TradeUnion, data: NewSplit) -> None:
    """Whether these employers may leave the union together, and somebody stays. Raises InvalidInput naming employers or kind."""
    if source.parent_id is None or source.kind not in rules.ADMITTING:
        raise InvalidInput(
            _("%(union)s has no members of its own to split off.") % {"union": source.name}, field="employers"
        )
    if data.kind not in {rules.UnionKind.INDEPENDENT, rules.UnionKind.JOINT}:
        raise InvalidInput(_("Choose an independent or a joint union."), field="kind")
    wanted = set(data.employer_ids)
    covered = set(
        EmployerLink.objects.filter(union=source, valid_to=None, employer_id__in=wanted).values_list(
            "employer_id", flat=True
        )
    )
    if not wanted or covered != wanted:
        raise InvalidInput(
            _("Choose employers this union covers."),
            remedy=_("Their people go to the new union with them."),
            field="employers",
        )
    staying = EmployerLink.objects.filter(union=source, valid_to=None).exclude(employer_id__in=wanted)
    people = Membership.objects.filter(union=source, ended_on=None).exclude(employer_id__in=wanted)
    is_same_again = data.kind == source.kind and not people.exists()
    if (source.kind == rules.UnionKind.INDEPENDENT or is_same_again) and not staying.exists():
        raise InvalidInput(
            _("%(union)s would have no employer left to stand on.") % {"union": source.name},
            remedy=_("Leave an employer with it. Where only the name or the place in the tree changes, rename or move it."),
            field="employers",
        )  # fmt: skip
    if data.kind == rules.UnionKind.INDEPENDENT and len(wanted) > 1:
        raise InvalidInput(
            _("An independent union belongs to one employer."),
            remedy=_("Choose one employer, or a joint union for several."), field="kind",
        )  # fmt: skip


def _decide(
    actor: Actor, kind: rules.RestructuringKind, source: TradeUnion, target: TradeUnion, on: date, why: str,
    at: datetime, plan: dict[str, Any],
) -> Restructuring:  # fmt: skip
    what = Restructuring(
        kind=kind, source=source, path=source.path, target=target, target_name=target.name, on=on, reason=why, plan=plan,
        decided_at=at, decided_by=actor.name[:80],
    )  # fmt: skip
    title = _("Merger of %(name)s") if kind == rules.RestructuringKind.MERGE else _("Split of %(name)s")
    put_in_queue(actor, what, title % {"name": source.name}, at)
    audit.record(
        actor, f"registry.union_{kind}_decided", source, at=at, reason=why,
        data={"to": target.name, "on": on.isoformat(), "restructuring": what.pk},
    )  # fmt: skip
    return what


def put_in_queue(actor: Actor, what: Restructuring, title: str, at: datetime) -> None:
    """Keep a decision and start the job that carries it out. Raises RestructuringOpen while another is under way."""
    try:
        with transaction.atomic():
            what.save(force_insert=True)
    except IntegrityError:
        raise RestructuringOpen(
            _("A merger or split of %(name)s is under way.") % {"name": what.name},
            remedy=_("Wait until it is done."),
        ) from None
    job = enqueue(
        actor=actor, kind=CARRY, title=title, payload={"id": what.pk}, at=at, queue_key=what.queue_key
    )
    what.job_id = job.pk
    what.save(update_fields=["job_id"])
