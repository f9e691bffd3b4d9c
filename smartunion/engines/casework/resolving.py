"""Answers that point at records: employers, unions, places, looked up and completed before they are stored."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from smartunion.core.spellings import in_any_spelling
from smartunion.engines.casework.answers import AnswerProblem
from smartunion.engines.casework.casedata import Values
from smartunion.engines.casework.definition import Field, FieldKind
from smartunion.ground.registry import service as registry
from smartunion.ground.registry.models import Employer, Region, TradeUnion
from smartunion.ground.registry.rules import UnionState, fold_name


def resolve(fields: Iterable[Field], values: Values) -> tuple[Values, list[AnswerProblem]]:
    """Values with ids completed; problems for unions and places that do not exist.

    An employer nobody knows stays as its name: people know their firm better than a register does.
    """
    done = dict(values)
    problems: list[AnswerProblem] = []
    for field in fields:
        value = values.get(field.key)
        if not isinstance(value, dict):
            continue
        if field.kind is FieldKind.EMPLOYER:
            done[field.key] = _employer(value)
        elif field.kind is FieldKind.UNION:
            found = _union(value)
            if found is None:
                problems.append(AnswerProblem(field.key, _no_union(field)))
            else:
                done[field.key] = {"id": found.pk, "name": found.name}
        elif field.kind is FieldKind.PLACE and value.get("region"):
            region = region_called(str(value["region"]))
            if region is None:
                problems.append(AnswerProblem(field.key, _no_place(field)))
            else:
                done[field.key] = value | {"region": region.code, "name": region.full_name}
    return done, problems


def region_called(text: str) -> Region | None:
    """The region with this code, full name, or name when only one bears it."""
    regions = Region.objects.filter(valid_to=None)
    if text.isascii() and text.isalnum():
        return regions.filter(code=text).first()
    found = regions.filter(full_name=text).first()
    if found is None:
        same = list(regions.filter(name=text)[:2])
        found = same[0] if len(same) == 1 else None
    return found


def regions_named(text: str, limit: int = 10) -> list[Region]:
    """Regions whose name or full name holds the text, towns before villages, for choosing."""
    text = text.strip()[:60]
    if not text:
        return []
    found = Region.objects.filter(valid_to=None, full_name__contains=text)
    return list(found.order_by("depth", "code")[:limit])


def unions_named(name: str, limit: int = 10) -> list[TradeUnion]:
    """Unions whose name holds the text, exact name first, for choosing."""
    key = fold_name(name)
    if len(key) < 2:
        return []
    found = TradeUnion.objects.exclude(state=UnionState.CLOSED).filter(_named(name))
    return sorted(found.order_by("name_key", "id")[:limit], key=lambda one: one.name_key != key)


def employers_named(name: str, limit: int = 10) -> list[Employer]:
    """Employers whose name begins or is like this, for choosing; exact name first. Names are public register data."""
    key = fold_name(name)
    if len(key) < 2:
        return []
    exact = list(Employer.objects.filter(name_key=key).select_related("region").order_by("pk")[:limit])
    if len(exact) < limit:
        like = Employer.objects.filter(_named(name)).exclude(pk__in=[one.pk for one in exact])
        exact += list(like.select_related("region").order_by("name_key", "id")[: limit - len(exact)])
    return exact


def _named(name: str) -> Q:
    return in_any_spelling(name, lambda text: Q(name_key__contains=fold_name(text)[:60]))


def suggested(rows: Sequence[Employer]) -> list[dict[str, Any]]:
    """The employers as an input suggests them: id, name and note; those of one name with what tells them apart."""
    named = registry.told_apart(rows, Employer.objects.all(), is_public=True)
    return [
        {"id": row.pk, "name": one.text, "note": one.note if one.text != row.name else _place_of(row)}
        for row, one in zip(rows, named, strict=True)
    ]


def _place_of(row: Employer) -> str:
    return row.region.full_name if row.region else ""


def _employer(value: Values) -> Values:
    key = fold_name(str(value.get("name", "")))
    if value.get("id"):
        chosen = Employer.objects.filter(pk=str(value["id"])).first()
        if (
            chosen is not None and chosen.name_key == key
        ):  # a name changed after choosing wins over the hidden id
            return {"id": chosen.pk, "name": chosen.name}
    same = registry.employers_meant(Employer.objects.all(), str(value.get("name", "")))
    if len(same) == 1:
        return {"id": same[0].pk, "name": same[0].name}
    return {"name": value["name"]}


def _union(value: Values) -> TradeUnion | None:
    unions = TradeUnion.objects.exclude(state=UnionState.CLOSED)
    key = fold_name(str(value.get("name", "")))
    if value.get("id"):
        chosen = unions.filter(pk=str(value["id"])).first()
        if chosen is not None and chosen.name_key == key:
            return chosen
    same = list(unions.filter(name_key=key)[:2]) if key else []
    return same[0] if len(same) == 1 else None


def _no_union(field: Field) -> str:
    words = _("“%(label)s”: no union of exactly this name was found. Please choose it from the list.")
    return words % {"label": field.label}


def _no_place(field: Field) -> str:
    return _("“%(label)s”: this place is not in the list. Please choose it again.") % {"label": field.label}
