"""How a file is understood: its sheets, the rows that name the columns, and what those mean; found, chosen, or chosen before."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from smartunion.core.crypto.masking import mask_phone, mask_resident_id
from smartunion.core.errors import InvalidInput
from smartunion.core.tables.cells import Sheet, column_letters
from smartunion.core.tables.encodings import unspoiled
from smartunion.core.tables.reading import Table, read_table
from smartunion.core.tables.report import Remark, unread_sheets
from smartunion.core.tables.vocabulary import Kind, vocabulary
from smartunion.core.tables.workbook import Workbook
from smartunion.ground.registry.models import ImportBatch

KINDS = ("members", "unions")
#: A person names the rows of a header among the first of a sheet; so many of them are shown.
SHOWN_ROWS, SHOWN_COLUMNS, SHOWN_SHEETS, SHOWN_CHARACTERS = 12, 24, 20, 24
#: A header has three rows at most.
HEADER_ROWS = 3
#: So many of somebody's latest files are looked through for the columns she chose.
_LATEST = 20
_NUMBER = re.compile(r"\d{7,}[\dXx]*")
_ROWS = re.compile(r"(\d{1,6})(?:\s*[-–—~～至到]\s*(\d{1,6}))?")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person said of a file. sheet: its name, "" for all that hold the list; rows: numbers of the header's rows, none
    when it is to be found; mapping: label → field, None for a column that is not used."""

    sheet: str = ""
    rows: tuple[int, ...] = ()
    mapping: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, batch: ImportBatch) -> "Chosen":
        """As it stands with an import."""
        options = batch.options
        return cls(options.get("sheet", ""), tuple(options.get("rows", ())), batch.mapping)


def header_rows(text: str) -> tuple[int, ...]:
    """The rows somebody wrote, as 4 or 3-4; none for an empty text. Raises InvalidInput naming rows."""
    if not text.strip():
        return ()
    found = _ROWS.fullmatch(text.strip())
    first, last = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not 1 <= first <= last < first + HEADER_ROWS:
        raise InvalidInput(
            _("Write the number of the row that names the columns, such as 4, or of several, such as 3-4."),
            field="rows",
        )
    return tuple(range(first, last + 1))


def understand(book: Workbook, batch: ImportBatch) -> tuple[list[Table], list[Remark], ImportBatch | None]:
    """The sheets that hold the kind asked for, or the kind most of them hold; what is said of the others; and the earlier
    import whose columns were chosen by hand and are taken here too. Raises InvalidInput."""
    only: Kind | None = vocabulary[batch.kind] if batch.kind else None
    chosen, earlier = Chosen.of(batch), None
    read = [_read(sheet, batch, only, chosen) for sheet in _to_read(book, chosen)]
    found = _lists(read)
    if not chosen.mapping:
        found, earlier = _as_before(book, batch, only, chosen, found)
    if not found:
        raise _unrecognised(book, read)
    best = max(found, key=lambda table: table.confidence).kind
    if best and best.key == "unions" and batch.options.get("members_alone"):
        raise InvalidInput(
            _("This is a list of unions. Lists of unions are brought in by the federation above."),
            remedy=_("Choose a list of your union's members, or send this one to the federation."),
        )
    taken = [table for table in found if table.kind is best]
    return taken, unread_sheets(book, read, taken), earlier


def _to_read(book: Workbook, chosen: Chosen) -> list[Sheet]:
    if not chosen.sheet:
        return [sheet for sheet in book.sheets if not sheet.hidden]
    return [sheet for sheet in book.sheets if sheet.name == chosen.sheet]


def _read(sheet: Sheet, batch: ImportBatch, only: Kind | None, chosen: Chosen) -> Table:
    return read_table(
        sheet, vocabulary, title=batch.file.name, only=only, given=chosen.mapping or None, header_rows=chosen.rows or None
    )  # fmt: skip


def _lists(read: Sequence[Table]) -> list[Table]:
    return [table for table in read if table.kind is not None and table.kind.key in KINDS and table.columns]


def _as_before(
    book: Workbook, batch: ImportBatch, only: Kind | None, chosen: Chosen, found: list[Table]
) -> tuple[list[Table], ImportBatch | None]:
    """The sheets read as the same person had a file of the same columns read before, and that import; or as they are."""
    labels = [set(table.mapping()) for table in found]
    for earlier in _by_hand(batch, only):
        before = Chosen.of(earlier)
        if found and not any(set(before.mapping) == these for these in labels):
            continue
        if not found and not before.rows:
            continue
        again = Chosen(chosen.sheet, chosen.rows or before.rows, before.mapping)
        read = [_read(sheet, batch, vocabulary[earlier.kind], again) for sheet in _to_read(book, chosen)]
        same = [table for table in _lists(read) if set(table.mapping()) == set(before.mapping)]
        if same:
            return same, earlier
    return found, None


def _by_hand(batch: ImportBatch, only: Kind | None) -> Iterator[ImportBatch]:
    if batch.user_id is None:
        return
    earlier = ImportBatch.objects.filter(user_id=batch.user_id, options__by_hand=True).exclude(pk=batch.pk)
    for one in earlier.select_related("file").order_by("-pk")[:_LATEST]:
        if one.mapping and one.kind in KINDS and (only is None or only.key == one.kind):
            yield one


def _unrecognised(book: Workbook, read: Sequence[Table]) -> InvalidInput:
    """Why no list was found, as far as the file tells."""
    hidden = [sheet for sheet in book.sheets if sheet.hidden]
    for table in _lists([read_table(sheet, vocabulary) for sheet in hidden]):
        return InvalidInput(
            _("The list stands on the sheet “%(sheet)s”, which is hidden and therefore not read.")
            % {"sheet": table.sheet.name},
            remedy=_("Show the sheet, save the file and bring it in again."),
        )
    for label in [column.label for table in read for column in table.columns]:
        if before := unspoiled(label):
            return InvalidInput(
                _(
                    "The file was saved after a program had read it in a wrong encoding: “%(label)s” was “%(before)s”."
                )
                % {"label": label[:20], "before": before[:20]},
                remedy=_("Export the list again from where it comes from, as XLSX or as CSV in UTF-8."),
            )
    return InvalidInput(
        _("No list of members or unions was recognised in this file."),
        remedy=_(
            "Check that one row names the columns, such as 姓名 and 身份证号; or say below what the file holds and which "
            "row names its columns."
        ),
    )


def peek(book: Workbook) -> str:
    """The first rows of each sheet as JSON, to be sealed: long numbers masked, texts cut. See `shown`."""
    return json.dumps(
        [
            {
                "name": sheet.name,
                "hidden": sheet.hidden,
                "rows": [
                    (row.number, [_cut(text) for text in row.texts[:SHOWN_COLUMNS]])
                    for row in islice(sheet.rows(), SHOWN_ROWS)
                ],
            }
            for sheet in book.sheets[:SHOWN_SHEETS]
        ],
        ensure_ascii=False,
    )


def _cut(text: str) -> str:
    masked = _NUMBER.sub(lambda n: mask_resident_id(n[0]) if len(n[0]) >= 15 else mask_phone(n[0]), text)
    return masked if len(masked) <= SHOWN_CHARACTERS else masked[: SHOWN_CHARACTERS - 1] + "…"


@dataclass(frozen=True, slots=True)
class Peek:
    """The beginning of a sheet. letters: of its columns; rows: (number, whether it names the columns, texts as many as letters)."""

    name: str
    hidden: bool
    letters: list[str]
    rows: list[tuple[int, bool, list[str]]]


def shown(batch: ImportBatch) -> list[Peek]:
    """The beginnings of a file's sheets; none before it was read."""
    sheets: list[dict[str, Any]] = json.loads(batch.peek or "[]")
    headers: dict[str, list[int]] = batch.summary.get("headers", {})
    found = []
    for sheet in sheets:
        width = max((len(texts) for _, texts in sheet["rows"]), default=0)
        rows = [
            (number, number in headers.get(sheet["name"], ()), [*texts, *[""] * (width - len(texts))])
            for number, texts in sheet["rows"]
        ]
        found.append(
            Peek(sheet["name"], sheet["hidden"], [column_letters(place) for place in range(width)], rows)
        )
    return found
