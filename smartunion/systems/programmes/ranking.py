"""Who comes first where places go by need: the front line, and whoever has waited longest."""

from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartunion.core.clock import local_date
from smartunion.engines.offers.models import Booking
from smartunion.engines.offers.service import OfferHandler, Scored
from smartunion.ground.policies import service as policies
from smartunion.systems.programmes.models import FrontLine
from smartunion.systems.programmes.queries.front_line import standing_of
from smartunion.systems.programmes.rules.priority import NEVER_YEARS, points


class FrontLineFirst(OfferHandler):
    """The front line by the answer to the first question; then years since the last time of this kind, ten at most."""

    kind: ClassVar[str]

    def score(self, booking: Booking, *, at: datetime) -> Scored:
        """Points and the sentences they come from."""
        on = local_date(booking.occasion.starts_at)
        weight = int(policies.value("programmes.front_line_points", path=booking.path, on=local_date(at)))
        said_of_her = FrontLine.objects.filter(person=booking.person_id or -1).first()
        held = standing_of(booking, said_of_her)
        front = held.is_front
        years = self._years_since(booking, on.year)
        said = [
            _("Front-line post: %(n)s points (%(source)s).")
            % {"n": weight if front else 0, "source": held.source.label}
        ]
        said.append(
            _("No earlier one is known: %(n)s points.") % {"n": NEVER_YEARS * 10} if years is None
            else _("Last time %(years)s years ago: %(n)s points.") % {"years": years, "n": min(years, NEVER_YEARS) * 10}
        )  # fmt: skip
        return Scored(Decimal(points(front_line=front, years=years, weight=weight)), tuple(said))

    def _years_since(self, booking: Booking, year: int) -> int | None:
        hers = Booking.objects.filter(state="attended", offer__kind=self.kind).exclude(offer=booking.offer_id)
        if booking.person_id is not None:
            hers = hers.filter(person_id=booking.person_id)
        else:
            hers = hers.filter(user_id=booking.user_id, person__isnull=True)
        last = (
            hers.exclude(attended_at=None)
            .order_by("-attended_at")
            .values_list("attended_at", flat=True)
            .first()
        )
        return None if last is None else max(0, year - local_date(last).year)


class CheckUp(FrontLineFirst):
    """Check-ups."""

    key: ClassVar[str] = "front_line_check_up"
    label: ClassVar[str | Promise] = gettext_lazy("front line first, then years since the last check-up")
    kind = "check_up"


class Trip(FrontLineFirst):
    """Rest and recuperation."""

    key: ClassVar[str] = "front_line_trip"
    label: ClassVar[str | Promise] = gettext_lazy("front line first, then years since the last recuperation")
    kind = "trip"


HANDLERS = (CheckUp(), Trip())
