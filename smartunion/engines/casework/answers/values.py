"""One raw answer to its typed value; Wrong carries the sentence for the person. Pure."""

import re
from datetime import date
from decimal import Decimal
from typing import Final

from django.utils.translation import gettext as _

from smartunion.core.codes import phone, resident_id, uscc
from smartunion.core.codes.folding import fold_code, fold_width, squeeze
from smartunion.core.numbers import whole_number
from smartunion.engines.casework.definition import Field, FieldKind, Format

_DATE: Final = re.compile(r"(\d{4})\D{0,3}(\d{1,2})\D{0,3}(\d{1,2})\D{0,2}")
_LIMITS: Final = {FieldKind.TEXT: 200, FieldKind.TEXTAREA: 2000}
_YES: Final = frozenset({"yes", "true", "1", "on", "是"})
_NO: Final = frozenset({"no", "false", "0", "off", "否"})


class Wrong(ValueError):
    """The value cannot be accepted; the message says why and what to do."""


def typed(question: Field, given: object, today: date) -> object:
    """The typed value of a non-empty raw answer. Raises Wrong."""
    match question.kind:
        case FieldKind.TEXT | FieldKind.TEXTAREA:
            return _text(question, str(given), today)
        case FieldKind.CHOICE:
            return _choice(question, str(given))
        case FieldKind.MULTI:
            return _several(question, given)
        case FieldKind.DATE:
            return _date(question, str(given), today)
        case FieldKind.NUMBER | FieldKind.RATING:
            return _number(question, str(given))
        case FieldKind.MONEY:
            return _money(question, str(given))
        case FieldKind.PERIOD:
            return _period(question, given, today)
        case FieldKind.YES_NO:
            return _yes_no(question, str(given))
    return _parts(question, given)


def _text(question: Field, given: str, today: date) -> str:
    if question.format is not Format.NONE:
        return _code(question, given, today)
    value = squeeze(given) if question.kind is FieldKind.TEXT else given
    limit = min(question.maximum or 10**6, _LIMITS[question.kind])
    if len(value) > limit:
        words = _("“%(label)s” is too long: %(count)s characters, at most %(limit)s fit. Please shorten it.")
        raise Wrong(words % {"label": question.label, "count": len(value), "limit": limit})
    if question.minimum is not None and len(value) < question.minimum:
        words = _("“%(label)s” is too short: please write at least %(limit)s characters.")
        raise Wrong(words % {"label": question.label, "limit": question.minimum})
    return value


def _code(question: Field, given: str, today: date) -> str:
    if question.format is Format.MOBILE:
        found = phone.check_mobile(given)
    elif question.format is Format.RESIDENT_ID:
        found = resident_id.check(given, today=today)
    else:
        found = uscc.check(given)
    if not found.ok:
        raise Wrong(f"{question.label}：{found.messages[0]}")
    return found.code


def _choice(question: Field, given: str) -> str:
    if given not in {option.value for option in question.options}:
        raise Wrong(
            _("“%(label)s”: this is not among the choices. Please choose again.") % {"label": question.label}
        )
    return given


def _several(question: Field, given: object) -> list[str]:
    allowed = [option.value for option in question.options]
    chosen = {str(item) for item in given} if isinstance(given, list) else set()
    if not chosen <= set(allowed):
        raise Wrong(
            _("“%(label)s”: this is not among the choices. Please choose again.") % {"label": question.label}
        )
    if question.maximum is not None and len(chosen) > question.maximum:
        words = _("“%(label)s”: please choose at most %(limit)s.")
        raise Wrong(words % {"label": question.label, "limit": question.maximum})
    return [value for value in allowed if value in chosen]


def _date(question: Field, given: str, today: date) -> str:
    found = _DATE.fullmatch(fold_width(given).strip())
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2100:
        words = _("“%(label)s” is no date. Please write it like 2026-03-15.")
        raise Wrong(words % {"label": question.label})
    if question.past_only and day > today:
        raise Wrong(_("“%(label)s” lies in the future. Please check the date.") % {"label": question.label})
    return day.isoformat()


def _number(question: Field, given: str) -> int:
    folded = fold_code(given).replace(",", "").removesuffix(".0")
    if not re.fullmatch(r"-?\d{1,12}", folded):
        raise Wrong(_("“%(label)s” must be a whole number in digits.") % {"label": question.label})
    value = int(folded)
    if question.kind is FieldKind.RATING and not 1 <= value <= 5:
        raise Wrong(_("Please choose between one and five stars."))
    _check_size(question, Decimal(value))
    return value


def _money(question: Field, given: str) -> str:
    """Yuan to the fen, as decimal text: never a float."""
    folded = fold_code(given).replace(",", "").removeprefix("¥").removeprefix("￥").removesuffix("元")
    if not re.fullmatch(r"\d{1,12}(\.\d{1,2})?", folded):
        words = _("“%(label)s” must be an amount in yuan with at most two decimals, such as 1200.50.")
        raise Wrong(words % {"label": question.label})
    value = Decimal(folded)
    _check_size(question, value)
    return f"{value:.2f}"


def _check_size(question: Field, value: Decimal) -> None:
    if question.minimum is not None and value < question.minimum:
        words = _("“%(label)s” must be at least %(limit)s.")
        raise Wrong(words % {"label": question.label, "limit": question.minimum})
    if question.maximum is not None and value > question.maximum:
        words = _("“%(label)s” can be at most %(limit)s.")
        raise Wrong(words % {"label": question.label, "limit": question.maximum})


def _period(question: Field, given: object, today: date) -> dict[str, object]:
    """First and last day, both counted; the last is not before the first. maximum: most days."""
    parts = {key: str(value) for key, value in given.items()} if isinstance(given, dict) else {}
    if not parts.get("from") or not parts.get("to"):
        raise Wrong(_("“%(label)s”: please give the first and the last day.") % {"label": question.label})
    first, last = _date(question, parts["from"], today), _date(question, parts["to"], today)
    if last < first:
        raise Wrong(_("“%(label)s”: the last day lies before the first.") % {"label": question.label})
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    if question.maximum is not None and days > question.maximum:
        words = _("“%(label)s” can be at most %(limit)s days; these are %(count)s.")
        raise Wrong(words % {"label": question.label, "limit": question.maximum, "count": days})
    return {"from": first, "to": last}


def _yes_no(question: Field, given: str) -> bool:
    folded = given.strip().lower()
    if folded in _YES:
        return True
    if folded in _NO:
        return False
    raise Wrong(_("Please answer “%(label)s” with yes or no.") % {"label": question.label})


def _parts(question: Field, given: object) -> dict[str, object]:
    """People, employers, unions, places: their parts; whether the id exists is looked up by the flow."""
    parts = {key: str(value) for key, value in given.items()} if isinstance(given, dict) else {}
    if question.kind is FieldKind.PLACE:
        return _place(question, parts)
    name = squeeze(parts.get("name", ""))
    if not name or len(name) > 120:
        raise Wrong(
            _("“%(label)s”: please write the full name, at most 120 characters.") % {"label": question.label}
        )
    if question.kind is FieldKind.PERSON:
        return {"name": name[:60]} | _mobile(question, parts.get("mobile", ""))
    number = whole_number(parts.get("id", ""))
    return {"name": name} | ({} if number is None else {"id": number})


def _mobile(question: Field, given: str) -> dict[str, object]:
    if not given:
        return {}
    found = phone.check_mobile(given)
    if not found.ok:
        raise Wrong(f"{question.label}：{found.messages[0]}")
    return {"mobile": found.code}


#: A code has twelve characters, the whole name of a village is longer.
_PLACE_NAME = 100


def _place(question: Field, parts: dict[str, str]) -> dict[str, object]:
    code = fold_code(parts.get("region", ""))
    detail = squeeze(parts.get("detail", ""))[:200]
    if not code and not detail:
        raise Wrong(
            _("“%(label)s”: please choose the town or write the address.") % {"label": question.label}
        )
    place: dict[str, object] = {"region": code[:_PLACE_NAME], "detail": detail}
    try:
        lon, lat = float(parts.get("lon", "")), float(parts.get("lat", ""))
    except ValueError:
        return place
    if -180 <= lon <= 180 and -90 <= lat <= 90:  # NaN fails both
        place |= {"lon": round(lon, 6), "lat": round(lat, 6)}
    return place
