"""The employer a row of a list of unions names: found by code or by its exact name in the place."""

from smartunion.core.actor import within
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer
from smartunion.ground.registry.queries import employer_by_uscc


def known_employer(path: str, name: str, uscc: str) -> Employer | None:
    """The employer with this code, else the only one of this name in the places looked after below path."""
    known = employer_by_uscc(uscc) if uscc else None
    if known is None and name:
        namesakes = Employer.objects.filter(within([path], "territory_path"), name_key=rules.fold_name(name))
        alike = list(namesakes.order_by("pk")[:2])
        known = alike[0] if len(alike) == 1 and not (uscc and alike[0].uscc) else None
    return known
