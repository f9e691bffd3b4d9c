"""Unions told their members what they did with their money: the chair's union since it was founded, last year of some others."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor, system
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import RoleGrant, User
from smartunion.ground.registry.models import Membership, Officer, Term, TradeUnion
from smartunion.ground.registry.rules import COUNTED_KINDS, Organ, Post
from smartunion.systems.dues.flows import reports
from smartunion.systems.dues.models import FundsAnswer, FundsReport
from smartunion.systems.dues.report_queries import reviewers_of
from smartunion.systems.dues.report_rules import Entry, FundsHalf, FundsSide, Money, Span

_SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Unions besides the chair's that reported last year.
_OTHERS = 40
#: (kind, budget, actual) of a union of a hundred people; scaled by year and union.
_INCOME = (
    ("会费收入", 18000, 18240),
    ("拨缴经费收入", 96000, 101350),
    ("行政补助收入", 20000, 20000),
    ("其他收入", None, 320),
)
_SPENDING = (
    ("职工活动支出", 62000, 58640), ("职工服务支出", 34000, 37920), ("维权支出", 12000, 9800), ("业务支出", 9000, 8150),
    ("资本性支出", 8000, 7600), ("其他支出", 3000, 1260),
)  # fmt: skip


def report_funds(*, as_of: date) -> int:
    """Reports written by the room's own flows; returns how many."""
    grant = (
        RoleGrant.objects.filter(user__username="chair", union__isnull=False).select_related("union").first()
    )
    if grant is None or grant.union is None:
        return 0
    union = grant.union
    chair = actor_of(User.objects.get(username="chair"), on=as_of, source="job")
    founded = union.founded_on.year if union.founded_on else as_of.year - 3
    spans = [Span(year) for year in range(max(founded, as_of.year - 3), as_of.year)]
    if as_of > Span(as_of.year, FundsHalf.FIRST).last:
        spans.append(Span(as_of.year, FundsHalf.FIRST))
    opening = Decimal(0)
    auditor = _seat_auditor(union, as_of)
    for number, span in enumerate(spans):
        part = Decimal(48 if span.half else 92 + 4 * number)
        opening = _report(union, span, opening, part, chair, auditor).closing_yuan
    FundsAnswer.objects.create(
        union=union, year=as_of.year - 1, half=0, question="职工服务支出比预算多出来的钱花在哪里？",
        answered_at=_at(as_of.year, 4, 2),
        answer="去年台风后增加了两次慰问，共三十二户，每户发放米油和三百元慰问金，名单和签领表在工会办公室可查。",
    )  # fmt: skip
    return len(spans) + _others(union, as_of.year - 1)


def _others(own: TradeUnion, year: int) -> int:
    rows = TradeUnion.objects.filter(kind__in=sorted(COUNTED_KINDS), state="active").exclude(pk=own.pk)
    rows = rows.exclude(founded_on__gt=date(year, 12, 31)).order_by("pk")
    for number, union in enumerate(chosen := list(rows[:_OTHERS])):
        _report(
            union, Span(year), Decimal(4000 + 137 * number), Decimal(20 + 7 * (number % 13)), system(), None
        )
    return len(chosen)


def _report(
    union: TradeUnion, span: Span, opening: Decimal, scale: Decimal, writer: Actor, auditor: Actor | None
) -> FundsReport:
    entries = [
        *_entries(FundsSide.INCOME, _INCOME, scale), *_entries(FundsSide.SPENDING, _SPENDING, scale),
    ]  # fmt: skip
    first = Money(opening, Decimal(0), tuple(entries))
    given = reports.Given(
        Money(opening, first.expected, first.entries),
        "" if auditor is None else "活动少办了一场，慰问比计划多，都在总预算之内。",
    )
    row = reports.draft(actor=writer, union_id=union.pk, span=span, given=given, at=_days_after(span, 40))
    passed = _days_after(span, 71)
    sitting = reviewers_of(union.pk, passed.date())
    if not sitting:
        return reports.publish_unreviewed(actor=writer, report_id=row.pk, at=passed)
    if auditor is None or auditor.person_id not in {one.person_id for one in sitting}:
        return reports.passed_on_paper(
            actor=writer, report_id=row.pk, officer_id=sitting[0].pk, day=passed.date(), at=passed
        )
    reports.submit(actor=writer, report_id=row.pk, at=_days_after(span, 60))
    return reports.pass_it(actor=auditor, report_id=row.pk, at=passed)


def _entries(side: FundsSide, kinds: Sequence[tuple[str, int | None, int]], scale: Decimal) -> list[Entry]:
    def part(yuan: int) -> Decimal:
        return (yuan * scale / 100).quantize(Decimal("0.01"))

    return [
        Entry(side, kind, None if budget is None else part(budget), part(actual))
        for kind, budget, actual in kinds
    ]


def _seat_auditor(union: TradeUnion, as_of: date) -> Actor | None:
    """A member with an account sits on the funds-review committee; None where no member has one."""
    accounts = User.objects.filter(is_demo=True, person__isnull=False).exclude(username="chair")
    inside = Membership.objects.filter(union=union, ended_on=None, person__in=accounts.values("person"))
    member = inside.order_by("person__user__pk").first()
    term = Term.objects.filter(union=union).order_by("-ordinal").first()
    if member is None or term is None:
        return None
    Officer.objects.create(
        term=term, person_id=member.person_id, name=member.person.name, organ=Organ.AUDIT, post=Post.MEMBER
    )
    return actor_of(User.objects.get(person=member.person_id), on=as_of, source="job")


def _days_after(span: Span, days: int) -> datetime:
    return datetime.combine(span.due_on(days), time(10), _SHANGHAI)


def _at(year: int, month: int, day: int) -> datetime:
    return datetime.combine(date(year, month, day), time(10), _SHANGHAI)
