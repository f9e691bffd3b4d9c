"""What a row of a list of unions says, checked item by item: an item that cannot be used is left out and said so."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput
from smartunion.ground.registry import rules
from smartunion.ground.registry.flows import employers
from smartunion.ground.registry.flows.unions import checks
from smartunion.ground.registry.imports import choices
from smartunion.ground.registry.imports.staged import Staged
from smartunion.ground.registry.rules import UnionKind, UnionLevel

DETAILS = ("address", "unit_nature", "economic_type", "industry", "staff_count")


def union_values(staged: Staged, region_id: int | None) -> dict[str, Any]:
    """Values of a row as apply stores them; problems with single items are added to the row.

    Raises InvalidInput for a name that can be none. Keys: name, kind, level, parent_key, region_id, uscc, founded_on,
    contact_name, contact_phone, number, employer (name, uscc and details).
    """
    given = staged.values
    kind = UnionKind(given.get("kind") or UnionKind.INDEPENDENT)
    uscc, employer_uscc = _codes(staged, given)
    name = checks.checked_name(str(given["name"]))
    parent_key = rules.fold_name(str(given.get("parent_name") or ""))
    return {
        "name": name, "kind": kind.value, "level": level_of(kind).value,
        "parent_key": "" if parent_key == rules.fold_name(name) else parent_key, "region_id": region_id,
        "uscc": uscc, "founded_on": given.get("founded_on"), "contact_name": str(given.get("head_name") or ""),
        "contact_phone": _phone(staged, given), "number": str(given.get("number") or "")[:60],
        "employer": _employer(staged, given, name, kind, employer_uscc),
    }  # fmt: skip


def level_of(kind: UnionKind) -> UnionLevel:
    """The level a list's union stands at; lists name the kind alone."""
    return UnionLevel.GRASSROOTS if kind in rules.GRASSROOTS else UnionLevel.TOWN


def left_out(staged: Staged, refusal: InvalidInput, field: str) -> None:
    """Say that an item was not used and why; the row goes on."""
    message = _("%(reason)s It was left out.") % {"reason": refusal.message}
    staged.note(field, refusal.code, message, refusal.remedy)


def _codes(staged: Staged, given: Mapping[str, Any]) -> tuple[str, str]:
    """The union's own code and the employer's. A bare column 统一社会信用代码 often holds the employer's: it is used as such."""
    own, employers_own = str(given.get("uscc") or ""), str(given.get("employer_uscc") or "")
    if employers_own.startswith("81"):
        left_out(staged, employers.code_of_union(), "employer_uscc")
        employers_own = ""
    try:
        return checks.union_code(own), employers_own
    except InvalidInput as refusal:
        if employers_own not in {"", own}:
            left_out(staged, refusal, "uscc")
            return "", employers_own
    staged.note(
        "uscc", "employers_code", _("This code belongs to an employer, so it was taken for the employer's."),
        _("Enter the union's own code, which begins with 81, on the union's page."), severity="doubt",
    )  # fmt: skip
    return "", own


def _phone(staged: Staged, given: Mapping[str, Any]) -> str:
    try:
        return checks.checked_phone(str(given.get("phone") or ""))
    except InvalidInput as refusal:
        left_out(staged, refusal, "phone")
        return ""


def _employer(
    staged: Staged, given: Mapping[str, Any], union_name: str, kind: UnionKind, code: str
) -> dict[str, Any]:
    """The employer as apply enters it; a name missing beside a code is read off the union's own name."""
    name = str(given.get("employer_name") or "")
    if not name and code and kind == UnionKind.INDEPENDENT and (named := rules.employer_in(union_name)):
        name = named
        staged.note(
            "employer_name", "name_from_union", _("The employer's name is missing; it was read off the union's name."),
            _("Correct it on the employer's page if it is another one."), severity="doubt",
        )  # fmt: skip
    found = {"name": name, "uscc": code} | _details(staged, given)
    for field in [key for key in found if found[key] not in (None, "")]:
        try:
            employers.checked_values({field: found[field]})
        except InvalidInput as refusal:
            left_out(staged, refusal, "employer_uscc" if field == "uscc" else field)
            found[field] = ""
    return {key: value for key, value in found.items() if key in {"name", "uscc"} or value not in (None, "")}


def _details(staged: Staged, given: Mapping[str, Any]) -> dict[str, Any]:
    """Optional items of the employer; a word that is in no list is left out and said so."""
    found = {}
    for name in DETAILS:
        value = given.get(name)
        if value in (None, ""):
            continue
        kept = choices.of_employer(name, value)
        if kept is None:
            staged.note(
                name, "not_in_list", _("“%(value)s” is not in the list, so it was left out.") % {"value": value},
                _("Choose it on the employer's page."),
            )  # fmt: skip
        else:
            found[name] = kept
    return found
