"""A union's report of its funds: drafted, passed by its funds-review committee, published, corrected by a new version.

Source: Trade Union Law (2021) art. 45. What is passed is published at once; nobody passes what she wrote herself.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import DutiesApart, InvalidInput, NotVisible, Refusal, StaleState
from smartunion.core.jobs.flows import enqueue
from smartunion.core.reading import get_visible
from smartunion.core.templatetags.smartunion import number, when
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import COUNTED_KINDS, LEADING, UnionState
from smartunion.systems.dues import report_messages
from smartunion.systems.dues.models import REPORT, FundsLine, FundsReport
from smartunion.systems.dues.report_queries import prior_of, reviewers_of
from smartunion.systems.dues.report_rules import (
    CENT,
    FIRST_YEAR,
    MOST,
    OPEN,
    FundsReportState,
    FundsReview,
    Money,
    Span,
)

#: Kinds of unions with funds of their own; branches and groups are parts of a union.
KEEPING = COUNTED_KINDS | LEADING


class DoesNotAddUp(Refusal):
    """Balances and lines contradict each other, or the year before; details["difference_yuan"] says by how much."""

    code = "does_not_add_up"


class NeedsReview(Refusal):
    """The union has a funds-review committee, which has not passed the report."""

    code = "needs_review"


class NoReviewers(Refusal):
    """The union has no funds-review committee."""

    code = "no_reviewers"


@dataclass(frozen=True)
class Given:
    """What a draft says. money: amounts in yuan with two decimals."""

    money: Money
    note: str = ""


@transaction.atomic
def draft(*, actor: Actor, union_id: int, span: Span, given: Given, at: datetime) -> FundsReport:
    """Begin the report of a year or half a year that is over.

    Raises NotVisible, NotAllowed, InvalidInput; StaleState where one is begun or published.
    """
    union = get_visible(TradeUnion.objects.visible_to(actor), union_id)
    actor.check_can(REPORT, path=union.path)
    if union.state != UnionState.ACTIVE or union.kind not in KEEPING:
        raise InvalidInput(_("Only a union at work with funds of its own reports them."), field="union")
    _check_span(span, local_date(at))
    if union.founded_on is not None and union.founded_on > span.last:
        raise InvalidInput(
            _("The union was founded on %(day)s, after the end of that time.")
            % {"day": when(union.founded_on)},
            field="year",
        )
    if FundsReport.objects.filter(union=union, year=span.year, half=span.half).exists():
        raise StaleState(
            _("There is a report for %(span)s already.") % {"span": span.words},
            remedy=_("Open it in the list; a published one is corrected there."), field="year",
        )  # fmt: skip
    return _create(actor, union, span, given, at, version=1, reason="")


def _check_span(span: Span, today: date) -> None:
    if not FIRST_YEAR <= span.year <= today.year:
        raise InvalidInput(_("Name a year from %(first)s to now.") % {"first": FIRST_YEAR}, field="year")
    if span.last >= today:
        raise InvalidInput(
            _("%(span)s is not over yet.") % {"span": span.words},
            remedy=_("A report is about a year, or half a year, that has ended."), field="year",
        )  # fmt: skip


def _create(
    actor: Actor, union: TradeUnion, span: Span, given: Given, at: datetime, *, version: int, reason: str
) -> FundsReport:
    _check_amounts(given.money)
    try:
        with transaction.atomic():
            row = FundsReport.objects.create(
                union=union, path=union.path, year=span.year, half=span.half, version=version, reason=reason,
                writer_id=actor.user_id, writer=actor.name[:80], written_at=at, **_columns(given),
            )  # fmt: skip
    except IntegrityError:
        raise StaleState(_("Somebody began this report a moment ago.")) from None
    _put_lines(row, given.money)
    audit.record(actor, "dues.report_drafted", row, at=at, data={"year": span.year, "version": version})
    return row


def _columns(given: Given) -> dict[str, object]:
    money = given.money
    return {
        "opening_yuan": money.opening, "closing_yuan": money.closing, "income_yuan": money.income,
        "spending_yuan": money.spending, "note": given.note.strip()[:500],
    }  # fmt: skip


def _put_lines(row: FundsReport, money: Money) -> None:
    row.lines.all().delete()
    FundsLine.objects.bulk_create([
        FundsLine(
            report=row, position=position, side=one.side, kind=one.kind, budget_yuan=one.budget, actual_yuan=one.actual
        )
        for position, one in enumerate(money.entries)
    ])  # fmt: skip


def _check_amounts(money: Money) -> None:
    amounts = [money.opening, money.closing, money.income, money.spending]
    for one in money.entries:
        amounts += [one.actual, one.budget or Decimal(0)]
        if one.actual < 0 or (one.budget or 0) < 0:
            raise InvalidInput(_("“%(kind)s” is below nought.") % {"kind": one.words}, field="lines")
        if not one.kind or len(one.kind) > 40:
            raise InvalidInput(_("Each kind has a name of up to 40 characters."), field="lines")
    if any(abs(one) > MOST or one != one.quantize(CENT) for one in amounts):
        raise InvalidInput(_("Amounts are yuan with two decimals, below a trillion."), field="lines")
    named = [(one.side, one.kind) for one in money.entries]
    if len(set(named)) != len(named):
        raise InvalidInput(_("One kind stands twice on the same side."), field="lines")


def _own(actor: Actor, report_id: int) -> FundsReport:
    """The report, held until the transaction ends, where the actor may write it. Raises NotVisible, NotAllowed."""
    row = FundsReport.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=report_id).first()
    if row is None:
        raise NotVisible
    actor.check_can(REPORT, path=row.path)
    return row


def _check_state(row: FundsReport, *allowed: FundsReportState) -> None:
    if row.state not in allowed:
        raise StaleState(
            _("The report stands at “%(state)s” meanwhile.") % {"state": row.get_state_display()}
        )


@transaction.atomic
def rewrite(*, actor: Actor, report_id: int, edits: int, given: Given, at: datetime) -> FundsReport:
    """Change a draft. edits: its count of changes as the page showed it.

    Raises NotVisible, NotAllowed, InvalidInput, StaleState.
    """
    row = _own(actor, report_id)
    _check_state(row, FundsReportState.DRAFT)
    _check_amounts(given.money)
    # A second writer becomes its writer as well: neither may pass it.
    changed = FundsReport.objects.filter(pk=row.pk, state=FundsReportState.DRAFT, edits=edits).update(
        **_columns(given), writer_id=actor.user_id, writer=actor.name[:80], written_at=at, edits=edits + 1
    )
    if changed != 1:
        raise StaleState(_("Somebody else changed this draft a moment ago."))
    _put_lines(row, given.money)
    audit.record(actor, "dues.report_changed", row, at=at, data={"edits": edits + 1})
    row.refresh_from_db()
    return row


@transaction.atomic
def discard(*, actor: Actor, report_id: int, at: datetime) -> None:
    """Throw a draft away; what was published before stays. Raises NotVisible, NotAllowed, StaleState."""
    row = _own(actor, report_id)
    _check_state(row, FundsReportState.DRAFT)
    audit.record(actor, "dues.report_discarded", row, at=at, data={"year": row.year, "version": row.version})
    row.delete()


def check_adds_up(row: FundsReport) -> None:
    """Raise DoesNotAddUp with the exact difference where balances and lines, or the year before, contradict each other."""
    money = row.money
    if money.difference:
        raise DoesNotAddUp(
            _(
                "Opening %(opening)s + income %(income)s − spending %(spending)s is %(expected)s yuan, the closing balance says "
                "%(closing)s: a difference of %(difference)s yuan."
            )
            % {
                "opening": number(money.opening), "income": number(money.income), "spending": number(money.spending),
                "expected": number(money.expected), "closing": number(money.closing), "difference": number(money.difference),
            },
            remedy=_("Look for the missing or doubled amount, change the draft and send it again."), field="closing_yuan",
            difference_yuan=money.difference,
        )  # fmt: skip
    before = prior_of(row)
    if before is not None and before.closing_yuan != row.opening_yuan:
        apart = row.opening_yuan - before.closing_yuan
        raise DoesNotAddUp(
            _(
                "The published report “%(span)s” closes with %(closing)s yuan, this one opens with %(opening)s: a difference of "
                "%(difference)s yuan."
            )
            % {
                "span": before.title, "closing": number(before.closing_yuan), "opening": number(row.opening_yuan),
                "difference": number(apart),
            },
            remedy=_("Open with that balance, or correct the earlier report first."), field="opening_yuan",
            difference_yuan=apart,
        )  # fmt: skip


@transaction.atomic
def submit(*, actor: Actor, report_id: int, at: datetime) -> FundsReport:
    """Give a draft to the union's funds-review committee.

    Raises NotVisible, NotAllowed, StaleState, DoesNotAddUp, NoReviewers.
    """
    row = _own(actor, report_id)
    _check_state(row, FundsReportState.DRAFT)
    check_adds_up(row)
    reviewers = reviewers_of(row.union_id, local_date(at))
    if not reviewers:
        raise NoReviewers(
            _("This union has no funds-review committee in office."),
            remedy=_("Publish it without: members read that nobody passed it."),
        )
    row.state, row.returned = FundsReportState.REVIEW, ""
    row.save(update_fields=["state", "returned"])
    audit.record(actor, "dues.report_submitted", row, at=at)
    report_messages.tell_reviewers(row, reviewers, at)
    return row


@transaction.atomic
def take_back(*, actor: Actor, report_id: int, at: datetime) -> FundsReport:
    """Take a report back from the review to change it. Raises NotVisible, NotAllowed, StaleState."""
    row = _own(actor, report_id)
    _check_state(row, FundsReportState.REVIEW)
    row.state = FundsReportState.DRAFT
    row.save(update_fields=["state"])
    audit.record(actor, "dues.report_taken_back", row, at=at)
    return row


def _reviewing(actor: Actor, report_id: int, on: date) -> FundsReport:
    rows = FundsReport.objects.reviewed_by(actor.person_id, on).select_for_update(of=("self",))
    row = rows.filter(pk=report_id).first()
    if row is None:
        raise NotVisible
    _check_state(row, FundsReportState.REVIEW)
    if row.writer_id is not None and row.writer_id == actor.user_id:
        raise DutiesApart(
            _("You wrote this report yourself; another member of the funds-review committee has to pass it.")
        )
    return row


@transaction.atomic
def pass_it(*, actor: Actor, report_id: int, at: datetime) -> FundsReport:
    """Pass a report as a member of the funds-review committee; its members read it from then on.

    Raises NotVisible, DutiesApart, StaleState, DoesNotAddUp (the year before was corrected meanwhile).
    """
    row = _reviewing(actor, report_id, local_date(at))
    row.review, row.reviewer, row.reviewed_on = FundsReview.ONLINE, actor.name[:80], local_date(at)
    return _publish(actor, row, at)


@transaction.atomic
def send_back(*, actor: Actor, report_id: int, why: str, at: datetime) -> FundsReport:
    """Return a report to who wrote it, with what is wrong. Raises NotVisible, DutiesApart, StaleState, InvalidInput."""
    row = _reviewing(actor, report_id, local_date(at))
    row.returned = squeeze(why)[:300]
    if not row.returned:
        raise InvalidInput(_("Say what has to be put right."), field="why")
    row.state = FundsReportState.DRAFT
    row.save(update_fields=["state", "returned"])
    audit.record(actor, "dues.report_returned", row, at=at)
    report_messages.tell_returned(row, at)
    return row


@transaction.atomic
def passed_on_paper(*, actor: Actor, report_id: int, officer_id: int, day: date, at: datetime) -> FundsReport:
    """Publish what a member of the funds-review committee passed on paper; who wrote it keeps the sheet.

    Not for somebody who signs in here: she passes it herself. Raises NotVisible, NotAllowed, StaleState, InvalidInput,
    DoesNotAddUp.
    """
    row, today = _own(actor, report_id), local_date(at)
    _check_state(row, FundsReportState.DRAFT, FundsReportState.REVIEW)
    officer = next((one for one in reviewers_of(row.union_id, today) if one.pk == officer_id), None)
    if officer is None:
        raise InvalidInput(_("Choose a member of the funds-review committee in office."), field="officer")
    if report_messages.signs_in(officer):
        raise InvalidInput(
            _("%(name)s signs in here and passes it herself.") % {"name": officer.name},
            remedy=_("Send the report to the review."), field="officer",
        )  # fmt: skip
    if not row.span.last < day <= today:
        raise InvalidInput(
            _("The day lies after the end of the year reported on, and not in the future."), field="day"
        )
    row.review, row.reviewer, row.reviewed_on = FundsReview.PAPER, officer.name[:80], day
    return _publish(actor, row, at)


@transaction.atomic
def publish_unreviewed(*, actor: Actor, report_id: int, at: datetime) -> FundsReport:
    """Publish the report of a union without a funds-review committee; members read that nobody passed it.

    Raises NotVisible, NotAllowed, StaleState, NeedsReview, DoesNotAddUp.
    """
    row = _own(actor, report_id)
    _check_state(row, *OPEN)
    if reviewers_of(row.union_id, local_date(at)):
        raise NeedsReview(
            _("This union has a funds-review committee, which passes the report."),
            remedy=_("Send the report to the review."),
        )
    row.review, row.reviewer, row.reviewed_on = FundsReview.NONE, "", None
    return _publish(actor, row, at)


def _publish(actor: Actor, row: FundsReport, at: datetime) -> FundsReport:
    check_adds_up(row)
    older = FundsReport.objects.filter(
        union=row.union_id, year=row.year, half=row.half, state=FundsReportState.PUBLISHED
    )
    older.update(state=FundsReportState.REPLACED)
    row.state, row.published_at, row.returned = FundsReportState.PUBLISHED, at, ""
    row.save(update_fields=["state", "published_at", "returned", "review", "reviewer", "reviewed_on"])
    audit.record(
        actor, "dues.report_published", row, at=at,
        data={"year": row.year, "version": row.version, "review": str(row.review)},
    )  # fmt: skip
    enqueue(
        actor=actor, kind=report_messages.TELL, title=_("Tell members"), payload={"report": row.pk}, at=at,
        queue_key=f"funds:{row.pk}",
    )  # fmt: skip
    return row


@transaction.atomic
def correct(*, actor: Actor, report_id: int, reason: str, at: datetime) -> FundsReport:
    """Begin the next version of a published report, with its figures; the old one stands until the new one is passed.

    Raises NotVisible, NotAllowed, StaleState, InvalidInput.
    """
    row = _own(actor, report_id)
    _check_state(row, FundsReportState.PUBLISHED)
    said = squeeze(reason)[:200]
    if not said:
        raise InvalidInput(_("Say what was wrong; members read it beside the correction."), field="reason")
    given = Given(row.money, row.note)
    return _create(actor, row.union, row.span, given, at, version=row.version + 1, reason=said)
