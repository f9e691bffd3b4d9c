"""What must be right about a person's values. Every refusal names the field and never repeats a number."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from smartunion.core.codes import phone
from smartunion.core.codes import resident_id as resident_ids
from smartunion.core.codes.checks import Reason
from smartunion.core.codes.folding import fold_code, fold_width, squeeze
from smartunion.core.crypto.fields import BlindIndexField
from smartunion.core.errors import InvalidInput
from smartunion.core.pinyin import name_initials, name_key
from smartunion.ground.registry.models import Person
from smartunion.ground.registry.rules import IdType, Sex

#: Optional items of the official form; update_person changes these.
DETAILS = frozenset(
    {"ethnicity", "education", "political_status", "employment_status", "skill_grade", "hukou_type", "hukou_place",
     "native_place", "is_migrant", "is_new_form", "trade"}
)  # fmt: skip
_FIELDS = {field.name: field for field in Person._meta.concrete_fields}
_INDEXES = {name: field for name, field in _FIELDS.items() if isinstance(field, BlindIndexField)}
_DOTS = re.compile(r"[•・．‧∙.]")
_NAME = re.compile(r"[^\W\d_]+(?:[·' -][^\W\d_]+)*")
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,60}")
_BETWEEN_HAN = re.compile(r"(?<=[㐀-鿿豈-﫿]) (?=[㐀-鿿豈-﫿])")
_PLAIN_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_CHECKED_TYPES = frozenset({IdType.RESIDENT, IdType.PERMIT})
_OTHER_ID = re.compile(r"[0-9A-Z()第字号\u4e00-\u9fff]{5,20}")


def checked_name(text: str) -> str:
    """A person's name: letters of any script, · between its parts; 王 小明 loses its blank. Raises InvalidInput."""
    if _PLAIN_NAME.fullmatch(text):  # the usual case, several times faster
        return text
    tidy = _BETWEEN_HAN.sub("", squeeze(_DOTS.sub("·", fold_width(text))))
    if not (2 <= len(tidy) <= 60 and _NAME.fullmatch(tidy)):
        raise InvalidInput(
            _("A name has between 2 and 60 letters or characters, without digits or marks."),
            remedy=_("Write the name as it stands on the ID card."), field="name",
        )  # fmt: skip
    return tidy


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same for a reader: width, blanks, dots and case do not matter."""
    return one == other or _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return re.sub(r"[\s·]", "", _DOTS.sub("·", fold_width(name))).upper()


def named(name: str) -> dict[str, str]:
    """A name with the keys that find and order it."""
    return {"name": name, "pinyin": name_key(name), "initials": name_initials(name)}


def identified(text: str, id_type: str, *, today: date, accept_legacy: bool = False) -> dict[str, Any]:
    """Values of a checked ID number: resident_id, id_type, and birth_date and sex when the number tells them.

    accept_legacy: also take old 15-digit numbers (imports of old records). {} for an empty number. Raises InvalidInput.
    """
    if not text.strip():
        return {}
    if id_type not in _CHECKED_TYPES or (id_type == IdType.PERMIT and resident_ids.is_old_residence(text)):
        return {"resident_id": _other_id(text), "id_type": IdType(id_type).value}
    found = resident_ids.check(text, today=today)
    reasons = [reason for reason in found.reasons if not (accept_legacy and reason is Reason.LEGACY)]
    if reasons:
        raise InvalidInput(
            found.messages[0], field="resident_id", reasons=[reason.value for reason in reasons]
        )
    sex = Sex.MALE if found.sex == "male" else Sex.FEMALE
    identity = {"resident_id": found.code, "id_type": IdType(id_type).value}
    return identity | {"birth_date": found.birth_date, "sex": sex.value}


def _other_id(text: str) -> str:
    code = fold_code(text)
    if not _OTHER_ID.fullmatch(code):
        raise InvalidInput(
            _("The document number must have between 5 and 20 letters and digits."),
            remedy=_("Compare it with the document."), field="resident_id",
        )  # fmt: skip
    return code


def reachable(text: str) -> dict[str, str]:
    """Values of a checked mobile number: mobile, mobile_tail; {} for an empty one. Raises InvalidInput."""
    if _PLAIN_MOBILE.fullmatch(text):  # the usual case, several times faster
        return {"mobile": text, "mobile_tail": text[-4:]}
    if not text.strip():
        return {}
    found = phone.check_mobile(text)
    if not found.ok:
        raise InvalidInput(
            found.messages[0], field="mobile", reasons=[reason.value for reason in found.reasons]
        )
    return {"mobile": found.code, "mobile_tail": found.code[-4:]}


def checked_details(values: Mapping[str, Any]) -> dict[str, Any]:
    """Optional items ready to store. Raises InvalidInput naming the field; ValueError for a field that is none."""
    unknown = values.keys() - DETAILS
    if unknown:
        raise ValueError(f"not an optional item of a person: {sorted(unknown)}")
    checked: dict[str, Any] = {}
    for name, value in values.items():
        field = _FIELDS[name]
        tidy = squeeze(value) if isinstance(value, str) else value
        if field.choices and tidy and tidy not in dict(field.flatchoices):
            raise InvalidInput(
                _("“%(value)s” is not in the list for %(field)s.") % {"value": tidy, "field": field.verbose_name},
                remedy=_("Choose one of the values of the list, or leave it empty."), field=name,
            )  # fmt: skip
        if isinstance(tidy, str) and field.max_length and len(tidy) > field.max_length:
            raise InvalidInput(
                _("%(field)s has more than %(limit)s characters.")
                % {"field": field.verbose_name, "limit": field.max_length}, field=name,
            )  # fmt: skip
        checked[name] = tidy
    return checked


def with_indexes(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values for update(): blind indexes are filled on save() alone."""
    full = dict(values)
    for sealed in ("resident_id", "mobile"):
        if sealed in full:
            full[f"{sealed}_index"] = _INDEXES[f"{sealed}_index"].index(full[sealed])
    return full
