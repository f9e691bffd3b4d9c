"""What is given here is compared with claims of all programmes: subsidies when they are asked for, things and places by a job."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from smartunion.engines.casework.handlers import CaseRun, Fact, Panel
from smartunion.engines.casework.models import CaseMaterial
from smartunion.engines.offers.models import Booking, Offer
from smartunion.engines.payments import service as payments
from smartunion.engines.payments.models import Trait
from smartunion.systems.programmes.flows.budgets import PROGRAMME
from smartunion.systems.programmes.flows.meeting import MEETS

SUBSIDY = "degree_subsidy"
#: Bookings compared in one transaction.
BATCH = 1000
#: Offers that ended so long ago are still looked at: phones at the door may send late what they let in.
_LATE = timedelta(days=14)
_HELD = ("confirmed", "attended")


def record_of(booking: Booking) -> str:
    """The claim to a subsidy as payments name it."""
    return f"programmes.proof:{booking.pk}"


def note_proof(run: CaseRun, booking: Booking | None) -> None:
    """Let claims of all programmes be compared with one to a subsidy, its picture too; nobody is refused by it."""
    person = run.case.person
    if booking is None or person is None:
        return
    pictures = CaseMaterial.objects.filter(case=run.case, removed_at=None).values_list(
        "file__sha256", flat=True
    )
    traits = payments.Traits(
        phone=person.mobile, account=str(run.form.get("account") or ""), resident_id=person.resident_id,
        picture_sha256s=tuple(pictures),
    )  # fmt: skip
    payments.note_traits(
        at=run.at, programme=SUBSIDY, record=record_of(booking), union_path=booking.path, person_id=person.pk, traits=traits
    )  # fmt: skip


def alike_panels(run: CaseRun, booking: Booking) -> list[Panel]:
    """What the claim has in common with others, if anything."""
    facts = [
        Fact(label, words, href=href)
        for label, words, href in payments.alike_facts(record_of(booking), run.actor)
    ]
    words = _("Nobody is refused for it; look whether the same is asked for twice.")
    return [Panel(_("Has something in common with"), facts, words)] if facts else []


def compare_places(*, at: datetime, progress: Callable[[int, int], None] | None = None) -> int:
    """Compare everybody who holds a place that costs the union something, or one at a meeting, by phone and ID number.

    Whoever has the number of somebody else is flagged; several things of one person are not. Each booking once; safe to
    run twice. Returns how many were compared.
    """
    done, last = 0, 0
    while rows := list(_unknown(at, last)):
        last = rows[-1].pk
        payments.note_many(
            at=at, programme=PROGRAMME,
            claims=[
                payments.Noted(
                    f"offers.booking:{row.pk}", row.path, row.person_id,
                    payments.Traits(phone=row.person.mobile, resident_id=row.person.resident_id),
                )
                for row in rows if row.person is not None
            ],
        )  # fmt: skip
        done += len(rows)
        if progress is not None:
            progress(done, 0)
    return done


def _unknown(at: datetime, after: int) -> "list[Booking]":
    costly = ~Q(costs=[], items=[]) | Q(preset__in=sorted(MEETS))
    lately = Q(closed_at=None) | Q(closed_at__gt=at - _LATE)
    offers = Offer.objects.filter(costly & lately).exclude(state__in=["draft", "cancelled"])
    record = Concat(Value("offers.booking:"), Cast(F("pk"), CharField()), output_field=CharField())
    rows = (
        Booking.objects.filter(offer__in=offers.values("pk"), state__in=_HELD, person__isnull=False, pk__gt=after)
        .annotate(record=record)
        .exclude(Exists(Trait.objects.filter(record=OuterRef("record"))))
    )  # fmt: skip
    return list(rows.select_related("person").order_by("pk")[:BATCH])
