"""Who is told what about reports of funds: the review, the writer, the members, and chairs who have not reported."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import TypeVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from smartunion.core.clock import local_date
from smartunion.core.paths import ancestors
from smartunion.core.together import together
from smartunion.ground.accounts.models import User
from smartunion.ground.notices import service as notices
from smartunion.ground.policies import service as policies
from smartunion.ground.registry.models import Membership, Officer, TradeUnion
from smartunion.systems.dues.models import FundsReport
from smartunion.systems.dues.report_queries import last_year, missing_in
from smartunion.systems.dues.report_rules import Span

TELL = "dues.tell_report"
_AT_ONCE = 500
T = TypeVar("T")
TEMPLATES = (
    notices.Template(
        "dues.report_review", _("The report of your union's funds waits for you: %(span)s"),
        _("%(union)s asks its funds-review committee to look through it. Pass it or send it back with what is wrong."),
        channels=(),
    ),
    notices.Template(
        "dues.report_returned", _("The funds review sent the report back: %(span)s"),
        _("%(union)s: %(why)s Change the draft and send it again."), channels=(),
    ),
    notices.Template(
        "dues.report_published", _("What your union did with its money: %(span)s"),
        _("%(union)s published the report of its funds. Read what came in, what it was spent on, and ask what you want to know."),
        channels=(),
    ),
    notices.Template(
        "dues.report_corrected", _("Your union corrected the report of its funds: %(span)s"),
        _("%(union)s: %(why)s The page shows each figure that changed."), channels=(),
    ),
    notices.Template(
        "dues.report_due", _("The report of the union's funds is due by %(day)s"),
        _("%(union)s has not told its members yet what its funds were spent on in %(year)s. Draft the report at the desk."),
        channels=(),
    ),
    notices.Template(
        "dues.report_late", _("The report of the union's funds is overdue since %(day)s"),
        _("%(union)s has not told its members what its funds were spent on in %(year)s. Draft the report at the desk."),
        channels=(),
    ),
    notices.Template(
        "dues.report_late_below", _("%(union)s has not reported its funds"),
        _("Its members were to be told by %(day)s what was spent in %(year)s; its chair was reminded. Help it to report."),
        channels=(),
    ),
)  # fmt: skip


def _parts(rows: Iterator[T]) -> Iterator[list[T]]:
    while part := list(islice(rows, _AT_ONCE)):
        yield part


def signs_in(officer: Officer) -> bool:
    """Whether somebody on a committee has an account of her own here."""
    return (
        officer.person_id is not None
        and User.objects.filter(person=officer.person_id, is_active=True).exists()
    )


def tell_reviewers(row: FundsReport, reviewers: Iterable[Officer], at: datetime) -> None:
    """Tell the funds-review committee that a report waits."""
    for person_id in sorted({one.person_id for one in reviewers if one.person_id is not None}):
        notices.tell(
            template="dues.report_review", key=f"dues.report_review:{row.pk}:{row.edits}:{person_id}:{at.timestamp():.0f}",
            at=at, person_id=person_id, link=reverse("funds:report", args=[row.pk]),
            context={"union": row.union.name, "span": row.title},
        )  # fmt: skip


def tell_returned(row: FundsReport, at: datetime) -> None:
    """Tell who wrote it that it came back."""
    if row.writer_id is not None:
        notices.tell(
            template="dues.report_returned", key=f"dues.report_returned:{row.pk}:{at.timestamp():.0f}", at=at,
            user_id=row.writer_id, link=reverse("dues:report", args=[row.pk]),
            context={"union": row.union.name, "span": row.title, "why": row.returned},
        )  # fmt: skip


def tell_members(*, report_id: int, at: datetime) -> int:
    """Tell everybody who is a member of the union itself or of its branches; safe to run twice. Returns how many.

    Of a federation's own report nobody is told: it stands on the page of everybody below it.
    """
    row = FundsReport.objects.select_related("union").filter(pk=report_id).first()
    if row is None or row.union.is_leading:
        return 0
    template = "dues.report_corrected" if row.version > 1 else "dues.report_published"
    context = {"union": row.union.name, "span": row.title} | ({"why": row.reason} if row.version > 1 else {})
    spells = Membership.objects.filter(
        union_path__gte=row.path, union_path__lt=row.path[:-1] + "0", ended_on=None
    )
    people = spells.order_by("pk").values_list("person_id", flat=True).iterator(chunk_size=_AT_ONCE)
    told = 0
    for part in _parts(people):
        with together():
            for person_id in part:
                notices.tell(
                    template=template, key=f"{template}:{row.pk}:{person_id}", at=at, person_id=person_id,
                    link=reverse("funds:report", args=[row.pk]), context=context,
                )  # fmt: skip
        told += len(part)
    return told


def remind(*, at: datetime) -> int:
    """Tell chairs whose union has not reported the last year: once ahead, once the day has passed, then every so many days;
    from the second time after it the union above too. Safe to run twice. Returns how many unions a message was due for.
    """
    today, year = local_date(at), last_year(local_date(at))
    days, ahead, again = (
        policies.value_by_place(f"dues.report_{name}", on=today)
        for name in ("days", "ahead_days", "again_days")
    )
    number = 0
    for part in _parts(missing_in(year).order_by("pk").iterator(chunk_size=_AT_ONCE)):
        rounds = {}
        for union in part:
            due = Span(year).due_on(days(union.path))
            found = round_of(due, today, ahead(union.path), again(union.path))
            if found is not None:
                rounds[union.pk] = (union, due, found)
        _tell_chairs(list(rounds.values()), year, at)
        number += len(rounds)
    return number


def round_of(due: date, today: date, ahead: int, again: int) -> int | None:
    """Which reminder is due: 0 before the day, 1 after it, then one more every `again` days; None while it is far off."""
    if today <= due:
        return 0 if today >= due - timedelta(days=ahead) else None
    return 1 + (today - due).days // again


def _tell_chairs(waiting: list[tuple[TradeUnion, date, int]], year: int, at: datetime) -> None:
    above = {union.pk: _paths_above(union) for union, _due, found in waiting if found > 1}
    higher = {
        one.path: one
        for one in TradeUnion.objects.filter(path__in={path for paths in above.values() for path in paths})
    }
    nearest = {
        pk: next((higher[path] for path in reversed(paths) if path in higher), None)
        for pk, paths in above.items()
    }
    wanted = {union.pk for union, _due, _found in waiting} | {
        one.pk for one in nearest.values() if one is not None
    }
    chairs = _chairs(wanted)
    with together():
        for union, due, found in waiting:
            key = f"dues.report:{union.pk}:{year}:{found}"
            context = {"union": union.name, "year": str(year), "day": due}
            link = f"{reverse('dues:new_report')}?union={union.pk}&year={year}"
            template = "dues.report_late" if found else "dues.report_due"
            for person_id in chairs.get(union.pk, ()):
                notices.tell(
                    template=template,
                    key=f"{key}:{person_id}",
                    at=at,
                    person_id=person_id,
                    link=link,
                    context=context,
                )
            one = nearest.get(union.pk)
            for person_id in chairs.get(one.pk, ()) if one is not None else ():
                notices.tell(
                    template="dues.report_late_below", key=f"{key}:above:{person_id}", at=at, person_id=person_id,
                    link=f"{reverse('dues:unreported')}?year={year}", context=context,
                )  # fmt: skip


def _paths_above(union: TradeUnion) -> list[str]:
    return ancestors(union.path)[:-1]


def _chairs(union_ids: Iterable[int]) -> dict[int, list[int]]:
    """People chairing unions now, by union; one query."""
    rows = Officer.objects.heads().filter(term__union__in=list(union_ids), left_on=None).exclude(person=None)
    found: dict[int, list[int]] = {}
    for union_id, person_id in (
        rows.values_list("term__union_id", "person_id").distinct().order_by("term__union_id", "person_id")
    ):
        if person_id is not None:
            found.setdefault(union_id, []).append(person_id)
    return found
