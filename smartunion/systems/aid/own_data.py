"""The room's chapter of a person's own file, and what is given up when her data are erased."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy, pgettext

from smartunion.core import clock
from smartunion.core.clock import local_date
from smartunion.ground.registry.taking_along import Part, Row
from smartunion.systems.aid.models import (
    AidGiven,
    ChildGoods,
    FileLook,
    FileReview,
    HardshipFile,
    HouseholdYear,
    ModelWorker,
)
from smartunion.systems.aid.queries.years import year_of
from smartunion.systems.aid.rules.reviews import RUNNING, FileState

_MOST = 500


def _aid(person_id: int) -> Sequence[Row]:
    files = HardshipFile.objects.filter(person=person_id).select_related("union").order_by("pk")
    rows: list[Row] = [_file(file) for file in files.prefetch_related("years", "reviews", "looks", "goods")]
    given = AidGiven.objects.filter(person=person_id).select_related("union").order_by("pk")[:_MOST]
    rows += [
        {
            pgettext("own data", "Aid"): str(one.get_kind_display()), pgettext("own data", "Yuan"): str(one.amount_yuan),
            pgettext("own data", "For"): one.what, pgettext("own data", "Fund"): one.fund,
            pgettext("own data", "Union"): one.union.name, pgettext("own data", "Decided"): one.decided_on,
            pgettext("own data", "State"): str(one.get_state_display()),
        }
        for one in given
    ]  # fmt: skip
    for one in ModelWorker.objects.filter(person=person_id).select_related("union"):
        rows.append(
            {
                pgettext("own data", "Honour"): f"{one.get_honour_display()} {one.honoured_year}",
                pgettext("own data", "Union"): one.union.name, pgettext("own data", "Living"): one.living,
                pgettext("own data", "Income a month"): one.income,
            }
        )  # fmt: skip
    return rows


def _file(file: HardshipFile) -> Row:
    years = [(row.year, year_of(row)) for row in sorted(file.years.all(), key=lambda row: row.pk)]
    return {
        pgettext("own data", "Hardship file"): str(file.get_state_display()),
        pgettext("own data", "Union"): file.union.name,
        pgettext("own data", "In the archive since"): file.opened_on,
        pgettext("own data", "Ended"): file.ended_on,
        pgettext("own data", "Reason"): file.reason,
        pgettext("own data", "Years"): {
            str(number): [f"{line.label}: {line.formula}" for line in year.assessment.lines] for number, year in years
        },
        pgettext("own data", "Household"): {str(number): list(year.members) for number, year in years},
        pgettext("own data", "Reviews"): [
            f"{one.at:%Y-%m-%d} {one.get_level_display()} {one.union_name} {one.opinion}" for one in file.reviews.all()
        ],
        pgettext("own data", "Goods for children"): [
            f"{one.handed_on} {one.child} {one.item} × {one.quantity}" for one in file.goods.all()
        ],
        pgettext("own data", "Who opened it"): [
            f"{one.at:%Y-%m-%d %H:%M} {one.actor_name} {one.reason}" for one in file.looks.all()
        ],
    }  # fmt: skip


CHAPTER = Part("aid", gettext_lazy("Help in need"), _aid)


def forget(person_id: int) -> None:
    """Household years, opinions, reasons and children's names go; files that ran are closed; what was given keeps its sum.

    Source: Personal Information Protection Law art. 47; receipts: Measures on accounting archives of 2015.
    """
    files = HardshipFile.objects.filter(person=person_id)
    HouseholdYear.objects.filter(file__in=files).delete()
    ChildGoods.objects.filter(file__in=files).delete()
    FileReview.objects.filter(file__in=files).update(opinion="")
    FileLook.objects.filter(file__in=files).update(reason="")
    ModelWorker.objects.filter(person=person_id).delete()
    AidGiven.objects.filter(person=person_id).update(what="", lines="")
    at = clock.now()
    files.filter(state__in=sorted(RUNNING)).update(
        state=FileState.REMOVED, ended_on=local_date(at), review_due_on=None, updated_at=at
    )
    files.update(reason="")
