"""A certificate cancelled while its union stands on."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from smartunion.core import audit
from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, StaleState
from smartunion.core.reading import get_visible
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.flows.access import check_registers
from smartunion.ground.registry.flows.ending_certificates import ended
from smartunion.ground.registry.flows.unions.checks import check_not_future
from smartunion.ground.registry.models import Certificate


@transaction.atomic
def cancel(*, actor: Actor, certificate_id: int, on: date, reason: str, at: datetime) -> Certificate:
    """Cancel a certificate from a day on; the union stands on, as one that is no legal person (any more).

    Raises NotVisible, NotAllowed; InvalidInput naming on or reason; StaleState when it does not hold any more.
    """
    row = get_visible(Certificate.objects.visible_to(actor).select_related("union"), certificate_id)
    actor.check_can("registry.edit", path=row.union.path)
    if row.is_legal_person:
        check_registers(actor, row.union)
    check_not_future(on, local_date(at), field="on")
    if on < row.issued_on:
        raise InvalidInput(
            _("It was issued only on %(day)s.") % {"day": row.issued_on.isoformat()}, field="on"
        )
    why = squeeze(reason)[:200]
    if not why:
        raise InvalidInput(_("Give the reason."), remedy=_("Name the decision it rests on."), field="reason")
    valid = Certificate.objects.filter(pk=row.pk, state=rules.CertificateState.VALID)
    if valid.update(**ended(on, why)) != 1:
        raise StaleState(
            _("This certificate does not hold any more."),
            remedy=_("Open the offices of the union: they show what replaced or ended it, and when."),
        )
    row.refresh_from_db()
    messages.tell_certificate_cancelled(row, at)
    audit.record(
        actor, "registry.certificate_cancelled", row.union, at=at, reason=why,
        data={"certificate": row.pk, "number": row.number, "on": on.isoformat()},
    )  # fmt: skip
    return row
