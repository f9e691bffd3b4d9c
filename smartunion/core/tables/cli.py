"""`smartunion inspect FILE [--json]`: say what is understood of a spreadsheet before anything is imported."""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from smartunion.core.clock import today
from smartunion.core.tables.cells import column_letters
from smartunion.core.tables.refusals import TableRefused
from smartunion.core.tables.report import MOST_WARNINGS, FileReport, SheetReport, inspect_file
from smartunion.core.tables.vocabulary import vocabulary

_REFUSED = 2
_SHOWN_WARNINGS = 40


def add_arguments(parser: ArgumentParser) -> None:
    """Arguments of the command."""
    parser.add_argument("file", type=Path, metavar="FILE", help="XLSX, XLS, CSV, TSV or HTML table")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--max-warnings",
        type=int,
        default=MOST_WARNINGS,
        metavar="N",
        help="at most N of each kind in each sheet",
    )


def handle(options: Namespace) -> int:
    """Run the command; 0 when the file was read, 2 when it was refused."""
    path: Path = options.file
    try:
        report = inspect_file(path, vocabulary, today=today(), most_warnings=options.max_warnings)
    except (TableRefused, OSError) as error:
        return _refuse(error, as_json=options.json)
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        print("\n".join(_lines(report)))
    return 0


def _refuse(error: TableRefused | OSError, *, as_json: bool) -> int:
    code = error.code if isinstance(error, TableRefused) else "file_not_readable"
    message = str(error) if isinstance(error, TableRefused) else _not_readable(error)
    if as_json:
        refusal: dict[str, object] = {
            "sheets": [],
            "encoding": None,
            "separator": None,
            "error": {"code": code, "message": message},
        }
        print(json.dumps(refusal, ensure_ascii=False, indent=2))
    else:
        print(message, file=sys.stderr)
    return _REFUSED


def _not_readable(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return _("There is no file %(name)s. Check the name.") % {"name": error.filename}
    return _("The file %(name)s cannot be opened. Check that it is a file and may be read.") % {
        "name": error.filename
    }


def _lines(report: FileReport) -> Iterator[str]:
    yield _("File: %(name)s (%(form)s)") % {"name": report.name, "form": report.form}
    if report.encoding:
        separator = {"\t": "Tab", None: "-"}.get(report.separator, report.separator)
        yield _("Encoding: %(encoding)s, separator: %(separator)s") % {
            "encoding": report.encoding,
            "separator": separator,
        }
    for sheet in report.sheets:
        yield ""
        yield from _sheet_lines(sheet)


def _sheet_lines(sheet: SheetReport) -> Iterator[str]:
    kind = sheet.kind_label or _("unknown contents")
    sure = f" {sheet.confidence:.0%}" if sheet.kind_label else ""
    yield _("Sheet %(name)s: %(kind)s%(sure)s") % {"name": sheet.name, "kind": kind, "sure": sure}
    rows = "、".join(map(str, sheet.header_rows)) or "-"
    yield "  " + _("Header rows: %(rows)s; records: %(records)s, of which refused: %(refused)s") % {
        "rows": rows,
        "records": sheet.records,
        "refused": sheet.refused,
    }
    for column in sheet.columns:
        label = " ".join(column.label.split()) or "-"
        mapped = f"{column.key} {column.confidence:.0%}" if column.key else "-"
        yield f"  {column_letters(column.index):>3}  {label} → {mapped}"
    for title, texts in ((_("First record"), sheet.first), (_("Last record"), sheet.last)):
        if texts:
            shown = "; ".join(f"{' '.join(label.split())}={text}" for label, text in texts.items() if text)
            yield f"  {title}: {shown}"
    for warned in sheet.warnings[:_SHOWN_WARNINGS]:
        yield f"  ! {warned.cell:>6} [{warned.code}] {warned.message}"
    if len(sheet.warnings) > _SHOWN_WARNINGS:
        yield "  " + _("… and %(count)s more remarks; --json shows them all.") % {
            "count": len(sheet.warnings) - _SHOWN_WARNINGS
        }
