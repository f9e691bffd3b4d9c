"""恒达物流工会 with its chair, a member, a funds-review committee or none, and the figures of a report that adds up."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from smartunion.core.actor import Actor
from smartunion.ground.accounts.models import User
from smartunion.ground.accounts.tests import factories as accounts
from smartunion.ground.registry.models import Officer, Term, TradeUnion
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.dues.flows import reports
from smartunion.systems.dues.models import FundsReport
from smartunion.systems.dues.report_rules import Entry, FundsSide, Money, Span
from smartunion.systems.dues.tests.world import AT, Place, place

LAST = Span(2025)


def money(
    opening: str = "1000.00", closing: str = "1200.30", spent: str = "799.70", dues: str = "400.00"
) -> Money:
    """1000.00 + 400.00 + 600.00 − 799.70 = 1200.30, budgets beside."""
    return Money(
        Decimal(opening), Decimal(closing), (
            Entry(FundsSide.INCOME, "会费收入", Decimal("380.00"), Decimal(dues)),
            Entry(FundsSide.INCOME, "拨缴经费收入", None, Decimal("600.00")),
            Entry(FundsSide.SPENDING, "职工活动支出", Decimal("700.00"), Decimal(spent)),
        ),
    )  # fmt: skip


@dataclass
class Funds:
    """Who there is. auditor: of the funds-review committee, with an account; member: of the union."""

    place: Place
    auditor: User
    member: User
    stranger: User

    @property
    def union(self) -> TradeUnion:
        """The union whose funds it is about."""
        return self.place.union

    @property
    def chair(self) -> Actor:
        """Who writes."""
        return accounts.actor(self.place.chair)

    def drafted(self, span: Span = LAST, figures: Money | None = None) -> FundsReport:
        """A draft by the chair."""
        return reports.draft(
            actor=self.chair,
            union_id=self.union.pk,
            span=span,
            given=reports.Given(figures or money(), "慰问多了"),
            at=AT,
        )

    def published(self, span: Span = LAST, figures: Money | None = None) -> FundsReport:
        """A report the committee passed."""
        row = reports.submit(actor=self.chair, report_id=self.drafted(span, figures).pk, at=AT)
        return reports.pass_it(actor=accounts.actor(self.auditor), report_id=row.pk, at=AT)


def seat(union: TradeUnion, name: str, user: User | None = None, organ: str = "audit") -> Officer:
    """Somebody on a committee of the union's running term."""
    term, _made = Term.objects.get_or_create(
        union=union, ordinal=1, defaults={"starts_on": date(2024, 1, 1), "ends_on": date(2029, 1, 1)}
    )
    return Officer.objects.create(
        term=term, organ=organ, post="chair", name=name, person=user.person if user else None
    )


def somebody(name: str, mobile: str, union: TradeUnion) -> User:
    """A member of a union with an account."""
    person = make.person(name, mobile=mobile)
    make.membership(person, union)
    user = accounts.make_user(name)
    user.person = person
    user.save(update_fields=["person"])
    return user


def funds(*, with_committee: bool = True) -> Funds:
    """The world; without a committee the auditor is a member like others."""
    there = place()
    other = make.union("别家工会", there.county)
    auditor = somebody("钱会计", "13800138051", there.union)
    if with_committee:
        seat(there.union, "钱会计", auditor)
    return Funds(
        there, auditor, somebody("阿丽", "13800138052", there.union), somebody("外人", "13800138053", other)
    )
