"""Places in which a minimum living standard is entered, for the self-test."""

from datetime import date

from smartunion.engines.casework import service as casework
from smartunion.ground.policies.models import PolicyValue
from smartunion.ground.policies.places import names_of

KEY = "aid.minimum_living_yuan"


def places_with_standard(on: date) -> list[tuple[str, str]]:
    """(path, name) of subtrees a standard holds in today, widest first; names are those of their unions."""
    paths = set(
        PolicyValue.objects.standing()
        .filter(key=KEY, valid_from__lte=on)
        .values_list("path", flat=True)[:500]
    )
    names = names_of(paths)
    return [(path or "-", names[path]) for path in sorted(paths)]


def place_of(person_id: int | None, places: list[tuple[str, str]]) -> str:
    """The narrowest of the places a worker's union lies in; "" when none."""
    union = casework.own_union(person_id)
    path = union.path if union else ""
    fitting = [key for key, _name in places if key == "-" or path.startswith(key)]
    return max(fitting, key=len, default="") if path else ""
