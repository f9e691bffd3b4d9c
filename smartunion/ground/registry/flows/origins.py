"""Keeping where values come from, beside every change of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from smartunion.core.actor import Actor
from smartunion.ground.registry.models import Employer, Person, ValueOrigin

#: Fields of an employer whose origin is kept; the rest follows from them.
OF_EMPLOYER = frozenset(
    {"name", "former_name", "uscc", "old_reg_no", "state", "region_id", "address", "legal_person", "staff_count",
     "founded_on"}
)  # fmt: skip
OF_PERSON = frozenset({"name", "resident_id", "mobile"})


@dataclass(frozen=True)
class Origin:
    """Where a value comes from; see ValueOrigin."""

    source: str
    table: str = ""
    row: str = ""
    as_of: date | None = None
    is_ours: bool = False


def by_people(actor: Actor) -> Origin:
    """A value that somebody wrote herself."""
    return Origin(f"user:{actor.user_id}" if actor.user_id else actor.source, is_ours=True)


def named(given: Iterable[str], changed: Iterable[str], origin: Origin | None) -> set[str]:
    """Fields whose origin is to be said: all that were given where it is known, else those that somebody changed."""
    return set(given) if origin is not None else set(given) & set(changed)


def put(
    record: Employer | Person, fields: Iterable[str], origin: Origin, *, actor: Actor, at: datetime
) -> None:
    """Say that these values of the record come from there; fields whose origin is not kept are passed over."""
    is_employer = isinstance(record, Employer)
    kept = OF_EMPLOYER if is_employer else OF_PERSON
    owner: dict[str, Any] = {"employer" if is_employer else "person": record}
    for field in sorted(kept & set(fields)):
        ValueOrigin.objects.update_or_create(
            **owner, field=field,
            defaults={
                "is_ours": origin.is_ours, "source": origin.source[:60], "table": origin.table[:8],
                "row": origin.row[:60], "as_of": origin.as_of, "since": at, "user_id": actor.user_id,
                "actor_name": actor.name[:80],
            },
        )  # fmt: skip
