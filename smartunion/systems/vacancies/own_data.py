"""What the room keeps about a person, for her own file."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from smartunion.ground.accounts.models import User
from smartunion.ground.registry.taking_along import Part, Row
from smartunion.systems.vacancies.models import Complaint, JobWish


def _users(person_id: int) -> list[int]:
    return list(User.objects.filter(person_id=person_id).values_list("pk", flat=True))


def _wishes(person_id: int) -> Sequence[Row]:
    rows = JobWish.objects.filter(user_id__in=_users(person_id)).select_related("region").order_by("pk")
    return [
        {
            "words": row.words, "trade": str(row.get_trade_display()), "region": row.region.full_name if row.region else "",
            "pay_yuan": str(row.pay_yuan or ""), "created_at": row.created_at.isoformat(),
        }
        for row in rows
    ]  # fmt: skip


def _complaints(person_id: int) -> Sequence[Row]:
    rows = Complaint.objects.filter(user_id__in=_users(person_id)).select_related("vacancy").order_by("pk")
    return [
        {
            "vacancy": row.vacancy.title, "fault": str(row.get_fault_display()), "text": row.text,
            "state": str(row.get_state_display()), "answer": row.answer, "created_at": row.created_at.isoformat(),
        }
        for row in rows
    ]  # fmt: skip


CHAPTERS = (
    Part("job_wishes", _("Work you look for"), _wishes),
    Part("job_complaints", _("Vacancies you complained of"), _complaints),
)
