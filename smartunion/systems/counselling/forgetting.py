"""What is given up when a person's data are erased, and what she may take along."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from smartunion.ground.accounts.models import User
from smartunion.ground.registry.taking_along import Part, Row
from smartunion.systems.counselling.models import Consultation


def _of_person(person_id: int) -> "Sequence[Consultation]":
    accounts = [str(pk) for pk in User.objects.filter(person_id=person_id).values_list("pk", flat=True)]
    found = Consultation.objects.filter(owner_index__of=accounts).prefetch_related("messages").order_by("pk")
    return list(found[:500]) if accounts else []


def forget(person_id: int) -> None:
    """Everything she asked, wrote and was answered goes, notes too."""
    for row in _of_person(person_id):
        row.delete()


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
    ]  # fmt: skip


PART = Part("counselling", _("Counselling"), _own)
