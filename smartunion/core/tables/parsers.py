"""Reading single cells: text, names, numbers, dates, lists, and identifiers without changing a character of them.

A parser takes the text of a cell, the type the cell had in the file and a Context, and returns the value (None when
there is none to use) with the issues found. Parsers are pure; makers such as choice() and integer() return parsers.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from smartunion.core.codes import phone as phones
from smartunion.core.codes import resident_id as resident_ids
from smartunion.core.codes import uscc as usccs
from smartunion.core.codes.checks import CodeCheck, Reason
from smartunion.core.codes.folding import fold_code, fold_dashes, fold_width, squeeze, without_blanks, words
from smartunion.core.tables.cells import CellType
from smartunion.core.tables.dates import read_date
from smartunion.core.tables.labels import fold_label
from smartunion.core.tables.problems import REASON_CODES, Issue, Severity


@dataclass(frozen=True, slots=True)
class Context:
    """What parsers need to know beside the cell. is_1904: the workbook counts days from 1904."""

    today: date
    is_1904: bool = False


class Parsed(NamedTuple):
    """value: None when the cell is empty or its value must not be used."""

    value: object
    issues: tuple[Issue, ...] = ()


Parser = Callable[[str, CellType, Context], Parsed]

NOTHING: Final = Parsed(None)
#: What people write into cells that have no value.
_NO_VALUE: Final = frozenset(
    words("- -- --- / // \\ 无 暂无 不详 未知 空 没有 null none n/a na nan (null) nil 同上 *")
)
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+?(\d{1,3})$", re.IGNORECASE)
_MOST_DIGITS: Final = 15
_KNOWN_TEXTS: Final = 2000
_HAN_NAME: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+$")
_CODE_PREFIX: Final = re.compile(r"^[0-9A-Za-z]{1,3}[-—.、:：_\s)）]+(?=\D)")
_UNITS: Final = re.compile(r"(?:人|名|户|家|个|位|元|岁|年)$")


def is_empty(text: str) -> bool:
    """Whether a cell says nothing: blank, a dash, 无, null and the like."""
    return not text or (len(text) < 8 and fold_dashes(fold_width(text)).strip().lower() in _NO_VALUE)


def common_issue(text: str, kind: CellType) -> Issue | None:
    """What makes any value unusable: an error of the spreadsheet program, or bytes that could not be read."""
    if kind is CellType.ERROR:
        return Issue("error_value")
    return Issue("unreadable_characters") if "\ufffd" in text else None


def damage(text: str, kind: CellType) -> Issue | None:
    """What a spreadsheet program has done to an identifier that cannot be undone.

    Numbers beyond 15 digits lose the rest; text files carry the scientific notation that was on the screen; 3-5
    becomes a date.
    """
    if (
        kind is CellType.TEXT and text.isascii() and text[:-1].isdigit()
    ):  # the usual case, several times faster
        return None
    if kind is CellType.NUMBER:
        digits = text.lstrip("-").partition(".")[0]
        if len(digits) > _MOST_DIGITS or "e" in text.lower():
            return Issue("damaged_number")
    if kind is CellType.DATE or kind is CellType.TIME:
        return Issue("turned_into_date")
    found = _SCIENTIFIC.match(fold_width(text).strip())
    if found and int(found[1]) >= 5:
        return Issue("scientific_notation")
    return common_issue(text, kind)


def text(limit: int = 0) -> Parser:
    """Text as written, runs of blanks as one; beyond limit characters it is refused. 0: no limit."""

    def parse(text: str, kind: CellType, _context: Context) -> Parsed:
        if not text:
            return NOTHING
        issue = common_issue(text, kind)
        if issue:
            return Parsed(None, (issue,))
        value = squeeze(text)
        if limit and len(value) > limit:
            return Parsed(None, (Issue("too_long", details={"limit": limit}),))
        return Parsed(value)

    return parse


def person_name(text: str, kind: CellType, _context: Context) -> Parsed:
    """A person's name; blanks inside Chinese names (李 敏) go, every character stays as written."""
    if is_empty(text):
        return NOTHING
    issue = common_issue(text, kind)
    if issue:
        return Parsed(None, (issue,))
    name = squeeze(text)
    bare = without_blanks(name)
    if _HAN_NAME.match(bare):
        name = bare
    odd = len(bare) < 2 or len(name) > 60 or any(character.isdigit() for character in name)
    return Parsed(name, (Issue("odd_name", Severity.DOUBT),) if odd else ())


def code(text: str, kind: CellType, _context: Context) -> Parsed:
    """An identifier without a check digit: as written, refused when a spreadsheet program has damaged it."""
    if is_empty(text):
        return NOTHING
    issue = damage(text, kind)
    return Parsed(None, (issue,)) if issue else Parsed(_unmarked(text))


def _unmarked(text: str) -> str:
    """Without the apostrophe people type so that a spreadsheet program keeps a number as text; else as written."""
    return text.lstrip("'’‘`") if text[:1] in "'’‘`" else text


def resident_id(text: str, kind: CellType, context: Context) -> Parsed:
    """A resident identity number or residence permit number, as written; refused when it fails its check."""
    if is_empty(text):
        return NOTHING
    issue = damage(text, kind)
    if issue:
        return Parsed(None, (issue,))
    found = resident_ids.check(text, today=context.today)
    if found.reasons == (Reason.LEGACY,):
        return Parsed(_unmarked(text), (Issue("legacy_id", Severity.DOUBT),))
    if Reason.CHECK_DIGIT in found.reasons and found.code.endswith("000"):
        return Parsed(None, (Issue("maybe_damaged_number"),))
    return _checked(text, found)


def uscc(text: str, kind: CellType, _context: Context) -> Parsed:
    """A unified social credit code, as written; refused when it fails its check."""
    return NOTHING if is_empty(text) else _undamaged(text, kind, usccs.check)


def employer_code(text: str, kind: CellType, _context: Context) -> Parsed:
    """A code of an organisation, old or new (USCC, organisation code, registration or tax number), as written."""
    return NOTHING if is_empty(text) else _undamaged(text, kind, usccs.check_employer_code)


def registration_number(text: str, kind: CellType, _context: Context) -> Parsed:
    """A 15-digit business registration number, as written; a USCC in the same column passes too."""
    if is_empty(text):
        return NOTHING
    check = usccs.check if len(fold_code(text)) == 18 else usccs.check_registration_number
    return _undamaged(text, kind, check)


def mobile(text: str, kind: CellType, _context: Context) -> Parsed:
    """A mobile number: 11 digits, without country prefix, blanks and dashes."""
    return _phone(text, kind, phones.check_mobile)


def phone(text: str, kind: CellType, _context: Context) -> Parsed:
    """A telephone number of any kind in its comparable form."""
    return _phone(text, kind, phones.check)


def _phone(text: str, kind: CellType, check: Callable[[str], CodeCheck]) -> Parsed:
    if is_empty(text):
        return NOTHING
    issue = damage(text, kind)
    if issue:
        return Parsed(None, (issue,))
    found = check(text)
    if found.ok:
        return Parsed(found.code)
    if kind is CellType.NUMBER and len(found.code) in (10, 11) and phones.check("0" + found.code).ok:
        return Parsed(None, (Issue("lost_leading_zeros"),))
    return Parsed(None, (Issue("bad_phone"),))


def _undamaged(text: str, kind: CellType, check: Callable[[str], CodeCheck]) -> Parsed:
    issue = damage(text, kind)
    return Parsed(None, (issue,)) if issue else _checked(text, check(text))


def _checked(text: str, found: CodeCheck) -> Parsed:
    if found.ok:
        return Parsed(_unmarked(text))
    return Parsed(
        None, tuple(Issue(REASON_CODES[reason]) for reason in found.reasons if reason is not Reason.LEGACY)
    )


def day(text: str, kind: CellType, context: Context) -> Parsed:
    """A date. Issues as read_date()."""
    if is_empty(text):
        return NOTHING
    issue = common_issue(text, kind)
    if issue:
        return Parsed(None, (issue,))
    reading = read_date(text, kind, today=context.today, is_1904=context.is_1904)
    return Parsed(reading.day, (reading.issue,) if reading.issue else ())


def past_day(text: str, kind: CellType, context: Context) -> Parsed:
    """A date that cannot lie in the future; one that does is refused."""
    value, issues = day(text, kind, context)
    if isinstance(value, date) and value > context.today:
        return Parsed(None, (Issue("unlikely_date"),))
    return Parsed(value, issues)


def month(text: str, kind: CellType, context: Context) -> Parsed:
    """A month as the figure 202403; a full date gives its month."""
    if is_empty(text):
        return NOTHING
    value, issues = day(text, kind, context)
    if not isinstance(value, date):
        return Parsed(
            None, issues if issues and issues[0].code == "impossible_date" else (Issue("unreadable_month"),)
        )
    if fold_width(text).strip().isdigit() and len(fold_width(text).strip()) == 4:
        return Parsed(None, (Issue("unreadable_month"),))
    return Parsed(value.year * 100 + value.month, tuple(i for i in issues if i.code not in ("day_missing",)))


def year(text: str, kind: CellType, context: Context) -> Parsed:
    """A year as a figure; a full date gives its year."""
    value, issues = day(text, kind, context)
    if isinstance(value, date):
        return Parsed(value.year, tuple(i for i in issues if i.code != "day_missing"))
    return Parsed(None, (Issue("unreadable_number"),) if issues else ())


def integer(low: int = 0, high: int = 10_000_000) -> Parser:
    """A whole number within bounds, both included; 1,234 and 25人 are read, 约30 is not."""

    def parse(text: str, kind: CellType, _context: Context) -> Parsed:
        if is_empty(text):
            return NOTHING
        issue = common_issue(text, kind)
        if issue:
            return Parsed(None, (issue,))
        plain = _UNITS.sub("", without_blanks(fold_width(text)).replace(",", ""))
        if re.match(r"-?\d+\.0+$", plain):
            plain = plain.partition(".")[0]
        if not re.match(r"-?\d{1,15}$", plain):
            return Parsed(None, (Issue("unreadable_number"),))
        value = int(plain)
        return Parsed(value) if low <= value <= high else Parsed(None, (Issue("unlikely_number"),))

    return parse


def looked_up(find: Callable[[str], object], choices: Callable[[], str]) -> Parser:
    """A value of a list, found by its label; a bare code number is never one, since lists number differently.

    find: the value a label stands for; None or "" when it stands for none. choices: the labels to show to whoever wrote
    another. `3-本科` and `01 在岗` are read by their label.
    """
    known: dict[str, Parsed] = {}  # as written; a column of a list holds few different texts

    def parse(text: str, kind: CellType, _context: Context) -> Parsed:
        if text in known and kind is not CellType.ERROR:
            return known[text]
        if not text:
            return NOTHING
        issue = common_issue(text, kind)
        if issue:
            return Parsed(None, (issue,))
        for label in (text, _CODE_PREFIX.sub("", fold_width(text))):
            value = find(label)
            if value is not None and value != "":
                found = Parsed(value)
                if len(known) < _KNOWN_TEXTS:
                    known[text] = found
                return found
        if is_empty(text):
            return NOTHING
        return Parsed(None, (Issue("unknown_value", details={"choices": choices()}),))

    return parse


def choice(choices: Mapping[str, object], *, synonyms: Mapping[str, str] | None = None) -> Parser:
    """One value of a short list. choices: label → value, in the order to show; synonyms: other label → label."""
    folded = {fold_label(label): value for label, value in choices.items()}
    folded |= {fold_label(other): choices[label] for other, label in (synonyms or {}).items()}
    shown = "、".join(label for label in choices if label)
    return looked_up(lambda text: folded.get(fold_label(text)), lambda: shown)


_YES: Final = frozenset(words("是 有 对 √ ✓ ✔ y yes t true 1"))
_NO: Final = frozenset(words("否 无 不是 没有 非 × ✗ x n no f false 0"))


def yes_no(text: str, kind: CellType, _context: Context) -> Parsed:
    """是/否 and what else people tick, as True or False."""
    plain = without_blanks(fold_width(text)).lower()
    if plain in _YES:
        return Parsed(True)
    if plain in _NO:
        return Parsed(False)
    if is_empty(text):
        return NOTHING
    return Parsed(None, (common_issue(text, kind) or Issue("unknown_value", details={"choices": "是、否"}),))
