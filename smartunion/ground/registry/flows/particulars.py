"""What a legal-person certificate says against what the registry knows: a difference is to be registered in time."""

from datetime import date, datetime, timedelta

from django.db import transaction

from smartunion.core import audit
from smartunion.core.actor import system
from smartunion.core.clock import local_date
from smartunion.ground.policies import service as policies
from smartunion.ground.registry import messages, rules
from smartunion.ground.registry.models import Certificate, TradeUnion
from smartunion.ground.registry.policies import CERTIFICATE_CHANGE_DAYS
from smartunion.ground.registry.queries.certificates import registrar_of, registrars
from smartunion.ground.registry.rules import Particulars
from smartunion.ground.registry.rules.certificates import changed


def particulars_of(union: TradeUnion, registrar_id: int | None) -> Particulars:
    """What a certificate issued now would say."""
    return Particulars(union.name, union.uscc, union.contact_name, union.address, registrar_id)


def watch(union: TradeUnion, *, at: datetime, on: date | None = None) -> None:
    """After a change of a union: open the time within which its certificate must be changed, or close it again.

    on: the day the change took effect, today if not given.
    """
    row = Certificate.objects.legal().filter(union=union).first()
    if row is None:
        return
    registrar = registrar_of(union)
    now = particulars_of(union, registrar.pk if registrar else None)
    _note(row, union, changed(row.printed, now), on or local_date(at), at)


@transaction.atomic
def watch_all(*, at: datetime) -> int:
    """Compare every certificate that holds, for changes that came another way (files, moves of whole subtrees).

    Returns how many now differ in something else than before. Safe to run twice.
    """
    found, where, number = Certificate.objects.legal().select_related("union"), registrars(), 0
    for row in found.order_by("pk").iterator(chunk_size=1_000):
        names = changed(row.printed, particulars_of(row.union, where(row.union.path)))
        if names != row.changes:
            _note(row, row.union, names, local_date(at), at)
            number += 1
    return number


def _note(row: Certificate, union: TradeUnion, names: list[str], on: date, at: datetime) -> None:
    if names == row.changes:
        return
    holding = Certificate.objects.filter(pk=row.pk, state=rules.CertificateState.VALID)
    if not names:
        holding.update(changes=[], change_since=None, change_due_on=None)
        return
    is_new = row.change_due_on is None
    if row.change_due_on is None:
        days = policies.value(CERTIFICATE_CHANGE_DAYS, path=union.path, on=on)
        row.change_since, row.change_due_on = on, on + timedelta(days=days)
    row.changes = names
    holding.update(changes=names, change_since=row.change_since, change_due_on=row.change_due_on)
    if is_new:
        row.union = union
        messages.tell_certificate_change(row, messages.CERTIFICATE_CHANGE, at)
        audit.record(
            system(), "registry.certificate_change_due", union, at=at,
            data={"certificate": row.pk, "fields": names, "due": row.change_due_on.isoformat()},
        )  # fmt: skip
