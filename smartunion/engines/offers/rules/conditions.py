"""Who may: conditions of an offer as simple data, and the reasons somebody does not meet them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

DUES_PAID = "dues_paid"
#: Groups the registry knows by itself: key → words. Quotas of a group name one of them.
GROUPS = {
    "new_form": gettext_lazy("workers in new forms of employment"),
    "women": gettext_lazy("women workers"),
    "men": gettext_lazy("men workers"),
    "migrant": gettext_lazy("migrant workers"),
    "skilled": gettext_lazy("skilled workers"),
    DUES_PAID: gettext_lazy("members whose employer pays its union contributions"),
}


@dataclass(frozen=True)
class Facts:
    """What is known of somebody. union_path: of her union, "" none; member_since: of the spell that runs."""

    is_member: bool = False
    member_since: date | None = None
    sex: str = ""
    birth_date: date | None = None
    union_path: str = ""
    groups: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Conditions:
    """Who may take part. member_days: at least so long a member; ages in whole years, both ends included."""

    members_only: bool = True
    member_days: int = 0
    sex: str = ""
    age_from: int | None = None
    age_to: int | None = None
    group: str = ""

    @classmethod
    def load(cls, data: Mapping[str, Any]) -> "Conditions":
        """From stored data; unknown keys are passed over."""
        names = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in data.items() if key in names})

    def dump(self) -> dict[str, Any]:
        """As it is stored: what differs from the default."""
        plain = Conditions()
        return {key: value for key, value in asdict(self).items() if value != getattr(plain, key)}


def age_on(birth_date: date, on: date) -> int:
    """Whole years."""
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))


def unmet(wanted: Conditions, facts: Facts, *, audience_path: str, on: date) -> list[str]:
    """Every condition somebody does not meet, in sentences; empty when she may. on: day of the occasion."""
    return [
        *_membership(wanted, facts, audience_path, on),
        *_herself(wanted, facts, on),
    ]


def _membership(wanted: Conditions, facts: Facts, audience_path: str, on: date) -> list[str]:
    if not facts.is_member and (wanted.members_only or wanted.member_days or audience_path):
        return [_("This is for union members. Join your union first, then sign up.")]
    reasons = []
    if audience_path and not facts.union_path.startswith(audience_path):
        reasons.append(_("This is for the members of another union and those below it."))
    since = facts.member_since
    if wanted.member_days and (since is None or (on - since).days < wanted.member_days):
        reasons.append(_("This is for members of at least %(days)s days.") % {"days": wanted.member_days})
    return reasons


def _herself(wanted: Conditions, facts: Facts, on: date) -> list[str]:
    reasons = []
    if wanted.sex and facts.sex != wanted.sex:
        reasons.append(_("This is for women.") if wanted.sex == "f" else _("This is for men."))
    if wanted.age_from is not None or wanted.age_to is not None:
        age = age_on(facts.birth_date, on) if facts.birth_date else None
        low, high = wanted.age_from or 0, wanted.age_to or 150
        if age is None:
            reasons.append(_("Your date of birth is missing. Have it added on your own page, then sign up."))
        elif not low <= age <= high:
            words = _("This is for people of %(low)s to %(high)s years; you will be %(age)s.")
            reasons.append(words % {"low": low, "high": high, "age": age})
    if wanted.group and wanted.group not in facts.groups:
        words = (
            _("This is for %(group)s; no record says so of yours. Ask your union to have it put right.")
            if wanted.group == DUES_PAID
            else _("This is for %(group)s. If you are one, have it added on your own page, then sign up.")
        )
        reasons.append(words % {"group": GROUPS.get(wanted.group, pgettext("offer", "a certain group"))})
    return reasons
