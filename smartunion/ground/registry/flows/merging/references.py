"""Everything that points at people, employers and unions, and what becomes of it when two of them are one.

Relations are found by walking the models; each must also be declared by its room (in apps.py), with what happens when
carrying it over would say one thing twice. A test compares the two, so that no new relation is forgotten. Numbers that
are no relations (soft references) exist only here.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

from smartunion.core.errors import Refusal
from smartunion.ground.registry.flows.merging.journal import Journal
from smartunion.ground.registry.models import MergeKind

Label = str | Promise
TARGETS = {
    MergeKind.PERSON: "registry.Person", MergeKind.EMPLOYER: "registry.Employer", MergeKind.UNION: "registry.TradeUnion",
}  # fmt: skip


class Clash(StrEnum):
    """What happens to a row of the record that goes when the one that stays has the same already."""

    REFUSE = "refuse"
    DROP = "drop"
    CLEAR = "clear"
    END = "end"


class TwoOfAKind(Refusal):
    """Both records have something that only one may have."""

    code = "two_of_a_kind"


@dataclass(frozen=True)
class Reference:
    """One column that names a record. label: what the rows are, for the preview, "" to leave them out of it.

    only: narrows a column that names records of several kinds (facts' subjects); ended: what a clashing row becomes with
    Clash.END, so that it stands beside the other without contradicting it. is_derived: the rows are counted anew from
    the record that stays, so that those of the records that go are dropped, not carried.
    """

    model: str
    field: str
    kind: MergeKind
    label: Label = ""
    on_clash: Clash = Clash.REFUSE
    only: Q | None = None
    ended: Mapping[str, Any] | None = None
    is_derived: bool = False

    @property
    def key(self) -> tuple[str, str, MergeKind]:
        """What it is known by."""
        return self.model, self.field, self.kind

    def rows(self, ids: Iterable[int]) -> "models.QuerySet[Any, Any]":
        """Rows that name one of the records."""
        found: models.QuerySet[Any, Any] = apps.get_model(self.model)._base_manager.filter(
            **{f"{self.field}__in": list(ids)}
        )
        return found if self.only is None else found.filter(self.only)


@dataclass(frozen=True)
class History:
    """A column that names records and is left as it was: it says what was, not what is. why: for whoever reads this."""

    model: str
    field: str
    why: str


DECLARED: dict[tuple[str, str, MergeKind], Reference] = {}
HISTORY: dict[tuple[str, str], History] = {}


def register(*declared: Reference | History) -> None:
    """Declare columns. Raises ValueError when one is declared twice."""
    for one in declared:
        if isinstance(one, History):
            if (one.model, one.field) in HISTORY:
                raise ValueError(f"{one.model}.{one.field} is declared twice")
            HISTORY[one.model, one.field] = one
        elif one.key in DECLARED:
            raise ValueError(f"{one.model}.{one.field} is declared twice")
        else:
            DECLARED[one.key] = one


def found(kind: MergeKind) -> Iterator[Reference]:
    """Every relation to records of a kind that the models hold."""
    target = apps.get_model(TARGETS[kind])
    for model in apps.get_models(include_auto_created=True):
        for one in model._meta.local_fields:
            if one.is_relation and one.related_model is target:
                yield Reference(model._meta.label, one.name, kind)


def all_of(kind: MergeKind) -> list[Reference]:
    """Declared references to a kind, and relations nobody declared (carried too, refused when they clash)."""
    declared = [one for one in DECLARED.values() if one.kind == kind]
    known = {one.key for one in declared}
    rest = [one for one in found(kind) if one.key not in known and (one.model, one.field) not in HISTORY]
    return declared + rest


def carry(reference: Reference, journal: Journal, survivor: int, others: list[int]) -> int:
    """Let every row of the others name the survivor; returns how many rows now do. Raises TwoOfAKind."""
    model = apps.get_model(reference.model)
    if reference.is_derived:
        _drop(model, list(reference.rows(others).values_list("pk", flat=True)), journal)
        return 0
    clashing = _clashing(reference, survivor, others)
    if clashing and reference.on_clash is Clash.REFUSE:
        raise TwoOfAKind(field=reference.field)
    if clashing and reference.on_clash is Clash.DROP:
        _drop(model, clashing, journal)
    moving = list(reference.rows(others).values_list("pk", flat=True))
    journal.watch(model, moving)
    if clashing and reference.on_clash is Clash.CLEAR:
        model._base_manager.filter(pk__in=clashing).update(**{reference.field: None})
    if clashing and reference.on_clash is Clash.END:
        ended = {
            name: str(value) if isinstance(value, Promise) else value
            for name, value in (reference.ended or {}).items()
        }
        model._base_manager.filter(pk__in=clashing).update(**ended)
        clashing = []
    for start in range(0, len(moving), 500):
        part = set(moving[start : start + 500]) - set(clashing)
        model._base_manager.filter(pk__in=part).update(**{_attname(model, reference.field): survivor})
    return len(moving)


def _drop(model: type[models.Model], keys: list[Any], journal: Journal) -> None:
    rows = model._base_manager.filter(pk__in=keys)
    journal.watch_deletion(rows)
    rows.delete()


def _attname(model: type[models.Model], name: str) -> str:
    return str(model._meta.get_field(name).attname)  # type: ignore[union-attr]  # a column of its own, not a reverse one


def _clashing(reference: Reference, survivor: int, others: list[int]) -> list[Any]:
    """Keys of rows of the others that would break a uniqueness rule at the survivor."""
    model = apps.get_model(reference.model)
    clashing: dict[Any, None] = {}
    for fields, condition in _unique_rules(model, reference.field):
        others_fields = [name for name in fields if name != reference.field]
        seen: set[tuple[Any, ...]] = set()
        for ids in ([survivor], others):
            rows = reference.rows(ids)
            if condition is not None:
                rows = rows.filter(condition)
            for key, *values in rows.order_by("pk").values_list("pk", *others_fields):
                if tuple(values) in seen:
                    clashing[key] = None
                seen.add(tuple(values))
    return list(clashing)


def _unique_rules(model: type[models.Model], name: str) -> Iterator[tuple[tuple[str, ...], Q | None]]:
    column = model._meta.get_field(name)
    if getattr(column, "unique", False) and not getattr(column, "primary_key", False):
        yield (name,), None
    for rule in model._meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and name in rule.fields:
            yield tuple(rule.fields), rule.condition
