"""Joiners of a drive against the transport register: states, reasons, the search; pure. Worked table: docs/rules/drives.md."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from smartunion.core.codes.folding import fold_width, without_blanks


class CheckState(TextChoices):
    """What the register says of a joiner."""

    MATCHED_ID = "matched_id", _("Found by ID number")
    MATCHED_PHONE = "matched_phone", _("Found by name and phone")
    DIFFERS = "differs", _("ID number under another name")
    EXPIRED = "expired", _("Licence expired")
    NOT_FOUND = "not_found", _("Not in the register")


class CheckVerdict(TextChoices):
    """What a person says who looked into it."""

    ACCEPTED = "accepted", _("Is a driver, seen")
    REJECTED = "rejected", _("Is no driver")


MATCHED = frozenset({CheckState.MATCHED_ID, CheckState.MATCHED_PHONE})


@dataclass(frozen=True)
class Applicant:
    """A joiner as compared: folded name, ID number as registry keys it ("" unknown), phone digits ("" unknown)."""

    key: int
    name: str
    id_key: str
    phone_key: str


@dataclass(frozen=True)
class Entry:
    """One row of the register; keys folded as the applicants' are. valid_until: None when the file does not say."""

    name: str
    id_key: str
    phone_key: str
    platform: str = ""
    valid_until: date | None = None


@dataclass(frozen=True)
class Check:
    """What came of it. platform: of the row that counts; reasons: codes with values, in the order shown."""

    state: CheckState
    platform: str = ""
    valid_until: date | None = None
    reasons: list[dict[str, Any]] = field(default_factory=list)


def fold_person(name: str) -> str:
    """A person's name as compared: half-width, without blanks and middle dots."""
    plain = without_blanks(fold_width(name))
    return "".join(sign for sign in plain if sign not in "·•・.．")


class Towns:
    """Towns as a register names them: by the longest name that stands in the place, of namesakes the one whose county does.

    rows: name, name of the place above, path of the town's federation; otherwise: the path of what no town is told of.
    """

    def __init__(self, rows: Iterable[tuple[str, str | None, str]], *, otherwise: str) -> None:
        self._rows = sorted(rows, key=lambda row: (-len(row[0]), row[2]))
        self._otherwise = otherwise
        self._read: dict[str, str] = {}

    def path_of(self, region: str) -> str:
        """The federation a place as written belongs to."""
        if region not in self._read:
            self._read[region] = self._look(region)
        return self._read[region]

    def _look(self, region: str) -> str:
        named = [row for row in self._rows if row[0] and row[0] in region]
        longest = [row for row in named if len(row[0]) == len(named[0][0])]
        if len(longest) > 1:
            longest = [row for row in longest if row[1] and row[1] in region]
        return longest[0][2] if len(longest) == 1 else self._otherwise


class Applicants:
    """The joiners of a drive, waiting for the rows of the register that speak of them; the register streams past."""

    def __init__(self, applicants: Iterable[Applicant]) -> None:
        self.rows = list(applicants)
        self.found: dict[int, list[Entry]] = {}
        self._by_id: dict[str, list[int]] = {}
        self._by_phone: dict[str, list[int]] = {}
        for one in self.rows:
            if one.id_key:
                self._by_id.setdefault(one.id_key, []).append(one.key)
            if one.phone_key:
                self._by_phone.setdefault(one.phone_key, []).append(one.key)

    def see(self, entry: Entry) -> None:
        """Keep a row for everybody it may speak of: the same ID number, or the same phone."""
        keys = dict.fromkeys((*self._by_id.get(entry.id_key, ()), *self._by_phone.get(entry.phone_key, ())))
        for key in keys:
            self.found.setdefault(key, []).append(entry)

    def checks(self, on: date) -> Mapping[int, Check]:
        """Everybody's check as of a day."""
        return {one.key: check(one, self.found.get(one.key, []), on=on) for one in self.rows}


def check(applicant: Applicant, entries: Iterable[Entry], *, on: date) -> Check:
    """Compare one joiner with the rows that share her ID number or her phone.

    The ID number decides where there is one; name and phone together count, either alone only gives a hint. Of several
    rows the one with the longest licence counts, so that somebody of several platforms is one driver.
    """
    rows = list(entries)
    by_id = [row for row in rows if applicant.id_key and row.id_key == applicant.id_key]
    if by_id:
        named = [row for row in by_id if row.name == applicant.name]
        if not named:
            return Check(CheckState.DIFFERS, reasons=[{"code": "other_name", "name": masked(by_id[0].name)}])
        return _valid(CheckState.MATCHED_ID, named, [{"code": "same_id"}], on)
    by_phone = [row for row in rows if row.phone_key == applicant.phone_key and applicant.phone_key]
    named = [row for row in by_phone if row.name == applicant.name]
    if named:
        reasons: list[dict[str, Any]] = [{"code": "same_name_phone"}]
        if applicant.id_key and all(row.id_key for row in named):
            reasons.append({"code": "other_id"})
        return _valid(CheckState.MATCHED_PHONE, named, reasons, on)
    hint = [{"code": "phone_of_other", "name": masked(by_phone[0].name)}] if by_phone else []
    return Check(CheckState.NOT_FOUND, reasons=[{"code": "not_found"}, *hint])


def _valid(state: CheckState, rows: list[Entry], reasons: list[dict[str, Any]], on: date) -> Check:
    best = max(rows, key=lambda row: (row.valid_until or date.max, row.platform))
    others = sorted({row.platform for row in rows if row.platform and row.platform != best.platform})
    if others:
        reasons = [*reasons, {"code": "also_on", "platforms": others}]
    if best.valid_until is not None and best.valid_until < on:
        reasons = [*reasons, {"code": "expired", "day": best.valid_until.isoformat()}]
        return Check(CheckState.EXPIRED, best.platform, best.valid_until, reasons)
    if best.valid_until is None:
        reasons = [*reasons, {"code": "no_validity"}]
    return Check(state, best.platform, best.valid_until, reasons)


def masked(name: str) -> str:
    """A name of somebody else as it may be shown: the first character, the rest starred."""
    return name[:1] + "*" * max(1, len(name) - 1)


def is_verified(state: CheckState, verdict: str) -> bool:
    """Whether a joiner counts as verified: a person's last word wins over the register's."""
    return verdict == CheckVerdict.ACCEPTED if verdict else state in MATCHED
