"""Wishes: shown without a name, taken up by one helper, fulfilled through the union, thanked (S018)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core import audit
from smartunion.core.actor import Actor, system
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import DutiesApart, InvalidInput, NotAllowed, NotVisible, StaleState
from smartunion.core.reading import get_visible
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.facts import ledger
from smartunion.ground.notices import service as notices
from smartunion.ground.policies import service as policies
from smartunion.systems.matters.flows.reaching import tell_applicant
from smartunion.systems.matters.kinds import WISH_FULFILLED
from smartunion.systems.matters.models import Wish
from smartunion.systems.matters.rules import WISH_MOVES, WishState

TEMPLATES = (
    notices.Template("matters.wish", gettext_lazy("Wish: %(title)s"), gettext_lazy("%(text)s"), channels=()),
)


#: A wish without a helper.
_NOBODYS: dict[str, Any] = {
    "helper_id": None, "helper_name": "", "client_id": None, "claimed_at": None, "give_back_on": None,
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A wish as it may be read by anybody. value_yuan: about how much it costs, None when unsaid."""

    title: str
    text: str
    kind: str
    group: str
    value_yuan: Decimal | None


def show(*, actor: Actor, case: CaseFile, data: Shown, at: datetime) -> Wish:
    """Let a wish be seen (inside the approval of its step). Raises InvalidInput (dearer than the policy's limit)."""
    most = policies.value("matters.wish_most_yuan", path=case.path, on=local_date(at))
    if data.value_yuan is not None and data.value_yuan > most:
        raise InvalidInput(
            _("A small wish costs at most %(most)s yuan here.") % {"most": most}, field="value",
            remedy=_("What costs more is an application for aid: refuse kindly and say where."),
        )  # fmt: skip
    wish, made = Wish.objects.get_or_create(
        case=case,
        defaults={
            "path": case.path, "title": data.title, "text": data.text, "kind": data.kind, "group": data.group,
            "value_yuan": data.value_yuan, "shown_at": at,
        },
    )  # fmt: skip
    if not made:
        raise StaleState(_("This wish is shown already."))
    audit.record(actor, "matters.wish_shown", wish, at=at, owner_person_id=case.person_id)
    return wish


@transaction.atomic
def claim(*, actor: Actor, wish_id: int, client_id: UUID, at: datetime) -> Wish:
    """Take a wish up. client_id: made by the page; sending twice takes it up once.

    Raises NotVisible (not shown), NotAllowed (nobody signed in), DutiesApart (her own wish), StaleState (somebody was first).
    """
    if actor.user_id is None:
        raise NotAllowed(_("Please sign in: the union must know whom to hand the wish to."))
    again = Wish.objects.filter(client_id=client_id, helper_id=actor.user_id).first()
    if again is not None:
        return again
    wish = Wish.objects.select_related("case").filter(pk=wish_id).first()
    if wish is None:
        raise NotVisible
    if wish.case.user_id == actor.user_id or (actor.person_id and wish.case.person_id == actor.person_id):
        raise DutiesApart(_("This is your own wish."))
    days = int(policies.value("matters.wish_days", path=wish.path, on=local_date(at)))
    until = local_date(at) + timedelta(days=days)
    _move(
        wish, WishState.CLAIMED, helper_id=actor.user_id, helper_name=actor.name[:80], client_id=client_id,
        claimed_at=at, give_back_on=until,
    )  # fmt: skip
    audit.record(actor, "matters.wish_claimed", wish, at=at)
    text = _("Somebody has taken up your wish and means to fulfil it by %(day)s. The union hands it to you.")
    _tell_maker(wish, text % {"day": date_format(until, "DATE_FORMAT")}, "claimed", at)
    return wish


@transaction.atomic
def give_back(*, actor: Actor, wish_id: int, at: datetime) -> Wish:
    """The helper cannot after all; the wish is offered to others again. Raises NotVisible, StaleState."""
    wish = _helped(actor, wish_id)
    _move(wish, WishState.OPEN, **_NOBODYS)
    audit.record(actor, "matters.wish_given_back", wish, at=at)
    return wish


@transaction.atomic
def fulfil(*, actor: Actor, wish_id: int, told: str, at: datetime) -> Wish:
    """The helper has done it and says how. Raises NotVisible, StaleState; InvalidInput naming told."""
    wish = _helped(actor, wish_id)
    said = squeeze(told)[:500]
    if not said:
        raise InvalidInput(_("Say in a sentence how the wish was fulfilled."), field="told")
    _move(wish, WishState.FULFILLED, told=said, closed_at=at, give_back_on=None)
    _keep_fulfilled(wish, actor, at)
    _tell_maker(wish, _("Your wish has been fulfilled: %(told)s") % {"told": said}, "fulfilled", at)
    return wish


def close_by_union(*, wish: Wish, told: str, actor: Actor, at: datetime) -> None:
    """The union confirms that the wish was fulfilled, by the helper or by itself (inside the approval of its step)."""
    rows = Wish.objects.filter(pk=wish.pk, state__in=[WishState.OPEN, WishState.CLAIMED])
    if rows.update(state=WishState.FULFILLED, told=told[:500], closed_at=at, give_back_on=None):
        _keep_fulfilled(wish, actor, at)


@transaction.atomic
def thank(*, actor: Actor, wish_id: int, text: str, at: datetime) -> Wish:
    """The one who wished says thanks; the helper reads it, without a name. Raises NotVisible, StaleState, InvalidInput."""
    mine = Wish.objects.filter(case__in=CaseFile.objects.of_applicant(actor).values("pk"))
    wish = get_visible(mine, wish_id)
    said = squeeze(text)[:300]
    if not said:
        raise InvalidInput(_("Write a few words."), field="thanks")
    if Wish.objects.filter(pk=wish.pk, state=WishState.FULFILLED, thanks="").update(thanks=said) != 1:
        raise StaleState(_("Thanks are said once, after the wish was fulfilled."))
    wish.refresh_from_db()
    if wish.helper_id is not None:
        notices.tell(
            template="matters.wish", context={"title": wish.title, "text": _("Thanks: %(text)s") % {"text": said}},
            key=f"wish:{wish.pk}:thanks", at=at, user_id=wish.helper_id, link="/wishes/mine/",
        )  # fmt: skip
    return wish


def end(*, wish: Wish, at: datetime) -> None:
    """The case behind a wish ended without it; nobody is asked for help any more."""
    rows = Wish.objects.filter(pk=wish.pk, state__in=[WishState.OPEN, WishState.CLAIMED])
    if rows.update(state=WishState.ENDED, closed_at=at) and wish.helper_id is not None:
        notices.tell(
            template="matters.wish", key=f"wish:{wish.pk}:ended", at=at, user_id=wish.helper_id, link="/wishes/mine/",
            context={"title": wish.title, "text": _("The wish was taken back. Thank you for having been ready.")},
        )  # fmt: skip


def free_overdue(*, at: datetime) -> int:
    """Offer wishes to others again whose helper let the day pass. Returns how many."""
    late = Wish.objects.filter(state=WishState.CLAIMED, give_back_on__lt=local_date(at)).order_by("pk")
    freed = 0
    for wish in late.select_related("case"):
        helper, held_since = wish.helper_id, wish.claimed_at
        with transaction.atomic():
            rows = Wish.objects.filter(pk=wish.pk, state=WishState.CLAIMED, claimed_at=held_since)
            if rows.update(state=WishState.OPEN, **_NOBODYS):
                freed += 1
                audit.record(system(), "matters.wish_freed", wish, at=at, data={"helper": helper})
                if helper is not None and held_since is not None:
                    notices.tell(
                        template="matters.wish", key=f"wish:{wish.pk}:freed:{held_since.isoformat()}", at=at,
                        user_id=helper, link="/wishes/",
                        context={
                            "title": wish.title,
                            "text": _("The day passed; the wish is offered to others again. No harm done."),
                        },
                    )  # fmt: skip
    return freed


def _keep_fulfilled(wish: Wish, actor: Actor, at: datetime) -> None:
    audit.record(actor, "matters.wish_fulfilled", wish, at=at)
    ledger.record(
        actor=actor, kind=WISH_FULFILLED, key=f"wish:{wish.pk}", happened_on=local_date(at), at=at, path=wish.path,
        subject=wish, attrs={"kind": wish.kind},
    )  # fmt: skip


def _helped(actor: Actor, wish_id: int) -> Wish:
    return get_visible(Wish.objects.select_related("case").filter(helper_id=actor.user_id or -1), wish_id)


def _move(wish: Wish, to: WishState, **values: object) -> None:
    before = [state for state, after in WISH_MOVES.items() if to in after]
    if Wish.objects.filter(pk=wish.pk, state__in=before).update(state=to, **values) != 1:
        raise StaleState(
            _("Somebody else has taken this wish up already, or it is over."),
            remedy=_("Look for another one: every wish counts."),
        )
    case = wish.case
    wish.refresh_from_db()
    wish.case = case


def _tell_maker(wish: Wish, text: str, what: str, at: datetime) -> None:
    tell_applicant(
        case=wish.case, template="matters.wish", context={"title": wish.title, "text": text}, at=at,
        key=f"wish:{wish.pk}:{what}:{wish.helper_id}:{wish.claimed_at}",
    )  # fmt: skip
