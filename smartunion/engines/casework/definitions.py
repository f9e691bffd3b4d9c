"""Ready definitions the systems bring along; `publish_services` puts them into the database."""

from smartunion.engines.casework.definition import Definition
from smartunion.engines.casework.reach import seal

SHIPPED: dict[str, Definition] = {}
#: Services that decide about money: drawn for a second look at the higher share, be they narrow or not (keys).
ABOUT_MONEY: set[str] = set()
#: Services offered beside a case that has ended or is late (a complaint about it), by key.
FOLLOWING: list[str] = []


def register(*definitions: Definition) -> None:
    """Add ready definitions (called from apps.py); raises ValueError when a key is taken."""
    for definition in definitions:
        if definition.key in SHIPPED:
            raise ValueError(f"service {definition.key} is registered twice")
        SHIPPED[definition.key] = definition


def register_sealed(*definitions: Definition) -> None:
    """As `register`, for narrow services that only the roles of their own steps open; others of the office do not."""
    register(*definitions)
    for definition in definitions:
        seal(definition.key, {role for step in definition.steps for role in step.roles})


def register_money(*definitions: Definition) -> None:
    """As `register`, for services that decide about money: more of their decisions are looked at a second time."""
    register(*definitions)
    ABOUT_MONEY.update(definition.key for definition in definitions)


def register_following(*keys: str) -> None:
    """Add services offered beside a case of one's own; they get its number as the context "case"."""
    FOLLOWING.extend(key for key in keys if key not in FOLLOWING)


def shipped() -> tuple[Definition, ...]:
    """The ready definitions, in the order they were registered."""
    return tuple(SHIPPED.values())
