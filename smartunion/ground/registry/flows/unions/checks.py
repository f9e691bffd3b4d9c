"""What must be right about a union's own values."""

import re
from datetime import date

from django.utils.translation import gettext as _

from smartunion.core.codes import phone
from smartunion.core.codes import uscc as usccs
from smartunion.core.codes.folding import squeeze
from smartunion.core.errors import InvalidInput, Refusal
from smartunion.core.pinyin import initials
from smartunion.ground.registry import rules
from smartunion.ground.registry.models import TradeUnion

#: Angle brackets and pictures: no approval bears them.
_NO_NAME = re.compile("[<>\u2600-\u27bf\U0001f000-\U0001faff]")


class DuplicateUnion(Refusal):
    """A union of this name stands in the same place already."""

    code = "duplicate_union"


def named(name: str) -> dict[str, str]:
    """A name with the keys that find it."""
    return {"name": name, "name_key": rules.fold_name(name), "pinyin": initials(name)}


def check_parent(kind: rules.UnionKind, level: rules.UnionLevel, parent: TradeUnion) -> None:
    """Whether a union of this kind and level may be set up below the parent. Raises InvalidInput."""
    if parent.state == rules.UnionState.CLOSED:
        raise InvalidInput(
            _("%(name)s is closed.") % {"name": parent.name},
            remedy=_("Choose a union that still stands."), field="parent",
        )  # fmt: skip
    rules.check_place_in_tree(kind, level, rules.UnionKind(parent.kind), rules.UnionLevel(parent.level))


def checked_name(name: str) -> str:
    """The name without stray blanks. Raises InvalidInput."""
    tidy = squeeze(name)
    if not 2 <= len(tidy) <= 120:
        raise InvalidInput(
            _("The name must have between 2 and 120 characters."),
            remedy=_("Write the full name as on the approval."), field="name",
        )  # fmt: skip
    marks = "".join(dict.fromkeys(_NO_NAME.findall(tidy)))
    if marks:
        raise InvalidInput(
            _("The name holds signs that no name has: %(marks)s") % {"marks": marks},
            remedy=_("Write the full name as on the approval."), field="name",
        )  # fmt: skip
    return tidy


def check_no_namesake(name: str, parent_id: int | None, *, but: int | None = None) -> None:
    """No other union of this name stands directly below the same parent. Raises DuplicateUnion."""
    namesakes = TradeUnion.objects.filter(parent_id=parent_id, name_key=rules.fold_name(name)).exclude(
        state=rules.UnionState.CLOSED
    )
    twin = namesakes.exclude(pk=but or 0).first()
    if twin is not None:
        raise DuplicateUnion(
            _("“%(name)s” stands here already, under the number %(number)s.")
            % {"name": twin.name, "number": twin.number},
            remedy=_("Open that union instead, or write what tells the two apart into the name."),
            field="name", union_id=twin.pk,
        )  # fmt: skip


def checked_uscc(text: str, *, but: int | None = None) -> str:
    """A union's own code that no other union bears; "" when none is given. Raises InvalidInput."""
    code = union_code(text)
    bearing = TradeUnion.objects.filter(uscc=code).exclude(pk=but or 0).exclude(state=rules.UnionState.CLOSED)
    twin = bearing.first() if code else None
    if twin is not None:
        raise InvalidInput(
            _("Another union here bears this code (number %(number)s).") % {"number": twin.number},
            remedy=_("Compare the code with the certificate of both."), field="uscc",
        )  # fmt: skip
    return code


def union_code(text: str) -> str:
    """A code as a union's own may be; "" when none is given. Raises InvalidInput.

    A union legal person's code begins with 8 (81 grassroots). Source: GB 32100; domain rules 5.3.
    """
    if not text.strip():
        return ""
    found = usccs.check(text)
    if not found.ok:
        raise InvalidInput(" ".join(found.messages), field="uscc")
    if not found.code.startswith("8"):
        raise InvalidInput(
            _("This code belongs to an employer: a union's own code begins with 81."),
            remedy=_("Take the code from the union's legal-person certificate, or leave the field empty."),
            field="uscc",
        )
    return found.code


def checked_phone(text: str) -> str:
    """A telephone number in comparable form; "" when none is given. Raises InvalidInput."""
    if not text.strip():
        return ""
    found = phone.check(text)
    if not found.ok:
        raise InvalidInput(" ".join(found.messages), field="contact_phone")
    return found.code


def check_not_future(day: date, today: date, *, field: str) -> None:
    """The day is not later than today. Raises InvalidInput."""
    if day > today:
        raise InvalidInput(
            _("%(day)s lies in the future.") % {"day": day.isoformat()},
            remedy=_("Enter the day it took effect, today at the latest."), field=field,
        )  # fmt: skip


def check_stood(union: TradeUnion, day: date, *, field: str) -> None:
    """The union was founded by that day, as far as its founding is known. Raises InvalidInput."""
    check_since(union.name, union.founded_on, day, field=field)


def check_founding(kind: str, parent: TradeUnion | None, day: date) -> None:
    """A branch or group is part of the union above it: not older, as far as its founding is known. Raises InvalidInput."""
    whole = parent if kind in {rules.UnionKind.BRANCH, rules.UnionKind.GROUP} else None
    while whole is not None and whole.kind in rules.GRASSROOTS:
        check_stood(whole, day, field="founded_on")
        inside = whole.kind in {rules.UnionKind.BRANCH, rules.UnionKind.GROUP}
        whole = whole.parent if inside else None


def check_since(name: str, since: date | None, day: date, *, field: str) -> None:
    """Nothing happens to a union or employer before it existed. Raises InvalidInput."""
    if since is not None and day < since:
        raise InvalidInput(
            _("%(name)s exists only since %(day)s.") % {"name": name, "day": since.isoformat()},
            remedy=_(
                "Enter that day or a later one. If the record has the wrong day, correct it there first."
            ),
            field=field,
        )
