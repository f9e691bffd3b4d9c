"""Ready definitions the systems bring along; `publish_services` puts them into the database."""

from smartunion.engines.casework.definition import Definition

SHIPPED: dict[str, Definition] = {}


def register(*definitions: Definition) -> None:
    """Add ready definitions (called from apps.py); raises ValueError when a key is taken."""
    for definition in definitions:
        if definition.key in SHIPPED:
            raise ValueError(f"service {definition.key} is registered twice")
        SHIPPED[definition.key] = definition


def shipped() -> tuple[Definition, ...]:
    """The ready definitions, in the order they were registered."""
    return tuple(SHIPPED.values())
