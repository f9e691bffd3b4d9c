"""Running numbers, without gaps inside a transaction that ends well."""

from django.db import IntegrityError, transaction
from django.db.models import F

from smartunion.ground.registry.models import NumberSeries


@transaction.atomic
def take(key: str, how_many: int = 1) -> int:
    """Reserve `how_many` numbers of a series and return the first; a new series begins with 1.

    The series' row is written until the caller's transaction ends: founding and certifying are rare enough.
    """
    if not NumberSeries.objects.filter(key=key).update(last=F("last") + how_many):
        try:
            with transaction.atomic():
                NumberSeries.objects.create(key=key, last=how_many)
        except IntegrityError:  # another process began the series between our two statements
            NumberSeries.objects.filter(key=key).update(last=F("last") + how_many)
    return NumberSeries.objects.values_list("last", flat=True).get(key=key) - how_many + 1
