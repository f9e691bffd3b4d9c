"""Asking a counsellor, writing to one another, ending. Nothing here names the one who asked in the audit trail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.errors import DutiesApart, InvalidInput, NotAllowed, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.facts import ledger
from smartunion.ground.notices import service as notices
from smartunion.systems.counselling import rules
from smartunion.systems.counselling.kinds import HELD
from smartunion.systems.counselling.models import Consultation, Counsellor, Message, Note, Slot
from smartunion.systems.counselling.queries import nearest_first, where_of
from smartunion.systems.counselling.rules import SlotState, State, Topic, Way

#: Told without a word of what it is about: a phone lies open on a table.
TEMPLATES = (
    notices.Template(
        "counselling.news", gettext_lazy("Your appointment has news"), gettext_lazy("Open it to read. Only you can."),
    ),
    notices.Template(
        "counselling.asked", gettext_lazy("Somebody asks you"), gettext_lazy("A consultation waits for your answer."),
    ),
    notices.Template(
        "counselling.urgent", gettext_lazy("Urgent: somebody needs you now"),
        gettext_lazy("The words may tell of danger to a life. Please answer at once, or hand it on."), urgent=True,
    ),
)  # fmt: skip
#: Open consultations one account may have.
MOST_OPEN = 3


@dataclass(frozen=True)
class Asking:
    """What somebody sends. slot_id: an hour she chose; counsellor_id: whom she asks in writing; neither: whoever is free.

    is_urgent: she asks for help at once, from a self-check that offered it.
    """

    client_id: UUID
    topic: Topic
    words: str = ""
    alias: str = ""
    contact: str = ""
    slot_id: int | None = None
    counsellor_id: int | None = None
    is_urgent: bool = False


@transaction.atomic
def ask(*, actor: Actor, asking: Asking, at: datetime) -> Consultation:
    """Ask a counsellor or take one of her hours. The same client_id again gives the same consultation.

    Raises NotVisible (slot, counsellor), StaleState (the hour was taken meanwhile), InvalidInput (nothing said and no
    hour chosen, too many open ones, nobody takes people now).
    """
    if actor.user_id is None:
        raise NotAllowed
    again = Consultation.objects.of_owner(actor).filter(client_id=asking.client_id).first()
    if again is not None:
        return again
    _check_asking(actor, asking)
    slot = _take(actor, asking.slot_id, at) if asking.slot_id is not None else None
    made = Consultation(
        client_id=asking.client_id, counsellor=slot.counsellor if slot else _whom(actor, asking), slot=slot,
        owner=str(actor.user_id), alias=asking.alias.strip()[:20], contact=asking.contact.strip()[:80],
        words=asking.words.strip()[:2000], topic=asking.topic.value, way=slot.way if slot else Way.TEXT.value,
        is_urgent=asking.is_urgent or rules.is_danger(asking.words), asked_at=at,
    )  # fmt: skip
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise StaleState from None
    audit.record(system(), "counselling.asked", made, at=at)
    tell_counsellor(made, f"asked:{made.pk}:{made.counsellor_id}", at)
    return made


def _check_asking(actor: Actor, asking: Asking) -> None:
    if asking.slot_id is None and len(asking.words.strip()) < 2:
        raise InvalidInput(_("Write a few words, or choose an hour to talk."), field="words")
    if Consultation.objects.of_owner(actor).filter(state=State.OPEN).count() >= MOST_OPEN:
        raise InvalidInput(
            _("You have %(most)s open consultations.") % {"most": MOST_OPEN},
            remedy=_("End one of them before you begin another; in danger call the number shown."),
        )


def _take(actor: Actor, slot_id: int, at: datetime) -> Slot:
    slot = get_visible(Slot.objects.visible_to(actor).select_related("counsellor"), slot_id)
    if slot.counsellor.user_id == actor.user_id:
        raise DutiesApart(_("This is your own hour."))
    taken = Slot.objects.free_from(at).filter(pk=slot.pk).update(state=SlotState.TAKEN)
    if taken != 1:
        raise StaleState(
            _("Somebody has taken this hour a moment ago, or it has begun."), remedy=_("Choose another one.")
        )
    return slot


def _whom(actor: Actor, asking: Asking) -> Counsellor:
    """Whom she named; else the nearest who takes people, the one with the fewest open ones first."""
    others = Counsellor.objects.visible_to(actor).filter(is_taking=True).exclude(user_id=actor.user_id or -1)
    if asking.counsellor_id is not None:
        return get_visible(others, asking.counsellor_id)
    load = Count("consultations", filter=Q(consultations__state=State.OPEN))
    found = nearest_first(list(others.annotate(load=load).order_by("load", "pk")[:200]), where_of(actor))
    if not found:
        raise InvalidInput(
            _("No counsellor takes people right now."), remedy=_("Please call the number shown; it answers day and night."),
        )  # fmt: skip
    return found[0]


def tell_counsellor(row: Consultation, key: str, at: datetime) -> None:
    """Somebody waits for the counsellor who holds it: at once when a life may be in danger. key: once for each cause."""
    notices.tell(
        template="counselling.urgent" if row.is_urgent else "counselling.asked", context={}, key=f"counselling.{key}",
        at=at, user_id=row.counsellor.user_id, link=f"/desk/counselling/{row.pk}/",
    )  # fmt: skip


@transaction.atomic
def write(*, actor: Actor, consultation_id: int, client_id: UUID, body: str, at: datetime) -> Message:
    """Write to the other one. The same client_id again changes nothing.

    Raises NotVisible, InvalidInput (empty), StaleState (it has ended).
    """
    row = get_visible(Consultation.objects.visible_to(actor).select_related("counsellor"), consultation_id)
    sent = Message.objects.filter(client_id=client_id, consultation=row).first()
    if sent is not None:
        return sent
    if not body.strip():
        raise InvalidInput(_("Write a few words."), field="body")
    by_counsellor = row.counsellor.user_id == actor.user_id
    changes: dict[str, object] = {}
    if by_counsellor and row.answered_at is None:
        changes["answered_at"] = at
    if not by_counsellor and rules.is_danger(body):
        changes |= {"is_urgent": True}
    # Touching the row proves that it is open still, whoever else is at it.
    if (
        Consultation.objects.filter(pk=row.pk, state=State.OPEN).update(**(changes or {"state": State.OPEN}))
        != 1
    ):
        raise StaleState(_("This consultation has ended."))
    made = Message.objects.create(
        client_id=client_id, consultation=row, by_counsellor=by_counsellor, body=body.strip()[:4000], at=at
    )
    if by_counsellor:
        tell_owner(row, f"message:{made.pk}", at)
    elif not row.is_urgent and "is_urgent" in changes:
        row.is_urgent = True
        tell_counsellor(row, f"urgent:{made.pk}", at)
    return made


def tell_owner(row: Consultation, what: str, at: datetime) -> None:
    """News for the one who asked, without a word of what it is."""
    notices.tell(
        template="counselling.news", context={}, key=f"counselling.{what}", at=at, user_id=int(str(row.owner)),
        link=f"/counselling/{row.pk}/",
    )  # fmt: skip


@transaction.atomic
def note(*, actor: Actor, consultation_id: int, body: str, at: datetime) -> Note:
    """A counsellor's own note. Raises NotVisible, NotAllowed (the one who asked), InvalidInput."""
    row = held(actor, consultation_id)
    if not body.strip():
        raise InvalidInput(_("Write a few words."), field="body")
    assert actor.user_id is not None
    return Note.objects.create(consultation=row, user_id=actor.user_id, body=body.strip()[:4000], at=at)


def held(actor: Actor, consultation_id: int) -> Consultation:
    """A consultation the actor holds as counsellor. Raises NotVisible."""
    actor.check_can("counselling.handle")
    return get_visible(
        Consultation.objects.held_by(actor).select_related("counsellor", "slot"), consultation_id
    )


@transaction.atomic
def end(*, actor: Actor, consultation_id: int, state: State, at: datetime) -> Consultation:
    """The counsellor ends it: held (closed) or the person did not come. Raises NotVisible, NotAllowed, StaleState."""
    row = held(actor, consultation_id)
    if state not in {State.CLOSED, State.MISSED} or (state == State.MISSED and row.slot_id is None):
        raise InvalidInput(_("Only an appointment can be missed."))
    move(row, state, at)
    if state == State.CLOSED:
        _count(row, at)
    tell_owner(row, f"ended:{row.pk}", at)
    return row


def _count(row: Consultation, at: datetime) -> None:
    """That one was held, where; the row behind the number is the counsellor's entry, not the consultation."""
    fact = ledger.NewFact(
        kind=HELD, key=f"counselling:{row.pk}", happened_on=local_date(at), path=row.counsellor.path,
        subject_type="counselling.counsellor", subject_id=row.counsellor_id,
    )  # fmt: skip
    ledger.record_many([fact], actor=system(), at=at)


@transaction.atomic
def withdraw(*, actor: Actor, consultation_id: int, at: datetime) -> Consultation:
    """The one who asked takes it back; a later hour is free again. Raises NotVisible, StaleState."""
    row = get_visible(Consultation.objects.of_owner(actor).select_related("slot"), consultation_id)
    move(row, State.WITHDRAWN, at)
    if row.slot is not None and row.slot.starts_at > at:
        Slot.objects.filter(pk=row.slot.pk, state=SlotState.TAKEN).update(state=SlotState.FREE)
    return row


def move(row: Consultation, to: State, at: datetime) -> None:
    """Change the state by compare-and-set. Raises StaleState."""
    if to not in rules.MOVES[State(row.state)]:
        raise StaleState(_("This consultation has ended."))
    moved = Consultation.objects.filter(pk=row.pk, state=row.state).update(state=to, closed_at=at)
    if moved != 1:
        raise StaleState
    row.state, row.closed_at = to.value, at
    audit.record(system(), f"counselling.{to.value}", row, at=at)
