"""Asking the union which value is right, and its answer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.accounts.rules import Role
from smartunion.ground.notices import service as notices
from smartunion.ground.registry.messages import chairs_of
from smartunion.ground.registry.models import EmployerLink, Membership, MergeKind, TradeUnion
from smartunion.systems.stewardship.flows.correcting import item_for
from smartunion.systems.stewardship.models import CorrectionBatch, Decision, Discrepancy
from smartunion.systems.stewardship.rules.corrections import MAY, Act, Answer, State

ASKED = "stewardship.correction_asked"
ANSWERED = "stewardship.correction_answered"
TEMPLATES = (
    notices.Template(
        ASKED, gettext_lazy("Which value is right?"),
        gettext_lazy(
            "%(source)s tells another %(field)s for %(subject)s than our registry. You know best: please look which one is "
            "right, and answer in two taps. Nothing is changed before the federation has read your answer."
        ), channels=("wechat",),
    ),
    notices.Template(
        ANSWERED, gettext_lazy("The union has answered"),
        gettext_lazy("About the %(field)s of %(subject)s, %(union)s says: %(answer)s. You can decide now."), channels=(),
    ),
)  # fmt: skip


@transaction.atomic
def ask(
    *, actor: Actor, item_id: int, version: int | None = None, note: str = "", at: datetime,
    batch: CorrectionBatch | None = None,
) -> Decision:  # fmt: skip
    """Ask the union of the person, or one that covers the employer; its chair gets a notice that leads to the answer.

    Raises NotVisible, NotAllowed, StaleState; InvalidInput when there is no union, or nobody known to chair it.
    """
    item = item_for(actor, item_id, version, Act.ASK)
    union = union_of(item)
    people = chairs_of(union) if union else []
    users = _chair_users(union, at) if union else []
    if union is None or not (people or users):
        raise InvalidInput(
            _("No union with a known chair stands for this record."),
            remedy=_("Ask by telephone, and decide with what you were told."), field="union",
        )  # fmt: skip
    kept = squeeze(note)[:150]
    moved = Discrepancy.objects.filter(pk=item.pk, version=item.version, state=State.OPEN).update(
        state=State.ASKED, asked_path=union.path, answer="", answer_value=None, reason=kept, decided_at=at,
        decided_by=actor.name[:80], version=item.version + 1, changed_at=at,
    )  # fmt: skip
    if moved != 1:
        raise StaleState
    context = {
        "source": item.get_table_display(), "field": item.field_label, "subject": item.record_name[:80],
    }  # fmt: skip
    for person_id in people:
        notices.tell(
            template=ASKED, context=context, key=f"asked:{item.pk}:{item.version}:p{person_id}", at=at,
            person_id=person_id, link=f"/desk/stewardship/corrections/{item.pk}/",
        )  # fmt: skip
    for user_id in users:
        notices.tell(
            template=ASKED, context=context, key=f"asked:{item.pk}:{item.version}:u{user_id}", at=at, user_id=user_id,
            link=f"/desk/stewardship/corrections/{item.pk}/",
        )  # fmt: skip
    audit.record(
        actor,
        "stewardship.correction_asked",
        item,
        at=at,
        owner_person_id=item.person_id,
        data={"union": union.pk},
    )
    return Decision.objects.create(
        item=item,
        act=Act.ASK,
        batch=batch,
        reason=kept,
        user_id=actor.user_id,
        actor_name=actor.name[:80],
        at=at,
    )


@transaction.atomic
def answer(
    *, actor: Actor, item_id: int, said: Answer, value: str = "", note: str = "", at: datetime
) -> Discrepancy:
    """Say which value is right, as the union that was asked. The federation decides; who asked is told.

    Raises NotVisible; NotAllowed; StaleState when it was decided meanwhile; InvalidInput naming value.
    """
    item = get_visible(Discrepancy.objects.visible_to(actor).select_related("employer", "person"), item_id)
    if not item.asked_path or not actor.can("members.edit", path=item.asked_path):
        raise NotAllowed
    right = squeeze(value)
    if said == Answer.OTHER and not right:
        raise InvalidInput(_("Write which value is right."), field="value")
    states = [state.value for state in MAY[Act.ANSWER]]
    moved = Discrepancy.objects.filter(pk=item.pk, version=item.version, state__in=states).update(
        state=State.ANSWERED, answer=said, reason=squeeze(note)[:150], version=item.version + 1, changed_at=at,
    )  # fmt: skip
    if moved != 1:
        raise StaleState
    item.refresh_from_db()
    item.answer_value = right if said == Answer.OTHER else ""
    item.save(update_fields=["answer_value"])
    asked = item.decisions.filter(act=Act.ASK).order_by("-pk").first()
    Decision.objects.create(
        item=item,
        act=Act.ANSWER,
        reason=item.reason,
        user_id=actor.user_id,
        actor_name=actor.name[:80],
        at=at,
    )
    if asked is not None and asked.user_id:
        union = TradeUnion.objects.filter(path=item.asked_path).first()
        notices.tell(
            template=ANSWERED,
            context={"field": item.field_label, "subject": item.record_name[:80], "union": union.name if union else "",
                     "answer": said.label},
            key=f"answered:{item.pk}:{item.version}", at=at, user_id=asked.user_id,
            link=f"/desk/stewardship/corrections/{item.pk}/",
        )  # fmt: skip
    audit.record(
        actor, "stewardship.correction_answered", item, at=at, owner_person_id=item.person_id,
        data={"answer": said.value},
    )  # fmt: skip
    return item


def union_of(item: Discrepancy) -> TradeUnion | None:
    """Who knows: the person's union, or the union that covers the employer, its own one first."""
    if item.kind == MergeKind.PERSON:
        spell = Membership.objects.filter(**item.owner, ended_on=None).select_related("union").first()
        return spell.union if spell else None
    links = EmployerLink.objects.filter(**item.owner, valid_to=None, union__state="active")
    link = links.select_related("union").order_by("-kind", "pk").first()  # "own" sorts behind "joint"
    return link.union if link else None


def _chair_users(union: TradeUnion, at: datetime) -> list[int]:
    held = RoleGrant.objects.active_on(local_date(at)).filter(union=union, role=Role.CHAIR)
    return list(held.order_by("pk").values_list("user_id", flat=True))
