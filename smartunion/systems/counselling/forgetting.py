"""What is given up when a person's data are erased, and what she may take along."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from smartunion.ground.accounts.models import User
from smartunion.ground.registry.taking_along import Part, Row
from smartunion.systems.counselling.models import Consultation, SelfCheck


def _accounts(person_id: int) -> list[str]:
    return [str(pk) for pk in User.objects.filter(person_id=person_id).values_list("pk", flat=True)]


def _of_person(person_id: int) -> "Sequence[Consultation]":
    accounts = _accounts(person_id)
    found = Consultation.objects.filter(owner_index__of=accounts).prefetch_related("messages").order_by("pk")
    return list(found[:500]) if accounts else []


def forget(person_id: int) -> None:
    """Everything she asked, wrote and was answered goes, notes and self-checks too."""
    for row in _of_person(person_id):
        row.delete()
    SelfCheck.objects.filter(owner_index__of=_accounts(person_id)).delete()


def _own(person_id: int) -> Sequence[Row]:
    return [
        {
            str(_("asked at")): row.asked_at.isoformat(), str(_("topic")): row.topic_words, str(_("words")): row.words,
            str(_("called")): row.alias,
            str(_("messages")): [
                {
                    str(_("from")): str(_("Counsellor") if message.by_counsellor else _("Me")),
                    str(_("at")): message.at.isoformat(), str(_("words")): message.body,
                }
                for message in row.messages.all()
            ],
        }
        for row in _of_person(person_id)
    ] + [
        {
            str(_("asked at")): row.taken_at.isoformat(), str(_("topic")): str(row.how.title),
            str(_("words")): f"{row.score.total}/{row.how.most} {row.score.band.words}",
        }
        for row in SelfCheck.objects.filter(owner_index__of=_accounts(person_id)).order_by("pk")
    ]  # fmt: skip


PART = Part("counselling", _("Counselling"), _own)
