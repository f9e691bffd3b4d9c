"""A re-election put off: the running committee stays in office until a later day, with the approval of the union above."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.flows.access import union_for
from smartunion.ground.registry.flows.stale import closed_record
from smartunion.ground.registry.models import Term, TermPostponement, TradeUnion
from smartunion.ground.registry.policies import TERM_POSTPONE_DAYS, TERM_REMIND_DAYS
from smartunion.ground.registry.queries.terms import newest_term


@transaction.atomic
def postpone_term(
    *, actor: Actor, union_id: int, until: date, approval_number: str, reason: str, at: datetime
) -> TermPostponement:
    """Let the last term of a standing union end later; the end before is kept, the chair is told.

    The legal-person certificate keeps its date and is renewed by its own way. Raises NotVisible, NotAllowed; InvalidInput
    naming until or reason; StaleState when the term has changed meanwhile. Source: election regulation; domain rules 5.4.
    """
    union = union_for(actor, union_id, "registry.edit")
    term = last_term(union)
    why = squeeze(reason)[:200]
    if not why:
        raise InvalidInput(_("Give the reason."), field="reason")
    check_until(term, until, at)
    if Term.objects.filter(pk=term.pk, ends_on=term.ends_on).update(ends_on=until) != 1:
        raise StaleState
    row = TermPostponement.objects.create(
        term=term, was_until=term.ends_on, until=until, approval_number=squeeze(approval_number)[:40], reason=why,
        approved_at=at, approved_by=actor.name[:80],
    )  # fmt: skip
    messages.tell_term_postponed(row, at)
    audit.record(
        actor, "registry.term_postponed", union, at=at, reason=why,
        data={"term": term.pk, "from": row.was_until.isoformat(), "until": until.isoformat()},
    )  # fmt: skip
    return row


def check_until(term: Term, until: date, at: datetime) -> None:
    """A term is put off beyond its end and within the policy's days. Raises InvalidInput naming until."""
    latest = latest_day(term, at)
    if not term.ends_on < until <= latest:
        raise InvalidInput(
            _("The term ends on %(end)s and can be put off until %(latest)s at most.")
            % {"end": term.ends_on.isoformat(), "latest": latest.isoformat()},
            remedy=_("Enter a day between the two."), field="until",
        )  # fmt: skip


def last_term(union: TradeUnion) -> Term:
    """The term whose re-election is due next. Raises InvalidInput where there is none; StaleState where the union has closed."""
    if union.state == rules.UnionState.CLOSED:
        raise closed_record(union)
    term = newest_term(union)
    if term is None or union.state != rules.UnionState.ACTIVE:
        raise InvalidInput(
            _("No term of office is known that could be put off."),
            remedy=_("Enter the last election first."),
            field="until",
        )
    return term


def days_too_early(term: Term, at: datetime) -> tuple[int, int] | None:
    """Days until the term ends and days before it when one is reminded, where the first are more; else None."""
    today = local_date(at)
    left, lead = (term.ends_on - today).days, policies.value(TERM_REMIND_DAYS, path=term.union.path, on=today)
    return (left, lead) if left > lead else None


def latest_day(term: Term, at: datetime) -> date:
    """The last day the term can be put off to, counted from its proper end."""
    first = term.postponements.order_by("pk").first()
    proper = first.was_until if first is not None else term.ends_on
    days: int = policies.value(TERM_POSTPONE_DAYS, path=term.union.path, on=local_date(at))
    return proper + timedelta(days=days)
