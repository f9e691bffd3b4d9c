"""The file of refused rows: what was written, and why it was refused; to be corrected and imported again."""

from collections.abc import Sequence
from typing import Any, Final

import xlsxwriter
from django.utils.translation import gettext as _

from smartunion.core.files.sealed import SealedWriter

#: Rows of one sheet of an XLSX file, the head included.
_MOST_ROWS: Final = 1_048_576


class RejectsFile:
    """An XLSX of refused rows, written while they are met; identifiers as text, formulas never, memory flat.

    A list longer than a sheet goes on in a second one. folder: private, for the file as it grows.
    """

    def __init__(self, folder: str, heads: Sequence[str]) -> None:
        self.count = 0
        self._path = f"{folder}/rejects.xlsx"
        self._heads = [*heads, _("Row in the file"), _("Why refused"), _("What to do")]
        self._width = len(heads)
        options = {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "tmpdir": folder,
        }  # fmt: skip
        self._book = xlsxwriter.Workbook(self._path, options)
        self._sheet: Any = None  # xlsxwriter is untyped
        self._row = 0

    def add(self, number: int, texts: Sequence[str], problems: Sequence[dict[str, str]]) -> None:
        """One refused row."""
        if self._sheet is None or self._row + 1 >= _MOST_ROWS:
            self._begin_sheet()
        self.count += 1
        self._row += 1
        for column, text in enumerate(texts[: self._width]):
            self._sheet.write_string(self._row, column, text)
        serious = [p for p in problems if p["severity"] == "record"] or problems
        reasons = [f"{p['label']}：{p['message']}" if p["label"] else p["message"] for p in serious]
        self._sheet.write_number(self._row, self._width, number)
        self._sheet.write_string(self._row, self._width + 1, "；".join(reasons))
        self._sheet.write_string(
            self._row, self._width + 2, "；".join(p["remedy"] for p in serious if p["remedy"])
        )

    def _begin_sheet(self) -> None:
        name = _("Refused rows")
        number = len(self._book.worksheets()) + 1
        self._sheet = self._book.add_worksheet(name if number == 1 else f"{name} {number}")
        bold = self._book.add_format({"bold": True})
        for column, head in enumerate(self._heads):
            self._sheet.write_string(0, column, head, bold)
        self._row = 0

    def close(self, out: SealedWriter) -> None:
        """Finish the file and copy it to where it is kept."""
        self._book.close()
        with open(self._path, "rb") as made:
            while chunk := made.read(1 << 20):
                out.write(chunk)
