"""What other rooms know of employers and conditions of services and offers may ask: each registers its source in apps.py."""

from collections.abc import Callable, Collection, Mapping

#: Employer → yes or no; whom the room knows nothing of is absent. One query.
Source = Callable[[Collection[int]], Mapping[int, bool]]
#: Whether it pays its contributions to the union (domain rules 5.6).
PAYS_DUES = "pays_dues"
_SOURCES: dict[str, Source] = {}


def register(key: str, source: Source) -> None:
    """Add what a room knows. Raises ValueError when the key is taken."""
    if key in _SOURCES:
        raise ValueError(f"what is known of employers: {key} is registered twice")
    _SOURCES[key] = source


def known(key: str, employer_ids: Collection[int]) -> Mapping[int, bool]:
    """What is known of these employers."""
    source = _SOURCES.get(key)
    return source(employer_ids) if source is not None and employer_ids else {}
