"""What offers give up when somebody's data is erased."""

from smartunion.engines.offers.models import Ban, Booking


def forget(person_id: int) -> None:
    """Guests and answers go, bans with them; that a place was taken stays, without a name."""
    Booking.objects.filter(person_id=person_id).update(guests=None, answers=None)
    Ban.objects.filter(person_id=person_id).delete()
