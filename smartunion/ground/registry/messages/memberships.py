"""What members are told when their membership changes: what happened, why, what next."""

from collections.abc import Iterable
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartunion.ground.notices import service as notices
from smartunion.ground.notices.addresses import Address
from smartunion.ground.notices.templates import Template
from smartunion.ground.registry.messages.offices import chairs_of
from smartunion.ground.registry.models import Membership, Person, TradeUnion, Transfer
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState, TransferState

STARTED = "registry.started"
WAITING = "registry.waiting"
RETAINED = "registry.retained"
RESTORED = "registry.restored"
MOVED = "registry.moved"
EMPLOYER_CHANGED = "registry.employer_changed"
WORKPLACE_CHANGED = "registry.workplace_changed"
ENDED = "registry.ended"
EXPELLED = "registry.expelled"
DAYS_CORRECTED = "registry.days_corrected"
END_TAKEN_BACK = "registry.end_taken_back"
CLOSED = "registry.union_closed"
TRANSFER_ASKED = "registry.transfer_asked"
TRANSFER_ACCEPTED = "registry.transfer_accepted"
TRANSFER_REFUSED = "registry.transfer_refused"
TRANSFER_MISSING = "registry.transfer_missing"
TRANSFER_ANSWERED = "registry.transfer_answered"
TRANSFER_OBJECTED = "registry.transfer_objected"
TRANSFER_DONE = "registry.transfer_done"
TRANSFER_LATE = "registry.transfer_late"
TRANSFER_REDIRECTED = "registry.transfer_redirected"
TAKEN_BACK = "registry.restructuring_undone"
MEMBER_COMING = "registry.member_coming"
MEMBER_WAITS = "registry.member_waits"
LATE_BELOW = "registry.transfer_late_below"
MEMBER_LEAVING = "registry.member_leaving"
MEMBER_ANSWERED = "registry.member_answered"
MEMBER_GONE = "registry.member_gone"
RECORDS_MERGED = "registry.records_merged"
MERGE_UNDONE = "registry.merge_undone"
PEOPLE_MOVED = "registry.people_moved"

#: The member's card, which says how her membership stands.
MEMBER_LINK = "/card/"
DESK_LINK = "/desk/transfers/"

TEMPLATES = (
    Template(
        RECORDS_MERGED, _("Your records were made one"),
        _(
            "You stood in the registry %(count)s times. The records are one now: one membership, one card, and all your "
            "matters in one place. Look whether name, number and membership are right; if something is wrong, say so there."
        ),
    ),
    Template(
        MERGE_UNDONE, _("Your record is as it was before"),
        _("Records that had been made one were parted again, because they were not all yours. Your own stands unchanged."),
    ),
    Template(
        STARTED, _("You are a union member"),
        _(
            "%(union)s took you in on %(day)s. Your member card is ready: open it on your phone and show it wherever "
            "members are served."
        ),
    ),
    Template(
        WAITING, _("Your application is kept, and you are not forgotten"),
        _(
            "Your employer has no union yet. %(union)s keeps your place and helps to found one; you will be told as "
            "soon as you can become a member. You need not apply again."
        ),
    ),
    Template(
        RETAINED, _("Your membership is retained"),
        _(
            "%(union)s retains your membership from %(day)s (%(reason)s). You pay no dues meanwhile. When you work "
            "again, ask for a transfer to the union of your new employer."
        ),
    ),
    Template(
        RESTORED, _("Your membership is active again"),
        _("%(union)s restored your membership from %(day)s. All your rights as a member hold again."),
    ),
    Template(
        MOVED, _("Your membership has moved"),
        _(
            "You are a member of %(union)s from %(day)s, before that of %(old)s. Your membership was not interrupted "
            "and your card stays valid."
        ),
    ),
    Template(
        EMPLOYER_CHANGED, _("Your employer has changed"),
        _(
            "From %(day)s your employer is %(employer)s, because employers were merged or split. You are a member of "
            "%(union)s; your membership was not interrupted and your card stays valid."
        ),
    ),
    Template(
        WORKPLACE_CHANGED, _("Your employer has changed"),
        _(
            "From %(day)s your employer is %(employer)s. You stay a member of %(union)s; your membership was not "
            "interrupted. If this is wrong, say so under “Me → My record”."
        ),
    ),
    Template(
        DAYS_CORRECTED, _("A day of your membership was put right"),
        _(
            "%(union)s has put a day of your membership right: %(after)s instead of %(before)s. Reason: %(reason)s. If this "
            "is wrong, say so under “Me → My record”."
        ),
    ),
    Template(
        END_TAKEN_BACK, _("Your membership was ended by mistake and runs on"),
        _(
            "You are with %(union)s as if your membership had never ended. Reason: %(reason)s. Your card is valid; nothing "
            "is left for you to do."
        ),
    ),
    Template(
        TAKEN_BACK, _("A merger or split was taken back"),
        _(
            "%(what)s of %(day)s was taken back: you are with %(union)s as before, and your employer on the record is as "
            "before. What you were told about it no longer holds; nothing is left for you to do."
        ),
    ),
    Template(
        ENDED, _("Your membership has ended"),
        _(
            "Your membership of %(union)s ended on %(day)s (%(change)s, %(reason)s). If this is wrong, answer to the "
            "union; you may join again at any time."
        ),
    ),
    Template(
        EXPELLED, _("Your membership has ended"),
        _(
            "Your membership of %(union)s ended on %(day)s (%(change)s, %(reason)s). If this is wrong, answer to the "
            "union, or have your record corrected under “My record”. Joining again is decided by the union you ask."
        ),
    ),
    Template(
        CLOSED, _("Your union has closed"),
        _(
            "%(old)s closed on %(day)s. %(union)s keeps your membership from that day. When you work elsewhere, ask "
            "for a transfer to the union there."
        ),
    ),
    Template(
        TRANSFER_ASKED, _("Your transfer has been asked for"),
        _("%(union)s has your request and answers next. Until it is done you stay a member of %(old)s."),
        channels=(),
    ),
    Template(
        TRANSFER_ACCEPTED, _("Your new union agrees"),
        _(
            "%(union)s agrees to take you over. %(old)s may object until %(until)s; if it says nothing, the transfer "
            "is done by itself. Until then you stay a member of %(old)s."
        ),
    ),
    Template(
        TRANSFER_REFUSED, _("Your transfer was refused"),
        _("%(union)s refused your transfer: %(note)s. You stay a member of %(old)s."),
    ),
    Template(
        TRANSFER_MISSING, _("Something is missing for your transfer"),
        _("%(union)s asks: %(question)s. Please answer under “Me → My record”; it goes on with your transfer then."),
    ),
    Template(
        TRANSFER_ANSWERED, _("Your answer is with the new union"),
        _("%(union)s has your answer and decides next."), channels=(),
    ),
    Template(
        TRANSFER_OBJECTED, _("Your old union objects to the transfer"),
        _(
            "%(old)s objects: %(note)s. You stay its member. Settle the matter there and ask again, or turn to the "
            "federation above both unions."
        ),
    ),
    Template(
        TRANSFER_LATE, _("Your transfer has not been answered in time"),
        _(
            "%(union)s did not answer by %(missed)s. The request is with %(above)s now, which is to see to an answer by "
            "%(until)s. You stay a member of %(old)s meanwhile; you need not ask again."
        ),
    ),
    Template(
        TRANSFER_REDIRECTED, _("Another union answers your transfer"),
        _(
            "The union you asked for has been merged, or a merger was taken back. %(union)s goes on with your transfer; you "
            "need not ask again. If you do not want to go there, withdraw it under “Me → My record”."
        ),
    ),
    Template(
        TRANSFER_DONE, _("Your transfer is done"),
        _(
            "You are a member of %(union)s from %(day)s. Your membership was not interrupted and your card stays valid."
        ),
    ),
    Template(
        MEMBER_COMING, _("Somebody wants to transfer to your union"),
        _("%(name)s of %(old)s asks for a transfer to %(union)s. Please accept or refuse, with a reason."),
    ),
    Template(
        MEMBER_ANSWERED, _("A member answered your question about a transfer"),
        _("%(name)s answers: %(answer)s. Please accept or refuse, with a reason."),
    ),
    Template(
        MEMBER_WAITS, _("A transfer waits for your answer"),
        _(
            "%(name)s of %(old)s has waited since %(asked)s for an answer about the transfer to %(union)s. Please accept or "
            "refuse by %(until)s; after that it goes to the union above."
        ),
    ),
    Template(
        LATE_BELOW, _("A transfer was not answered in time"),
        _(
            "%(late)s did not answer by %(missed)s whether %(name)s of %(old)s may transfer to %(union)s. Please see to an "
            "answer, or accept or refuse yourself, by %(until)s."
        ),
    ),
    Template(
        MEMBER_LEAVING, _("A member is to transfer to another union"),
        _(
            "%(name)s is to move from %(old)s to %(union)s. You may object with a reason until %(until)s; without an "
            "answer the transfer is done by itself."
        ),
    ),
    Template(
        MEMBER_GONE, _("A transfer is done"),
        _("%(name)s moved from %(old)s to %(union)s on %(day)s."),
        channels=(),
    ),
    Template(
        PEOPLE_MOVED, _("Members have gone to their employer’s own union"),
        _(
            "%(number)s members went from %(old)s to %(union)s on %(day)s, because their employer has a union of its "
            "own now. Their membership was not interrupted; they have been told."
        ),
    ),
)  # fmt: skip


def tell_started(row: Membership, at: datetime) -> None:
    """Tell a new member, or somebody who waits in a holding pool."""
    template = WAITING if row.state == MembershipState.PREPARATORY else STARTED
    _tell(row, template, f"membership_started:{row.pk}", at, day=row.started_on)


def tell_retained(row: Membership, reason: ChangeReason, at: datetime) -> None:
    """Tell that the membership is retained."""
    _tell(row, RETAINED, f"membership_retained:{row.pk}", at, day=row.started_on, reason=reason.label)


def tell_restored(row: Membership, at: datetime) -> None:
    """Tell that a retained membership is active again."""
    _tell(row, RESTORED, f"membership_restored:{row.pk}", at, day=row.started_on)


def tell_moved(row: Membership, old: str, at: datetime) -> None:
    """Tell that the union moved the membership."""
    _tell(row, MOVED, f"membership_moved:{row.pk}", at, day=row.started_on, old=old)


def tell_employer_changed(row: Membership, employer: str, at: datetime) -> None:
    """Tell that her employer went into another one."""
    _tell(row, EMPLOYER_CHANGED, f"employer_changed:{row.pk}", at, day=row.started_on, employer=employer)


def tell_workplace_changed(row: Membership, employer: str, at: datetime) -> None:
    """Tell that the record names another employer now."""
    _tell(row, WORKPLACE_CHANGED, f"workplace_changed:{row.pk}", at, day=row.started_on, employer=employer)


def tell_days_corrected(row: Membership, before: date, after: date, reason: str, at: datetime) -> None:
    """Tell that a day was put right."""
    number = row.person.corrections.count()
    _tell(
        row,
        DAYS_CORRECTED,
        f"days_corrected:{row.pk}:{number}",
        at,
        before=before,
        after=after,
        reason=reason,
    )


def tell_end_taken_back(row: Membership, reason: str, at: datetime) -> None:
    """Tell that an ending was taken back."""
    _tell(row, END_TAKEN_BACK, f"end_taken_back:{row.pk}:{at.timestamp():.0f}", at, reason=reason)


def tell_ended(row: Membership, change: ChangeType, reason: ChangeReason, on: date, at: datetime) -> None:
    """Tell that the membership ended."""
    _tell(
        row,
        EXPELLED if change == ChangeType.EXPELLED else ENDED,
        f"membership_ended:{row.pk}:{at.timestamp():.0f}",
        at,
        day=on,
        change=change.label,
        reason=reason.label,
    )


def tell_closed(rows: Iterable[Membership], old: str, at: datetime) -> None:
    """Tell everybody whose union closed who keeps the membership now."""
    for row in rows:
        _tell(row, CLOSED, f"membership_closed:{row.pk}", at, day=row.started_on, old=old)


def tell_taken_back(row: Membership, what: str, day: date, at: datetime) -> None:
    """Tell that a merger or split was taken back, and with it what she was told of it."""
    _tell(row, TAKEN_BACK, f"{TAKEN_BACK}:{row.pk}:{at.timestamp():.0f}", at, day=day, what=what)


def tell_redirected(transfer: Transfer, at: datetime) -> None:
    """Tell the member that another union answers her transfer now, and its chairs where they have to."""
    key, old = f"{transfer.pk}:{transfer.to_union_id}:{at.timestamp():.0f}", transfer.membership.union
    context = {"union": transfer.to_union.name, "old": old.name, "name": transfer.person.name}
    notices.tell(
        template=TRANSFER_REDIRECTED, key=f"{TRANSFER_REDIRECTED}:{key}", at=at, person_id=transfer.person_id,
        link=MEMBER_LINK, context=context,
    )  # fmt: skip
    if transfer.state != TransferState.ASKED:
        return
    for person_id in chairs_of(transfer.to_union):
        notices.tell(
            template=MEMBER_COMING, key=f"{MEMBER_COMING}:{key}:{person_id}", at=at, person_id=person_id, link=DESK_LINK,
            context=context,
        )  # fmt: skip


#: Which chairs are told beside the member: template of her notice → (side, template of theirs).
_CHAIRS = {
    TRANSFER_ASKED: (("to", MEMBER_COMING),),
    TRANSFER_ACCEPTED: (("from", MEMBER_LEAVING),),
    TRANSFER_ANSWERED: (("to", MEMBER_ANSWERED),),
    TRANSFER_DONE: (("from", MEMBER_GONE), ("to", MEMBER_GONE)),
}


def tell_transfer(transfer: Transfer, template: str, at: datetime) -> None:
    """Tell the member, and the chairs of the unions that have to act, how a transfer stands.

    Cadres without a record as officers see it in their desk's queue. transfer.membership is the one that is left.
    """
    old = transfer.membership.union
    context = {
        "union": transfer.to_union.name, "old": old.name, "note": transfer.note, "name": transfer.person.name,
        "day": timezone.localdate(transfer.decided_at) if transfer.decided_at else "",
        "until": timezone.localdate(transfer.silent_after) if transfer.silent_after else "",
        "question": transfer.question, "answer": transfer.answer,
    }  # fmt: skip
    notices.tell(
        template=template, key=f"{template}:{transfer.pk}", at=at, person_id=transfer.person_id, link=MEMBER_LINK,
        context=context,
    )  # fmt: skip
    for side, wording in _CHAIRS.get(template, ()):
        for person_id in chairs_of(transfer.to_union if side == "to" else old):
            notices.tell(
                template=wording, key=f"{wording}:{transfer.pk}:{person_id}", at=at, person_id=person_id,
                link=DESK_LINK, context=context,
            )  # fmt: skip


def tell_answer_due(transfer: Transfer, at: datetime) -> None:
    """Remind the chairs of the union that has the request of the day by which it is to answer."""
    _tell_chairs(transfer, MEMBER_WAITS, transfer.held_by or transfer.to_union, at, {})


def tell_late(transfer: Transfer, late: TradeUnion, missed: date | None, at: datetime) -> None:
    """Tell the member who has her request now, the chairs there and those of the union that let its term pass."""
    holder = transfer.held_by or transfer.to_union
    said: dict[str, object] = {"missed": missed or "", "late": late.name, "above": holder.name}
    notices.tell(
        template=TRANSFER_LATE, key=f"{TRANSFER_LATE}:{transfer.pk}:{missed}", at=at, person_id=transfer.person_id,
        link="/me/record/", context=_asked_context(transfer) | said,
    )  # fmt: skip
    if holder.pk != late.pk:
        _tell_chairs(transfer, LATE_BELOW, holder, at, said)
    _tell_chairs(transfer, MEMBER_WAITS, transfer.to_union, at, {})


def _tell_chairs(
    transfer: Transfer, template: str, union: TradeUnion, at: datetime, said: dict[str, object]
) -> None:
    for person_id in chairs_of(union):
        notices.tell(
            template=template, key=f"{template}:{transfer.pk}:{transfer.answer_until}:{person_id}", at=at,
            person_id=person_id, link=DESK_LINK, context=_asked_context(transfer) | said,
        )  # fmt: skip


def _asked_context(transfer: Transfer) -> dict[str, object]:
    return {
        "union": transfer.to_union.name, "old": transfer.membership.union.name, "name": transfer.person.name,
        "asked": timezone.localdate(transfer.asked_at), "until": transfer.answer_until or "",
    }  # fmt: skip


def tell_people_moved(old: TradeUnion, new: TradeUnion, number: int, day: date, at: datetime) -> None:
    """Tell the chairs of both unions that people went home to their employer's own union."""
    context = {"number": number, "old": old.name, "union": new.name, "day": day}
    for union in (old, new):
        for person_id in chairs_of(union):
            notices.tell(
                template=PEOPLE_MOVED, key=f"people_moved:{old.pk}:{new.pk}:{day}:{person_id}", at=at,
                person_id=person_id, link=f"/desk/unions/{union.pk}/", context=context,
            )  # fmt: skip


def address_of_member(person_id: int | None, user_id: int | None, on: date) -> Address | None:
    """The phone in the member's record."""
    if person_id is None:
        return None
    mobile = Person.objects.filter(pk=person_id).values_list("mobile", flat=True).first()
    return Address(mobile=str(mobile)) if mobile else None


def _tell(row: Membership, template: str, key: str, at: datetime, **context: object) -> None:
    notices.tell(
        template=template, context={"union": row.union.name, **context}, key=key, at=at, person_id=row.person_id,
        link=MEMBER_LINK,
    )  # fmt: skip
