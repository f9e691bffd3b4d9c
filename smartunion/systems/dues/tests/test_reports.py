"""A union's report of its funds: drafted, reviewed, published, corrected, missing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from smartunion.core.errors import DutiesApart, InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.jobs.models import Job
from smartunion.ground.accounts.tests import factories as accounts
from smartunion.ground.notices.models import Notice
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.dues import report_messages, report_queries
from smartunion.systems.dues.flows import reports
from smartunion.systems.dues.models import FundsReport
from smartunion.systems.dues.report_rules import Entry, FundsHalf, FundsSide, Span
from smartunion.systems.dues.tests.funds_world import AT, LAST, Funds, funds, money, seat

pytestmark = pytest.mark.django_db
LATE = datetime(2026, 5, 2, 4, tzinfo=UTC)


@pytest.fixture
def there() -> Funds:
    return funds()


def states() -> list[tuple[int, str]]:
    return list(FundsReport.objects.order_by("year", "version").values_list("version", "state"))


def test_a_report_is_drafted_passed_and_told_to_the_members(there: Funds) -> None:
    row = there.published()

    assert (row.state, row.review, row.reviewer) == ("published", "online", "钱会计")
    assert (row.income_yuan, row.spending_yuan, row.closing_yuan) == (
        Decimal("1000.00"), Decimal("799.70"), Decimal("1200.30"),
    )  # fmt: skip
    assert [(one.kind, one.budget_yuan, one.actual_yuan) for one in row.lines.all()] == [
        ("会费收入", Decimal("380.00"), Decimal("400.00")), ("拨缴经费收入", None, Decimal("600.00")),
        ("职工活动支出", Decimal("700.00"), Decimal("799.70")),
    ]  # fmt: skip
    told = FundsReport.objects.told_to(there.member.person_id)
    assert list(told) == [row]
    assert list(FundsReport.objects.told_to(there.stranger.person_id)) == []
    job = Job.objects.get(kind=report_messages.TELL)
    assert report_messages.tell_members(report_id=job.payload["report"], at=AT) == 2
    assert report_messages.tell_members(report_id=job.payload["report"], at=AT) == 2
    assert Notice.objects.filter(template="dues.report_published").count() == 2
    assert Notice.objects.get(template="dues.report_review").person_id == there.auditor.person_id


def test_members_read_no_draft_and_nothing_that_waits(there: Funds) -> None:
    row = there.drafted()
    reviewer = FundsReport.objects.reviewed_by(there.auditor.person_id, make.DAY)

    assert (list(FundsReport.objects.told_to(there.member.person_id)), list(reviewer)) == ([], [])
    reports.submit(actor=there.chair, report_id=row.pk, at=AT)
    assert list(FundsReport.objects.told_to(there.member.person_id)) == []
    assert list(reviewer.all()) == [row]


@pytest.mark.parametrize(
    ("closing", "apart", "words"), [("1200.31", "0.01", "0.01"), ("1000.00", "-200.30", "-200.30")]
)
def test_what_does_not_add_up_is_refused_with_the_difference(
    there: Funds, closing: str, apart: str, words: str
) -> None:
    row = there.drafted(figures=money(closing=closing))

    with pytest.raises(reports.DoesNotAddUp) as refusal:
        reports.submit(actor=there.chair, report_id=row.pk, at=AT)

    assert refusal.value.details["difference_yuan"] == Decimal(apart)
    assert f"{words} " in refusal.value.message
    assert states() == [(1, "draft")]


def test_a_year_opens_with_what_the_year_before_closed_with(there: Funds) -> None:
    there.published(Span(2024), money())
    row = there.drafted(figures=money(opening="1200.00", closing="1400.30"))

    with pytest.raises(reports.DoesNotAddUp) as refusal:
        reports.submit(actor=there.chair, report_id=row.pk, at=AT)

    assert refusal.value.details["difference_yuan"] == Decimal("-0.30")
    assert report_queries.closing_before(there.union.pk, LAST) == Decimal("1200.30")
    assert states() == [(1, "published"), (1, "draft")]


def test_a_second_half_follows_the_first(there: Funds) -> None:
    there.published(Span(2025, FundsHalf.FIRST), money())

    assert report_queries.closing_before(there.union.pk, Span(2025, FundsHalf.SECOND)) == Decimal("1200.30")
    assert report_queries.closing_before(there.union.pk, Span(2026)) is None


@pytest.mark.parametrize("span", [Span(2026), Span(2027), Span(1949), Span(2026, FundsHalf.SECOND)])
def test_only_what_is_over_is_reported(there: Funds, span: Span) -> None:
    with pytest.raises(InvalidInput):
        there.drafted(span)

    assert FundsReport.objects.count() == 0


@pytest.mark.parametrize(
    "entry",
    [
        Entry(FundsSide.INCOME, "会费收入", None, Decimal(1)), Entry(FundsSide.SPENDING, "x", None, Decimal("-0.01")),
        Entry(FundsSide.SPENDING, "x", Decimal(-1), Decimal(0)), Entry(FundsSide.SPENDING, "x", None, Decimal("0.001")),
        Entry(FundsSide.SPENDING, "x" * 41, None, Decimal(1)), Entry(FundsSide.SPENDING, "x", None, Decimal(10**12)),
    ],
)  # fmt: skip
def test_figures_that_cannot_be_are_refused(there: Funds, entry: Entry) -> None:
    wrong = replace(money(), entries=(*money().entries, entry))

    with pytest.raises(InvalidInput):
        there.drafted(figures=wrong)

    assert FundsReport.objects.count() == 0


def test_one_report_a_year_and_one_writer_at_a_time(there: Funds) -> None:
    row = there.drafted()
    with pytest.raises(StaleState):
        there.drafted()
    given = reports.Given(money(spent="700.00", closing="1300.00"))
    reports.rewrite(actor=there.chair, report_id=row.pk, edits=1, given=given, at=AT)
    with pytest.raises(StaleState):
        reports.rewrite(actor=there.chair, report_id=row.pk, edits=1, given=reports.Given(money()), at=AT)

    row.refresh_from_db()
    assert (row.spending_yuan, row.edits, row.lines.count()) == (Decimal("700.00"), 2, 3)


def test_who_may_write_and_who_may_pass(there: Funds) -> None:
    row = there.drafted()
    cadre, stranger = accounts.actor(there.place.cadre), accounts.actor(there.place.stranger)
    with pytest.raises(NotAllowed):
        reports.submit(actor=cadre, report_id=row.pk, at=AT)
    with pytest.raises(NotVisible):
        reports.submit(actor=stranger, report_id=row.pk, at=AT)
    reports.submit(actor=there.chair, report_id=row.pk, at=AT)
    for user in (there.member, there.stranger, there.place.chair, there.place.cadre):
        with pytest.raises(NotVisible):
            reports.pass_it(actor=accounts.actor(user), report_id=row.pk, at=AT)

    assert states() == [(1, "review")]


def test_nobody_passes_what_she_wrote(there: Funds) -> None:
    row = there.drafted()
    FundsReport.objects.filter(pk=row.pk).update(writer_id=there.auditor.pk)
    reports.submit(actor=there.chair, report_id=row.pk, at=AT)

    with pytest.raises(DutiesApart):
        reports.pass_it(actor=accounts.actor(there.auditor), report_id=row.pk, at=AT)

    assert states() == [(1, "review")]


def test_the_review_sends_back_with_words(there: Funds) -> None:
    row = reports.submit(actor=there.chair, report_id=there.drafted().pk, at=AT)
    auditor = accounts.actor(there.auditor)
    with pytest.raises(InvalidInput):
        reports.send_back(actor=auditor, report_id=row.pk, why="  ", at=AT)

    reports.send_back(actor=auditor, report_id=row.pk, why="少一张发票", at=AT)

    row.refresh_from_db()
    assert (row.state, row.returned) == ("draft", "少一张发票")
    assert "少一张发票" in Notice.objects.get(template="dues.report_returned").body
    with pytest.raises(NotVisible):
        reports.pass_it(actor=auditor, report_id=row.pk, at=AT)


def test_a_committee_without_account_passes_on_paper(there: Funds) -> None:
    row = there.drafted()
    her = there.union.terms.get().officers.get(organ="audit")
    other = seat(there.union, "孙会计")
    day = AT.date()
    for officer, on in ((her, day), (other, day + timedelta(days=1)), (other, LAST.last)):
        with pytest.raises(InvalidInput):
            reports.passed_on_paper(actor=there.chair, report_id=row.pk, officer_id=officer.pk, day=on, at=AT)
    assert states() == [(1, "draft")]

    made = reports.passed_on_paper(actor=there.chair, report_id=row.pk, officer_id=other.pk, day=day, at=AT)

    assert (made.state, made.review, made.reviewer, made.reviewed_on) == ("published", "paper", "孙会计", day)


def test_a_union_without_committee_publishes_and_says_so() -> None:
    there = funds(with_committee=False)
    row = there.drafted()
    with pytest.raises(reports.NoReviewers):
        reports.submit(actor=there.chair, report_id=row.pk, at=AT)

    made = reports.publish_unreviewed(actor=there.chair, report_id=row.pk, at=AT)

    assert (made.state, made.review, made.reviewer) == ("published", "none", "")


def test_with_a_committee_nothing_is_published_past_it(there: Funds) -> None:
    row = there.drafted()

    with pytest.raises(reports.NeedsReview):
        reports.publish_unreviewed(actor=there.chair, report_id=row.pk, at=AT)

    assert states() == [(1, "draft")]


def test_a_correction_is_a_new_version_that_says_what_changed(there: Funds) -> None:
    old = there.published()
    new = reports.correct(actor=there.chair, report_id=old.pk, reason="漏记一笔慰问", at=AT)
    with pytest.raises(StaleState):
        reports.correct(actor=there.chair, report_id=old.pk, reason="再来", at=AT)
    given = reports.Given(money(spent="809.70", closing="1190.30"))
    reports.rewrite(actor=there.chair, report_id=new.pk, edits=1, given=given, at=AT)
    assert list(FundsReport.objects.told_to(there.member.person_id)) == [old]

    reports.submit(actor=there.chair, report_id=new.pk, at=AT)
    reports.pass_it(actor=accounts.actor(there.auditor), report_id=new.pk, at=AT)

    assert states() == [(1, "replaced"), (2, "published")]
    told = report_queries.told(FundsReport.objects.get(pk=new.pk), "")
    assert [(one.before, one.after) for one in told.changed] == [
        (Decimal("1200.30"), Decimal("1190.30")), (Decimal("799.70"), Decimal("809.70")),
    ]  # fmt: skip
    assert [one.pk for one in told.versions] == [old.pk]
    assert set(FundsReport.objects.told_to(there.member.person_id)) == {
        old,
        FundsReport.objects.get(pk=new.pk),
    }


def test_a_draft_is_thrown_away_and_what_is_published_stays(there: Funds) -> None:
    old = there.published()
    with pytest.raises(StaleState):
        reports.discard(actor=there.chair, report_id=old.pk, at=AT)
    new = reports.correct(actor=there.chair, report_id=old.pk, reason="错了", at=AT)

    reports.discard(actor=there.chair, report_id=new.pk, at=AT)

    assert states() == [(1, "published")]


def test_unions_that_have_not_reported_are_those_there_were(there: Funds) -> None:
    cadre = accounts.actor(there.place.cadre)
    make.union("新建的工会", there.place.county, founded_on=make.DAY)
    make.union("关了的工会", there.place.county, state="closed", closed_on=make.DAY)

    assert {one.name for one in report_queries.missing_for(cadre, 2025)} == {"恒达物流工会", "别家工会"}
    there.published()
    assert [one.name for one in report_queries.missing_for(cadre, 2025)] == ["别家工会"]
    assert list(report_queries.missing_for(accounts.actor(there.place.stranger), 2025)) == []
    found = report_queries.numbers(cadre, 2025)
    assert (found.told, found.missing, found.income, found.spending, found.unreviewed) == (
        1, 1, Decimal("1000.00"), Decimal("799.70"), 0,
    )  # fmt: skip


def test_sums_count_no_half_twice(there: Funds) -> None:
    there.published()
    there.published(Span(2025, FundsHalf.FIRST), money())
    cadre = accounts.actor(there.place.cadre)

    found = report_queries.numbers(cadre, 2025)

    assert (found.told, found.spending) == (2, Decimal("799.70"))
    assert report_queries.sums_by_kind(cadre, 2025, FundsSide.SPENDING) == [
        ("职工活动支出", Decimal("799.70"))
    ]


def test_chairs_are_reminded_and_later_the_union_above(there: Funds) -> None:
    seat(there.union, "小波", there.member, "committee")
    seat(there.place.county, "林静", there.stranger, "committee")

    def told() -> list[tuple[str, int | None]]:
        rows = Notice.objects.filter(template__startswith="dues.report").order_by("pk")
        return list(rows.values_list("template", "person_id"))

    report_messages.remind(at=datetime(2026, 3, 1, tzinfo=UTC))
    assert told() == []
    for _twice in range(2):
        report_messages.remind(at=datetime(2026, 3, 20, tzinfo=UTC))
    assert told() == [("dues.report_due", there.member.person_id)]
    report_messages.remind(at=datetime(2026, 4, 2, tzinfo=UTC))
    report_messages.remind(at=LATE)
    assert sorted(told()[1:], key=str) == sorted(
        [
            ("dues.report_late", there.member.person_id), ("dues.report_late", there.member.person_id),
            ("dues.report_late_below", there.stranger.person_id), ("dues.report_late_below", there.stranger.person_id),
        ],
        key=str,
    )  # fmt: skip
