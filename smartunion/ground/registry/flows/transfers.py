"""Two-sided transfers: asked for, accepted by the new union, released by the old one or done by its silence.

The member never stands without a union: the old membership ends in the very step in which the new one begins.
Source: domain rules 5.5; design: membership follows the labour relation, and no call to a county office.
"""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.calendar.deadlines import Term, due_at
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, NotAllowed, NotVisible, Refusal, StaleState
from smartunion.core.paths import ancestors
from smartunion.core.reading import get_visible
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import messages, queries, rules
from smartunion.ground.registry.flows import platform_work, spells
from smartunion.ground.registry.flows.access import employer_in_business
from smartunion.ground.registry.flows.people.checks import same_name
from smartunion.ground.registry.flows.people.looks import checked_reason
from smartunion.ground.registry.flows.spells import Begin, End
from smartunion.ground.registry.flows.transfer_terms import term_for
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, Person, TradeUnion, Transfer
from smartunion.ground.registry.policies import SILENT_DAYS
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState, TransferState

SILENT = "registry.silent_transfers"


class NothingToTransfer(Refusal):
    """She has no membership that could be transferred; she can simply join."""

    code = "nothing_to_transfer"


class AskedAlready(Refusal):
    """What is missing is asked once."""

    code = "asked_already"


class TransferOpen(Refusal):
    """Another transfer of hers waits already."""

    code = "transfer_open"


@transaction.atomic
def ask(
    *, actor: Actor, person_id: int, to_union_id: int, at: datetime, to_employer_id: int | None = None,
    reason: str = "",
) -> Transfer:  # fmt: skip
    """Ask for a transfer to another union: the member herself, or who keeps the new union's members.

    Asked by the new union, it counts as accepted at once. Raises NotVisible, NotAllowed; InvalidInput naming
    to_union; NothingToTransfer; TransferOpen.
    """
    union = TradeUnion.objects.filter(pk=to_union_id).first()
    if union is None:
        raise NotVisible
    is_new_union = actor.can("members.edit", path=union.path)
    if actor.person_id != person_id and not is_new_union:
        raise NotAllowed
    person = Person.objects.filter(pk=person_id, erased_at=None).first()
    if person is None:
        raise NotVisible
    running = _running(person, union)
    transfer = Transfer(
        person=person, membership=running, from_path=running.union_path, to_union=union, to_path=union.path,
        to_employer=_employer(to_employer_id, union, local_date(at), by_union=is_new_union), asked_at=at,
        reason=squeeze(reason)[:200], **term_for(union, at),
    )  # fmt: skip
    try:
        with transaction.atomic():
            transfer.save(force_insert=True)
    except IntegrityError:
        raise TransferOpen(
            _("A transfer of this member waits for an answer already."),
            remedy=_("Wait for the answer, or withdraw the first request."),
        ) from None
    audit.record(
        actor, "registry.transfer_asked", transfer, at=at, owner_person_id=person.pk,
        data={"from": running.union_id, "to": union.pk},
    )  # fmt: skip
    messages.tell_transfer(transfer, messages.TRANSFER_ASKED, at)
    return accept(actor=actor, transfer_id=transfer.pk, at=at) if is_new_union else transfer


@transaction.atomic
def ask_for(
    *, actor: Actor, name: str, resident_id: str, to_union_id: int, at: datetime,
    to_employer_id: int | None = None, reason: str = "",
) -> Transfer:  # fmt: skip
    """Ask for a transfer of somebody who shows her ID card at the new union: name and number must both be right.

    Raises what `ask` raises; NothingToTransfer when nobody of this name bears the number (which of the two is wrong
    is not said).
    """
    person = queries.person_by_resident_id(resident_id)
    if person is None or not same_name(person.name, name):
        raise NothingToTransfer(
            _("No member is known under this name and ID number."),
            remedy=_("Check both against the card, or enter the person as a new member."), field="resident_id",
        )  # fmt: skip
    return ask(
        actor=actor,
        person_id=person.pk,
        to_union_id=to_union_id,
        at=at,
        to_employer_id=to_employer_id,
        reason=reason,
    )


@transaction.atomic
def accept(*, actor: Actor, transfer_id: int, at: datetime) -> Transfer:
    """The new union agrees; from now on the old one may object until its term ends.

    Raises NotVisible, NotAllowed; InvalidInput when the new union has closed; StaleState.
    """
    transfer = _visible(actor, transfer_id)
    actor.check_can("members.edit", path=transfer.to_path)
    _check_open(transfer.to_union)
    days = policies.value(SILENT_DAYS, path=transfer.from_path, on=local_date(at))
    _step(
        transfer,
        TransferState.ASKED,
        TransferState.ACCEPTED,
        silent_after=due_at(at, Term(days, working=True)),
    )
    audit.record(actor, "registry.transfer_accepted", transfer, at=at, owner_person_id=transfer.person_id)
    messages.tell_transfer(transfer, messages.TRANSFER_ACCEPTED, at)
    return transfer


@transaction.atomic
def release(*, actor: Actor, transfer_id: int, at: datetime) -> Transfer:
    """The old union agrees: the transfer is done at once. Raises NotVisible, NotAllowed, InvalidInput, StaleState."""
    transfer = _visible(actor, transfer_id)
    actor.check_can("members.edit", path=transfer.from_path)
    return _complete(actor, transfer, at, note="")


@transaction.atomic
def refuse(*, actor: Actor, transfer_id: int, reason: str, at: datetime) -> Transfer:
    """The new union refuses what was asked, or the old one objects to what was accepted; the member stays where she is.

    Raises NotVisible, NotAllowed; InvalidInput naming reason; StaleState.
    """
    transfer = _visible(actor, transfer_id)
    is_asked = transfer.state == TransferState.ASKED
    actor.check_can("members.edit", path=transfer.to_path if is_asked else transfer.from_path)
    note = checked_reason(reason)
    _step(transfer, TransferState(transfer.state), TransferState.REFUSED, decided_at=at, note=note)
    audit.record(
        actor, "registry.transfer_refused", transfer, at=at, owner_person_id=transfer.person_id, reason=note,
        data={"by": "new" if is_asked else "old"},
    )  # fmt: skip
    template = messages.TRANSFER_REFUSED if is_asked else messages.TRANSFER_OBJECTED
    messages.tell_transfer(transfer, template, at)
    return transfer


@transaction.atomic
def ask_member(*, actor: Actor, transfer_id: int, question: str, at: datetime) -> Transfer:
    """The new union asks the member, once, for everything that is missing; the request stays with it.

    Raises NotVisible, NotAllowed; InvalidInput naming question; AskedAlready; StaleState.
    """
    transfer = _visible(actor, transfer_id)
    actor.check_can("members.edit", path=transfer.to_path)
    said = squeeze(question)[:200]
    if not said:
        raise InvalidInput(_("Say what is missing: the member reads it word for word."), field="question")
    if transfer.question:
        raise AskedAlready(
            _("The member was asked already: %(question)s") % {"question": transfer.question},
            remedy=_(
                "What is missing is asked once. Call the member, or accept or refuse with what is there."
            ),
        )
    _note_on_asked(transfer, question=said)
    audit.record(
        actor, "registry.transfer_member_asked", transfer, at=at, owner_person_id=transfer.person_id, reason=said
    )  # fmt: skip
    messages.tell_transfer(transfer, messages.TRANSFER_MISSING, at)
    return transfer


@transaction.atomic
def answer(*, actor: Actor, transfer_id: int, words: str, at: datetime) -> Transfer:
    """The member says what was missing. Raises NotVisible, NotAllowed; InvalidInput naming words; StaleState."""
    transfer = _visible(actor, transfer_id)
    if actor.person_id != transfer.person_id:
        raise NotAllowed
    if not transfer.waits_for_member:
        raise StaleState(
            _("Nothing is asked of you now about this transfer."),
            remedy=_("Open “My record”: it shows how the transfer stands and who answers next."),
        )
    said = squeeze(words)[:300]
    if not said:
        raise InvalidInput(_("Write what the union asked for."), field="words")
    _note_on_asked(transfer, answer=said)
    Transfer.objects.filter(pk=transfer.pk).update(**term_for(transfer.held_by or transfer.to_union, at))
    audit.record(actor, "registry.transfer_answered", transfer, at=at, owner_person_id=transfer.person_id)
    messages.tell_transfer(transfer, messages.TRANSFER_ANSWERED, at)
    return transfer


@transaction.atomic
def withdraw(*, actor: Actor, transfer_id: int, at: datetime) -> Transfer:
    """The member, or the new union, takes the request back. Raises NotVisible, NotAllowed, StaleState."""
    transfer = _visible(actor, transfer_id)
    if actor.person_id != transfer.person_id:
        actor.check_can("members.edit", path=transfer.to_path)
    _step(transfer, TransferState(transfer.state), TransferState.WITHDRAWN, decided_at=at)
    audit.record(actor, "registry.transfer_withdrawn", transfer, at=at, owner_person_id=transfer.person_id)
    return transfer


def default_silent(*, at: datetime, limit: int = 500) -> int:
    """Do every accepted transfer whose old union has let its term pass. Returns how many; safe to run twice.

    One transaction each: a transfer that cannot be done any more is refused with its reason and holds up no other.
    """
    due = Transfer.objects.filter(state=TransferState.ACCEPTED, silent_after__lte=at).order_by(
        "silent_after", "pk"
    )
    done = 0
    for transfer_id in list(due.values_list("pk", flat=True)[:limit]):
        done += _done_by_silence(transfer_id, at)
    return done


def _done_by_silence(transfer_id: int, at: datetime) -> bool:
    actor = system()
    try:
        with transaction.atomic():
            transfer = _visible(actor, transfer_id)
            _complete(actor, transfer, at, note=str(_("The old union did not answer within its term.")))
    except StaleState:
        return False  # somebody answered in this very moment
    except InvalidInput as refusal:
        with transaction.atomic():
            transfer = _visible(actor, transfer_id)
            if transfer.state == TransferState.ACCEPTED:
                _step(
                    transfer,
                    TransferState.ACCEPTED,
                    TransferState.REFUSED,
                    decided_at=at,
                    note=refusal.message[:200],
                )
                messages.tell_transfer(transfer, messages.TRANSFER_REFUSED, at)
        return False
    return True


def _complete(actor: Actor, transfer: Transfer, at: datetime, *, note: str) -> Transfer:
    """Move the membership. A retained member becomes a member again: she works."""
    _check_open(transfer.to_union)
    employer = transfer.to_employer
    if employer is not None and employer.state == rules.EmployerState.CLOSED:
        employer = None  # it went out of business while the unions answered: she moves, and the union asks where she works
    _step(transfer, TransferState.ACCEPTED, TransferState.DONE, decided_at=at, note=note)
    spell = Membership.objects.select_related("person", "union").get(pk=transfer.membership_id)
    if spell.state == MembershipState.ENDED:
        raise StaleState
    on = max(local_date(at), spell.started_on)
    reason = ChangeReason.EMPLOYMENT_CHANGED
    row = spells.swap(
        actor=actor, spell=spell, end=End(ChangeType.TRANSFERRED_OUT, reason, on), union=transfer.to_union,
        new=Begin(
            MembershipState.ACTIVE, ChangeType.TRANSFERRED_IN, on, employer_id=employer.pk if employer else None,
            employer_name=employer.name if employer else "",
            confirmed_by=spell.confirmed_by, source=f"transfer:{transfer.pk}",
        ), at=at,
    )  # fmt: skip
    platform_work.note(
        actor=actor, person=spell.person, employer=employer, on=on, at=at, source=f"transfer:{transfer.pk}"
    )  # fmt: skip
    audit.record(
        actor, "registry.transfer_done", transfer, at=at, owner_person_id=transfer.person_id,
        data={"from": spell.pk, "to": row.pk, "silent": bool(note)},
    )  # fmt: skip
    messages.tell_transfer(transfer, messages.TRANSFER_DONE, at)
    return transfer


def _step(transfer: Transfer, old: TransferState, new: TransferState, **values: object) -> None:
    if transfer.state not in {TransferState.ASKED, TransferState.ACCEPTED}:
        label = TransferState(transfer.state).label
        raise StaleState(
            _("This transfer is closed: %(state)s.") % {"state": label},
            remedy=_(
                "Reload the page to see who decided it and why; a new transfer can be asked for at any time."
            ),
        )
    if Transfer.objects.filter(pk=transfer.pk, state=old).update(state=new, **values) != 1:
        raise StaleState
    transfer.state = new
    for name, value in values.items():
        setattr(transfer, name, value)


def _note_on_asked(transfer: Transfer, **values: str) -> None:
    """Keep words on a request that waits for the new union; each of them once."""
    waits = Transfer.objects.filter(pk=transfer.pk, state=TransferState.ASKED, **dict.fromkeys(values, ""))
    if waits.update(**values) != 1:
        raise StaleState
    for name, value in values.items():
        setattr(transfer, name, value)


def _visible(actor: Actor, transfer_id: int) -> Transfer:
    rows = Transfer.objects.visible_to(actor).select_related(
        "to_union", "to_employer", "held_by", "membership__union", "person"
    )
    return get_visible(rows, transfer_id)


def _running(person: Person, union: TradeUnion) -> Membership:
    running = Membership.objects.filter(person=person, ended_on=None).select_related("union").first()
    if running is None or running.state == MembershipState.PREPARATORY:
        raise NothingToTransfer(
            _("There is no membership that could be transferred."),
            remedy=_("Apply to join %(union)s directly.") % {"union": union.name},
        )
    if running.union_id == union.pk:
        raise InvalidInput(
            _("This person is a member of %(union)s already.") % {"union": union.name}, field="to_union"
        )
    _check_open(union)
    return running


def _check_open(union: TradeUnion) -> None:
    if union.state != rules.UnionState.ACTIVE or union.kind not in rules.ADMITTING:
        raise InvalidInput(
            _("%(union)s takes no members now.") % {"union": union.name},
            remedy=_("Choose the union of the new employer, or ask the federation of the place."), field="to_union",
        )  # fmt: skip


def _employer(employer_id: int | None, union: TradeUnion, on: date, *, by_union: bool) -> Employer | None:
    """Where she will work: in business; she herself names only what the new union, or one it is part of, covers."""
    if employer_id is None:
        return None
    employer = employer_in_business(employer_id)
    held = EmployerLink.objects.filter(employer=employer, union__path__in=ancestors(union.path))
    if not by_union and not held.covering_on(on).exists():
        raise InvalidInput(
            _("%(union)s does not cover %(employer)s.") % {"union": union.name, "employer": employer.name},
            remedy=_("Look for the employer by name: its union is shown beside it."), field="to_employer",
        )  # fmt: skip
    return employer
