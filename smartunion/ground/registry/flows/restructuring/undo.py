"""Taking a merger or split back: what it wrote goes, what it changed returns; what people changed since stays."""

from datetime import datetime

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.jobs.flows import enqueue
from smartunion.core.reading import get_visible
from smartunion.ground.facts import ledger
from smartunion.ground.facts.models import Fact
from smartunion.ground.registry import consequences, messages, rules
from smartunion.ground.registry.flows import tallies
from smartunion.ground.registry.flows.restructuring.resume import UNDO, is_given_up
from smartunion.ground.registry.flows.restructuring.shared import PORTION, Progress
from smartunion.ground.registry.flows.unions import checks
from smartunion.ground.registry.flows.unions.move import move_union
from smartunion.ground.registry.journal import print_of, read_values, values_of
from smartunion.ground.registry.models import (
    Certificate,
    EmployerLink,
    Membership,
    Officer,
    Restructuring,
    RestructuringRow,
    TradeUnion,
    Transfer,
)
from smartunion.ground.registry.rules import RestructuringState, TransferState


@transaction.atomic
def ask_undo(*, actor: Actor, restructuring_id: int, reason: str, at: datetime) -> Restructuring:
    """Take a merger or split back within its days, or one that was given up half way; a job does it.

    The actor needs registry.edit in the union it began from. Raises NotVisible, NotAllowed; InvalidInput naming
    reason, or when the days are over or the union above has closed; DuplicateUnion; StaleState.
    """
    what = get_visible(
        Restructuring.objects.visible_to(actor).select_related("source", "employer", "target", "into"),
        restructuring_id,
    )
    actor.check_can("registry.edit", path=what.path)
    why = squeeze(reason)[:200]
    if not why:
        raise InvalidInput(_("Give the reason."), field="reason")
    if what.undo_until is not None and local_date(at) > what.undo_until:
        raise InvalidInput(
            _("It could be taken back until %(day)s.") % {"day": what.undo_until.isoformat()},
            remedy=_("Set the unions up as they should be; everything stays in their history."),
        )
    for union in _unions_back(what):
        if union.parent is not None and union.parent.state == rules.UnionState.CLOSED:
            raise InvalidInput(_("%(name)s is closed.") % {"name": union.parent.name})
        checks.check_no_namesake(union.name, union.parent_id, but=union.pk)
    given_up = is_given_up(what) and what.state != RestructuringState.UNDOING
    stands = what.state if given_up else RestructuringState.DONE
    same = Restructuring.objects.filter(pk=what.pk, state=stands, job_id=what.job_id)
    if same.update(state=RestructuringState.UNDOING) != 1:
        raise StaleState
    job = enqueue(
        actor=actor, kind=UNDO, title=_("Taking back: %(name)s") % {"name": what.name}, payload={"id": what.pk},
        at=at, queue_key=what.queue_key,
    )  # fmt: skip
    Restructuring.objects.filter(pk=what.pk).update(job_id=job.pk)
    subject: models.Model | None = what.employer or what.source
    assert subject is not None
    word = "employer" if what.is_of_employer else "union"
    audit.record(
        actor, f"registry.{word}_{what.kind}_undone", subject, at=at, reason=why,
        data={"to": what.target_name, "restructuring": what.pk},
    )  # fmt: skip
    if what.source is not None and what.target is not None:
        audit.record(
            actor, f"registry.union_{what.kind}_undone", what.target, at=at, reason=why,
            data={"from": what.source.name, "to": what.target.name, "restructuring": what.pk},
        )  # fmt: skip
    if what.into is not None:
        audit.record(
            actor, f"registry.employer_{what.kind}_undone", what.into, at=at, reason=why,
            data={"from": what.name, "to": what.into.name, "restructuring": what.pk},
        )  # fmt: skip
    what.refresh_from_db()
    return what


def _unions_back(what: Restructuring) -> list[TradeUnion]:
    """Unions that would stand again."""
    ended = [what.source_id] if what.source_id else what.plan.get("unions", [])
    return list(TradeUnion.objects.filter(pk__in=ended).select_related("parent"))


def take_back(*, restructuring_id: int, at: datetime, progress: Progress) -> Restructuring:
    """Put every row back, the last first, in portions; safe to run twice (rows done are taken off the journal)."""
    what = Restructuring.objects.get(pk=restructuring_id)
    if what.state != RestructuringState.UNDOING:
        return what
    rows, total, done = what.rows.order_by("-pk"), what.rows.count(), 0
    portion = list(rows[:PORTION])
    while portion:
        with transaction.atomic():
            back = [row.pk for row in portion if _put_back(row, what, at)]
            RestructuringRow.objects.filter(pk__in=back).delete()
        done += len(portion)
        progress(done, total)
        portion = list(rows.filter(pk__lt=portion[-1].pk)[:PORTION])
    undoing = Restructuring.objects.filter(pk=what.pk, state=RestructuringState.UNDOING)
    undoing.update(state=RestructuringState.UNDONE, undone_at=at, kept=what.rows.count())
    what.refresh_from_db()
    return what


def _put_back(row: RestructuringRow, what: Restructuring, at: datetime) -> bool:
    """Put one row back; False when somebody built upon it since, and it stays."""
    try:
        with transaction.atomic():
            return _try(row, what, at)
    except (ProtectedError, IntegrityError):
        return False


def _try(row: RestructuringRow, what: Restructuring, at: datetime) -> bool:
    model = apps.get_model(row.model)
    made = model._base_manager.filter(pk=row.made_id or 0).first()
    old = model._base_manager.filter(pk=row.row_id or 0).first()
    if made is None and row.made_id is not None:
        return row.row_id is None  # gone already: nothing of it is left to take back
    if made is not None and print_of(made) != row.made_print:
        return False
    if row.row_id is not None and (old is None or values_of(old, row.after) != row.after):
        return False
    if made is not None:
        _remove(made, old, at)
    if old is not None:
        _return(old, row, at)
        _tell(old, row, what, at)
    return True


def _tell(back: models.Model, row: RestructuringRow, what: Restructuring, at: datetime) -> None:
    """Whoever was told of the change is told that it is taken back."""
    if isinstance(back, Membership) and back.ended_on is None:
        messages.tell_taken_back(back, what.get_kind_display(), what.on, at)
    elif isinstance(back, Transfer) and back.state in {TransferState.ASKED, TransferState.ACCEPTED}:
        messages.tell_redirected(back, at)
    elif (
        isinstance(back, Certificate) and back.is_legal_person and back.state == rules.CertificateState.VALID
    ):
        messages.tell_certificate_holds(back, at)
    elif isinstance(back, Officer) and row.after.get("end_reason") not in {
        None,
        "",
        rules.PostEnd.UNION_CLOSED,
    }:
        _tell_post(back, at)
    elif tell := consequences.RETURNED.get(back._meta.label_lower):
        tell(back, what.get_kind_display(), at)


def _tell_post(post: Officer, at: datetime) -> None:
    """A post that had ended with a membership runs on with it."""
    audit.record(
        system(), "registry.post_restored", post.term.union, at=at, owner_person_id=post.person_id,
        data={"post": post.pk, "organ": post.organ, "as": post.post},
    )  # fmt: skip
    messages.tell_post_runs_on(post, local_date(at), at)


def _remove(made: models.Model, old: models.Model | None, at: datetime) -> None:
    if isinstance(made, Membership) and isinstance(old, Membership):
        Transfer.objects.filter(membership=made).update(membership=old, from_path=old.union_path)
    union, change = _counted(made)
    if union is not None:
        tallies.add_one(union, -change)
    facts = Fact.objects.standing().filter(subject_type=made._meta.label_lower, subject_id=made.pk)
    for fact in facts:
        ledger.reverse(fact, actor=system(), at=at, reason="restructuring undone")
    if isinstance(made, TradeUnion):
        while tallies.fold():  # its own deltas go with it: they must stand in the counts above first
            pass
    made.delete()


def _return(old: models.Model, row: RestructuringRow, at: datetime) -> None:
    if isinstance(old, TradeUnion) and "parent" in row.before:
        move_union(
            actor=system(), union_id=old.pk, parent_id=int(row.before["parent"]), version=old.version,
            reason=str(_("Taken back")), at=at,
        )  # fmt: skip
        old.refresh_from_db()
    union, change = _counted(old)
    if union is not None:
        tallies.add_one(union, -change)
    type(old)._base_manager.filter(pk=old.pk).update(**read_values(type(old), row.before))
    old.refresh_from_db()
    union, change = _counted(old)
    if union is not None:
        tallies.add_one(union, change)
    if isinstance(old, TradeUnion) and row.before.get("state") == rules.UnionState.ACTIVE:
        key = f"union_closed:{old.pk}:{row.restructuring_id}"
        for fact in Fact.objects.standing().filter(key=key):
            ledger.reverse(fact, actor=system(), at=at, reason="restructuring undone")


def _counted(row: models.Model) -> tuple[TradeUnion | None, tallies.Counts]:
    """Whose counts a row stands in, and as what."""
    if isinstance(row, Membership) and row.ended_on is None:
        return row.union, tallies.of_state(row.state)
    if isinstance(row, EmployerLink) and row.valid_to is None:
        return row.union, tallies.Counts(employers=1)
    if (
        isinstance(row, TradeUnion)
        and row.state == rules.UnionState.ACTIVE
        and row.kind in rules.COUNTED_KINDS
    ):
        return row, tallies.Counts(unions=1)
    return None, tallies.Counts()
