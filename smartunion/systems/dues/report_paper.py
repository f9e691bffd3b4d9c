"""A report of funds as PDF, for the notice board; every figure read from the report."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartunion.core.clock import local_date
from smartunion.core.pdf.papers import Block, day_words, render
from smartunion.systems.dues.listings import yuan
from smartunion.systems.dues.models import FundsReport
from smartunion.systems.dues.report_rules import Change, Entry, FundsReview, FundsSide, Money


def paper(row: FundsReport, changed: list[Change], *, at: datetime) -> bytes:
    """Balances, both sides with budget beside actual, who passed it, and what a correction changed."""
    money = row.money
    blocks: list[Block] = [_balances(money)]
    for side in FundsSide:
        blocks += [{"kind": "head", "text": str(side.label)}, _side(money, side)]
    if row.note:
        blocks.append({"kind": "text", "text": row.note})
    if row.reason:
        blocks += _changes(row, changed)
    blocks.append({"kind": "text", "text": review_words(row)})
    day = local_date(row.published_at) if row.published_at else None
    blocks.append({"kind": "sign", "text": row.union.name, "day": day_words(day)})
    title = _("Report of the union’s funds: %(span)s") % {"span": row.title}
    return render(title=title, blocks=blocks, at=at, to=_("To all members"), foot=row.union.name)


def review_words(row: FundsReport) -> str:
    """Who passed it and when; that nobody did; that nobody has yet."""
    if row.review == FundsReview.NONE:
        return _(
            "The union has no funds-review committee in office; nobody but the union passed this report."
        )
    if not row.review:
        return _("Not passed by the funds-review committee yet.")
    return pgettext("funds report", "%(how)s: %(name)s, %(day)s.") % {
        "how": row.get_review_display(), "name": row.reviewer, "day": day_words(row.reviewed_on),
    }  # fmt: skip


def _balances(money: Money) -> Block:
    heads = [_("Opening balance, yuan"), _("Income, yuan"), _("Spending, yuan"), _("Closing balance, yuan")]
    amounts = (money.opening, money.income, money.spending, money.closing)
    return {"kind": "table", "head": heads, "rows": [[yuan(one) for one in amounts]], "widths": [1, 1, 1, 1]}


def _side(money: Money, side: FundsSide) -> Block:
    total = Entry(side, _("Total"), money.budget(side), money.total(side))
    rows = [
        [
            one.words,
            "–" if one.budget is None else yuan(one.budget),
            yuan(one.actual),
            "–" if one.over is None else yuan(one.over),
        ]
        for one in [*money.of(side), total]
    ]
    heads = [
        pgettext("funds report", "Kind"),
        _("Budget, yuan"),
        _("Actual, yuan"),
        _("More than planned, yuan"),
    ]
    return {"kind": "table", "head": heads, "rows": rows, "widths": [3, 2, 2, 2]}


def _changes(row: FundsReport, changed: list[Change]) -> list[Block]:
    heads = [pgettext("funds report", "What changed"), _("Before, yuan"), _("Now, yuan")]
    rows = [
        [one.words, *("–" if value is None else yuan(value) for value in (one.before, one.after))]
        for one in changed
    ]
    said = _("Version %(n)s, corrected: %(why)s") % {"n": row.version, "why": row.reason}
    table: list[Block] = [{"kind": "table", "head": heads, "rows": rows, "widths": [3, 2, 2]}] if rows else []
    return [{"kind": "text", "text": said}, *table]
