"""Finding one record by what it bears."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import cast

from django.db.models import Q

from smartunion.core.codes import uscc as usccs
from smartunion.core.codes.folding import fold_code
from smartunion.core.crypto.fields import BlindIndexField
from smartunion.core.keys import prefixed
from smartunion.core.spellings import in_any_spelling
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import Employer, EmployerLink, Person, TradeUnion
from smartunion.ground.registry.naming import brand_key


def person_by_resident_id(text: str) -> Person | None:
    """The person with this ID number, by its blind index; a 15-digit number finds its 18-digit form. Unscoped."""
    return Person.objects.filter(resident_id_index__of=text).first()


def bearing_code(codes: Collection[str]) -> Q:
    """Employers, or unions, that bear one of these credit codes.

    The index leaves rows without a code out, and of more than a hundred codes PostgreSQL does not see by itself that none
    is empty: it would read the whole table.
    """
    return Q(uscc__in=codes) & ~Q(uscc="")


def employer_begins(text: str, at: str = "employer__") -> Q:
    """Employers whose name begins so, with or without its place; a text of Latin letters also as code or pinyin.

    at: the way to the employer, ending in two underscores. Every part is a range of an index.
    """

    def begins(text: str) -> Q:
        found = prefixed(f"{at}brand_key", brand_key(text)) | prefixed(f"{at}name_key", rules.fold_name(text))
        if text.isascii():
            found |= Q(**{f"{at}uscc": text.upper()}) | prefixed(f"{at}pinyin", text.lower())
        return found

    return in_any_spelling(text, begins)


def people_by_mobile(text: str) -> list[Person]:
    """Everybody with this mobile, oldest record first: families share phones. Unscoped."""
    return list(Person.objects.filter(mobile_index__of=text).order_by("pk")[:20])


def known_among(resident_ids: Iterable[str], mobiles: Iterable[str]) -> set[str]:
    """Those of the ID and mobile numbers that somebody in the registry bears; one statement. Unscoped."""
    bearing = {"resident_id_index": _marks("resident_id_index", resident_ids)}
    bearing["mobile_index"] = _marks("mobile_index", mobiles)
    asked = Q(resident_id_index__in=bearing["resident_id_index"]) | Q(
        mobile_index__in=bearing["mobile_index"]
    )
    rows = Person.objects.filter(asked).values_list(*bearing)
    return {
        marks[index]
        for row in rows
        for marks, index in zip(bearing.values(), row, strict=True)
        if index in marks
    }


def _marks(field: str, values: Iterable[str]) -> dict[bytes, str]:
    """Each value by everything it may be stored under."""
    column = cast(BlindIndexField, Person._meta.get_field(field))
    return {index: value for value in values for index in column.indexes(value)}


def employer_by_uscc(text: str) -> Employer | None:
    """The employer with this code: 18 characters, or the old 15-digit registration or 9-character organisation code
    when exactly one employer bears it. Unscoped.
    """
    return employers_by_codes([text]).get(text)


def employers_by_codes(texts: Iterable[str]) -> dict[str, Employer]:
    """For each text that is an employer's code as `employer_by_uscc` takes it, that employer; two queries at most. Unscoped."""
    codes = {text: fold_code(text).replace("-", "") for text in texts}
    whole = {code for code in codes.values() if len(code) == 18}
    bearing = {one.uscc: one for one in Employer.objects.filter(bearing_code(whole))} if whole else {}
    older = {code for code in codes.values() if code not in bearing and len(code) in {9, 15, 18}}
    bearing |= _by_older_codes(older) if older else {}
    return {text: bearing[code] for text, code in codes.items() if code in bearing}


def _by_older_codes(codes: Collection[str]) -> dict[str, Employer]:
    """Employers by the organisation code a code holds, or by their old registration, where one alone bears it."""
    held = {code: usccs.organisation_code_of(code) or (code if len(code) == 9 else "") for code in codes}
    asked = Q(org_code__in=[one for one in held.values() if one])
    asked |= Q(old_reg_no__in=[code for code in codes if len(code) == 15])
    found: dict[str, list[Employer]] = {}
    for employer in Employer.objects.filter(asked):
        for code, organisation in held.items():
            is_older = len(code) == 15 and employer.old_reg_no == code
            if is_older or (organisation and employer.org_code == organisation):
                found.setdefault(code, []).append(employer)
    return {code: rows[0] for code, rows in found.items() if len(rows) == 1}


def union_for_employer(employer: Employer, on: date) -> TradeUnion | None:
    """The union covering the employer on the day: its own before a joint one, else the one that began first."""
    covering = EmployerLink.objects.filter(employer=employer).covering_on(on).select_related("union")
    rows = sorted(covering, key=lambda row: (row.kind != rules.LinkKind.OWN, row.valid_from, row.pk))
    return rows[0].union if rows else None
