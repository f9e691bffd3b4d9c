"""Safety officers of unions: appointed and relieved."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.accounts.models import User
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.matters.models import SafetyOfficer


@transaction.atomic
def appoint(
    *, actor: Actor, union_id: int, user_id: int, trained_until: date | None, at: datetime
) -> SafetyOfficer:
    """Appoint a safety officer of a union. Raises NotVisible, NotAllowed, InvalidInput naming user."""
    union = get_visible(TradeUnion.objects.filter(actor.within("cases.view", "path")), union_id)
    actor.check_can("cases.handle", path=union.path)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        raise InvalidInput(_("There is no such account."), field="user")
    officer, made = SafetyOfficer.objects.get_or_create(
        union=union, user_id=user.pk, ended_at=None,
        defaults={"path": union.path, "name": user.name[:80], "trained_until": trained_until, "since": at},
    )  # fmt: skip
    if not made:
        raise InvalidInput(_("She is a safety officer of this union already."), field="user")
    audit.record(actor, "matters.officer_appointed", officer, at=at, owner_person_id=user.person_id)
    return officer


@transaction.atomic
def relieve(*, actor: Actor, officer_id: int, at: datetime) -> None:
    """End an appointment. Raises NotVisible, NotAllowed, StaleState."""
    officer = get_visible(SafetyOfficer.objects.visible_to(actor), officer_id)
    actor.check_can("cases.handle", path=officer.path)
    if SafetyOfficer.objects.filter(pk=officer.pk, ended_at=None).update(ended_at=at) != 1:
        raise StaleState(_("This appointment has ended already."))
    audit.record(actor, "matters.officer_relieved", officer, at=at)
