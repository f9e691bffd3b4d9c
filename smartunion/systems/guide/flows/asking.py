"""Asking: the answer, what is kept of the question, what the asker says of it, and handing over to a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput, NotVisible
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.policies import service as policies
from smartunion.systems.guide import knowledge
from smartunion.systems.guide.models import Asked
from smartunion.systems.guide.retrieval.guide import Answers
from smartunion.systems.guide.retrieval.text import clean, mask, terms
from smartunion.systems.guide.rules import Channel

#: The service that takes what the guide cannot answer.
HANDED_TO = "request"


@dataclass(frozen=True)
class Asking:
    """One question as it came. token: made by the page, so that sending twice is one question."""

    question: str
    channel: Channel
    token: UUID


@dataclass(frozen=True)
class Answered:
    """What came of it. question: masked, as it is kept; is_sure: as the policy says, else the guide does not know."""

    token: UUID
    question: str
    answers: Answers
    is_sure: bool


@transaction.atomic
def ask(*, asking: Asking, at: datetime, limit: int = 5) -> Answered:
    """Answer a question, and keep it without its numbers and without who asked.

    Anybody may ask. Raises InvalidInput when nothing is left to look for (empty, only signs).
    """
    question = clean(mask(clean(asking.question)))
    if not terms(question):
        raise InvalidInput(
            _("There is no question in this yet."),
            remedy=_("Write or say it in a few words."),
            field="question",
        )
    answers = knowledge.guide().answer(question, limit=limit)
    held = policies.values(["guide.keep_days", "guide.sure_ratio"], path="", on=local_date(at))
    best = max(answers.rows, key=lambda row: row.score, default=None)
    is_sure = best is not None and best.score >= float(held["guide.sure_ratio"].value)
    Asked.objects.get_or_create(
        token=asking.token,
        defaults={
            "text": question, "channel": asking.channel, "is_sure": is_sure,
            "kind": best.entry.kind if best else "", "answer_id": best.entry.id[:80] if best else "",
            "score": best.score if best else 0.0, "asked_at": at,
            "expires_on": local_date(at) + timedelta(days=held["guide.keep_days"].value),
        },
    )  # fmt: skip
    return Answered(asking.token, question, answers, is_sure)


def say_helped(*, token: UUID, helped: bool, at: datetime) -> None:
    """What the asker says of the answer; the last word counts. Raises NotVisible when the question is gone."""
    if not Asked.objects.filter(token=token, expires_on__gte=local_date(at)).update(helped=helped):
        raise NotVisible


@transaction.atomic
def hand_over(*, token: UUID, actor: Actor, at: datetime) -> CaseFile:
    """Begin a case with the question filled in, for a person to answer; the asker completes and sends it.

    Raises NotVisible (question gone, or no service that takes it), NotAllowed (not signed in).
    """
    asked = Asked.objects.filter(token=token, expires_on__gte=local_date(at)).first()
    if asked is None:
        raise NotVisible
    case = casework.start_draft(service_key=HANDED_TO, actor=actor, at=at, client_id=uuid4())
    form = dict(casework.CaseData.load(case.data).form)
    if not form.get("about"):
        case = casework.save_draft(
            case_id=case.pk, raw={**form, "about": asked.text, "class": "ask"}, actor=actor, at=at
        )
    Asked.objects.filter(pk=asked.pk, handed_at=None).update(handed_at=at)
    return case
