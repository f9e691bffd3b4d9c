"""Which term of office of a union is meant."""

from datetime import date

from smartunion.ground.registry.models import Term, TradeUnion


def running_term(union: TradeUnion, on: date) -> Term | None:
    """The term that held on a day; None before the first and after the last."""
    return Term.objects.filter(union=union, starts_on__lte=on, ends_on__gt=on).order_by("-ordinal").first()


def newest_term(union: TradeUnion) -> Term | None:
    """The last term entered, whether it runs, is over or has not begun; None before the first."""
    return Term.objects.filter(union=union).select_related("union").order_by("-ordinal").first()
