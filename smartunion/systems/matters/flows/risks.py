"""Labour-risk notices: written, pushed to those they concern, understood, taken back (S082)."""

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.jobs.flows import enqueue
from smartunion.core.reading import get_visible
from smartunion.core.together import together
from smartunion.ground.notices import service as notices
from smartunion.ground.registry.models import Employer, TradeUnion
from smartunion.systems.matters.models import RiskNotice, RiskOptOut, RiskRecipient
from smartunion.systems.matters.queries.risks import BATCH, Reached, reached
from smartunion.systems.matters.rules.risks import Audience, RiskKind, RiskState

PUSH = "matters.push_risk"
TEMPLATES = (
    notices.Template(
        "matters.risk", gettext_lazy("Labour risk: %(title)s"), gettext_lazy("%(text)s Why you get this: %(why)s"),
        channels=(),
    ),
    notices.Template(
        "matters.risk_back", gettext_lazy("Taken back: %(title)s"), gettext_lazy("This notice no longer holds: %(reason)s"),
        channels=(),
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Written:
    """A notice as written. union_id: its area; industry, employer_id (firm or platform): narrow it, "" and None do not."""

    client_id: UUID
    union_id: int
    kind: str
    title: str
    text: str
    audience: str
    source: str = ""
    industry: str = ""
    employer_id: int | None = None


@transaction.atomic
def write(*, actor: Actor, data: Written, at: datetime) -> RiskNotice:
    """Keep a draft; the same client_id again is the same draft. Raises NotVisible, NotAllowed; InvalidInput with its field."""
    union = get_visible(TradeUnion.objects.filter(actor.within("cases.view", "path")), data.union_id)
    actor.check_can("cases.handle", path=union.path)
    title, text = squeeze(data.title), squeeze(data.text)
    if not title or len(title) > 60:
        raise InvalidInput(_("Give it a title of at most 60 characters."), field="title")
    if not text or len(text) > 1000:
        raise InvalidInput(
            _("Say in at most 1,000 characters what to look out for and what to do."), field="text"
        )
    if data.audience not in Audience.values:
        raise InvalidInput(_("Choose whom it is for."), field="audience")
    if data.kind not in RiskKind.values:
        raise InvalidInput(_("Choose what it warns of."), field="kind")
    employer = _employer(data)
    risk, _made = RiskNotice.objects.get_or_create(
        client_id=data.client_id,
        defaults={
            "union": union, "path": union.path, "kind": data.kind, "title": title, "text": text, "audience": data.audience,
            "source": squeeze(data.source)[:120], "industry": data.industry[:40], "employer": employer,
            "writer_name": actor.name[:80], "created_at": at,
        },
    )  # fmt: skip
    return risk


@transaction.atomic
def send(*, actor: Actor, risk_id: int, at: datetime) -> RiskNotice:
    """Push it to everybody it concerns, in the background. Raises NotVisible, NotAllowed, StaleState."""
    risk = _held(actor, risk_id)
    if (
        RiskNotice.objects.filter(pk=risk.pk, state=RiskState.DRAFT).update(
            state=RiskState.SENDING, sent_at=at
        )
        != 1
    ):
        raise StaleState(_("This notice was sent already."))
    enqueue(
        actor=actor,
        kind=PUSH,
        title=risk.title,
        payload={"risk": risk.pk},
        at=at,
        queue_key=f"risk:{risk.pk}",
    )
    audit.record(actor, "matters.risk_sent", risk, at=at, data={"audience": risk.audience})
    risk.refresh_from_db()
    return risk


def push(*, risk_id: int, at: datetime) -> int:
    """Tell everybody a notice concerns, in batches; safe to run twice. Returns how many it concerns."""
    risk = RiskNotice.objects.select_related("employer").get(pk=risk_id)
    people = reached(risk)
    while risk.state == RiskState.SENDING and (batch := list(islice(people, BATCH))):
        with together():
            _put(risk, batch, at)
        risk.refresh_from_db(fields=["state"])
    told = RiskRecipient.objects.filter(risk=risk).count()
    RiskNotice.objects.filter(pk=risk.pk).update(recipients=told)
    RiskNotice.objects.filter(pk=risk.pk, state=RiskState.SENDING).update(state=RiskState.SENT)
    return told


@transaction.atomic
def understood(*, actor: Actor, risk_id: int, at: datetime) -> None:
    """She has read it; counted, never shown by name. Raises NotVisible."""
    mine = get_visible(RiskRecipient.objects.visible_to(actor).filter(risk_id=risk_id), _key(actor, risk_id))
    if RiskRecipient.objects.filter(pk=mine.pk, seen_at=None).update(seen_at=at):
        RiskNotice.objects.filter(pk=risk_id).update(seen=F("seen") + 1)


@transaction.atomic
def take_back(*, actor: Actor, risk_id: int, reason: str, at: datetime) -> RiskNotice:
    """It no longer holds: everybody who got it reads why; those who had read it are told. Raises as send; InvalidInput."""
    risk = _held(actor, risk_id)
    said = squeeze(reason)[:300]
    if not said:
        raise InvalidInput(_("Say why it no longer holds: those who got it read this."), field="reason")
    rows = RiskNotice.objects.filter(pk=risk.pk, state__in=[RiskState.SENDING, RiskState.SENT])
    if rows.update(state=RiskState.BACK, reason=said, back_at=at) != 1:
        raise StaleState(_("Only a notice that was sent can be taken back, and only once."))
    audit.record(actor, "matters.risk_taken_back", risk, at=at)
    for one in RiskRecipient.objects.filter(risk=risk).exclude(seen_at=None).iterator():
        notices.tell(
            template="matters.risk_back", context={"title": risk.title, "reason": said}, key=f"risk:{risk.pk}:back:{one.pk}",
            at=at, person_id=one.person_id, user_id=one.user_id, link=f"/risks/{risk.pk}/",
        )  # fmt: skip
    risk.refresh_from_db()
    return risk


@transaction.atomic
def choose(*, actor: Actor, wants: bool, at: datetime) -> None:
    """Whether one wants such notices. Raises NotAllowed without a record of one's own."""
    if actor.person_id is None:
        raise NotAllowed(_("Only members get such notices."))
    if wants:
        RiskOptOut.objects.filter(person_id=actor.person_id).delete()
    else:
        RiskOptOut.objects.get_or_create(person_id=actor.person_id, defaults={"at": at})


def _put(risk: RiskNotice, batch: list[Reached], at: datetime) -> None:
    RiskRecipient.objects.bulk_create(
        [
            RiskRecipient(risk=risk, person_id=one.person_id, user_id=one.user_id, why=one.why[:160])
            for one in batch
        ],
        ignore_conflicts=True,
    )
    short = risk.text if len(risk.text) <= 120 else f"{risk.text[:119]}…"
    for one in batch:
        notices.tell(
            template="matters.risk", context={"title": risk.title, "text": short, "why": one.why}, at=at,
            key=f"risk:{risk.pk}:p{one.person_id or ''}u{one.user_id or ''}", person_id=one.person_id, user_id=one.user_id,
            link=f"/risks/{risk.pk}/",
        )  # fmt: skip


def _employer(data: Written) -> Employer | None:
    if data.employer_id is None:
        return None
    employer = Employer.objects.filter(pk=data.employer_id).first()
    if employer is None or (data.audience == Audience.PLATFORM and not employer.is_platform):
        raise InvalidInput(_("Choose it from the list."), field="employer")
    return employer


def _held(actor: Actor, risk_id: int) -> RiskNotice:
    risk = get_visible(RiskNotice.objects.visible_to(actor), risk_id)
    actor.check_can("cases.handle", path=risk.path)
    return risk


def _key(actor: Actor, risk_id: int) -> int | None:
    return (
        RiskRecipient.objects.visible_to(actor).filter(risk_id=risk_id).values_list("pk", flat=True).first()
    )
