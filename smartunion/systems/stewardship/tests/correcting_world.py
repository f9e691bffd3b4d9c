"""A comparison's differences without a comparison: an employer and a person whom extracts contradict."""

from datetime import date, timedelta

from smartunion.core.actor import Actor
from smartunion.engines.feeds.service import differences
from smartunion.ground.registry.flows.origins import Origin, put
from smartunion.ground.registry.models import Employer, Membership
from smartunion.ground.registry.tests import factories as make
from smartunion.systems.stewardship.models import Discrepancy

LATER = make.AT + timedelta(hours=2)


def month(number: int, path: str, *tables: str) -> differences.Comparison:
    """The comparison of a month of 2026, with the extracts of some departments."""
    drawn = {
        table: (number * 10 + at, date(2026 + (number - 1) // 12, (number - 1) % 12 + 1, 1))
        for at, table in enumerate(tables)
    }
    return differences.Comparison(path, number, drawn, make.AT + timedelta(days=number))


def told(
    record: Employer | Membership, field: str, theirs: str, *, table: str = "market", rule: str = "code",
    confidence: float = 0.99,
) -> differences.Difference:  # fmt: skip
    """What an extract says of an employer, or of a member."""
    is_employer = isinstance(record, Employer)
    owner = record if isinstance(record, Employer) else record.person
    return differences.Difference(
        "employer" if is_employer else "person", owner.pk, field, str(getattr(owner, field) or ""), theirs, table, "E7",
        rule, confidence,
    )  # fmt: skip


def compare(
    number: int, path: str, *found: differences.Difference, tables: tuple[str, ...] = ("market", "social")
) -> None:
    """One whole comparison that tells these differences."""
    comparison = month(number, path, *tables)
    differences.tell(comparison, found)
    differences.end(comparison)


def firm(cast: make.Cast, **values: object) -> Employer:
    """An employer of the county that 阿丽's union covers, whose values people said."""
    made = make.employer("宁海得力文具厂", looked_after_by=cast.county, entity_id="E7", **values)
    make.link(cast.union, made)
    said = [name for name in ("name", "address", "legal_person", "uscc", "state") if getattr(made, name)]
    put(made, said, Origin("import:4", is_ours=True), actor=Actor(), at=make.AT)
    return made


def the_item() -> Discrepancy:
    """The only correction there is."""
    return Discrepancy.objects.get()
