"""A member who works for another employer now and stays in her union: membership follows the labour relation."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.errors import InvalidInput
from smartunion.core.paths import ancestors
from smartunion.core.reading import get_visible
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.flows import platform_work, spells
from smartunion.ground.registry.flows.access import membership_for
from smartunion.ground.registry.flows.spells import Begin, End
from smartunion.ground.registry.flows.unions.checks import check_not_future
from smartunion.ground.registry.models import Employer, EmployerLink, Membership, TradeUnion
from smartunion.ground.registry.rules import ChangeReason, ChangeType, MembershipState


@transaction.atomic
def change_employer(
    *, actor: Actor, membership_id: int, employer_id: int, on: date, at: datetime
) -> Membership:
    """Note from which day a member works for another employer that her union covers; she stays where she is.

    The spell before keeps the employer it ran with. No transfer is counted; she is told. Who waits in a holding pool
    may have any employer. Raises NotVisible, NotAllowed; InvalidInput naming employer or on; StaleState.
    Source: domain rules 5.5; 工会会员会籍管理办法 2016.
    """
    spell = membership_for(actor, membership_id, "members.edit")
    employer = get_visible(Employer.objects.visible_to(actor), employer_id)
    check_not_future(on, local_date(at), field="on")
    if on < spell.started_on:
        raise InvalidInput(
            _("This membership began only on %(day)s.") % {"day": spell.started_on.isoformat()},
            remedy=_("Enter that day or a later one."), field="on",
        )  # fmt: skip
    _check(spell, employer)
    reason = ChangeReason.EMPLOYMENT_CHANGED
    row = spells.swap_many(
        actor=actor, spells=[spell], end=End(ChangeType.TRANSFERRED_OUT, reason, on), union=spell.union,
        new=Begin(MembershipState(spell.state), ChangeType.TRANSFERRED_IN, on), at=at, employer_id=employer.pk,
    )[0]  # fmt: skip
    platform_work.note(
        actor=actor, person=spell.person, employer=employer, on=on, at=at, source=f"membership:{row.pk}"
    )
    audit.record(
        actor, "registry.membership_employer_changed", row, at=at, owner_person_id=row.person_id,
        data={"from": spell.employer.name if spell.employer else spell.employer_name, "to": employer.name},
    )  # fmt: skip
    messages.tell_workplace_changed(row, employer.name, at)
    return row


def employer_after(spell: Membership, union: TradeUnion) -> tuple[Employer | None, str]:
    """Where somebody works whose membership goes on in a union: the employer, and its name when no record is linked.

    As before; if that one is out of business, the one employer the union covers now, if it covers just one, else none.
    """
    before = spell.employer
    if before is None or before.state != rules.EmployerState.CLOSED:
        return before, spell.employer_name
    covering = EmployerLink.objects.filter(
        union__path__in=ancestors(union.path), union__kind__in=rules.GRASSROOTS, valid_to=None
    )
    now = Employer.objects.filter(pk__in=covering.values("employer")).exclude(
        state=rules.EmployerState.CLOSED
    )
    found = list(now[:2])
    return (found[0], found[0].name) if len(found) == 1 else (None, "")


def _check(spell: Membership, employer: Employer) -> None:
    if spell.state not in {MembershipState.ACTIVE, MembershipState.PREPARATORY}:
        raise InvalidInput(
            _("A retained membership has no employer to be changed."),
            remedy=_("Make it active again; the new employer is named there."), field="employer",
        )  # fmt: skip
    if employer.state == rules.EmployerState.CLOSED:
        raise InvalidInput(
            _("%(employer)s is out of business.") % {"employer": employer.name}, field="employer"
        )
    if employer.pk == spell.employer_id:
        raise InvalidInput(
            _("This is her employer already: %(employer)s.") % {"employer": employer.name}, field="employer"
        )
    if spell.state == MembershipState.ACTIVE and not _is_covered(spell, employer):
        raise InvalidInput(
            _("%(union)s does not cover %(employer)s.")
            % {"union": spell.union.name, "employer": employer.name},
            remedy=_("Cover the employer first, or let the union of that employer ask for a transfer."), field="employer",
        )  # fmt: skip


def _is_covered(spell: Membership, employer: Employer) -> bool:
    """By her union, or by the one whose branch or group it is."""
    held = EmployerLink.objects.filter(employer=employer, valid_to=None)
    return held.filter(union__path__in=ancestors(spell.union_path)).exists()
