"""The file of refused rows: what was written, and why it was refused; to be corrected and imported again."""

from collections.abc import Iterable

import xlsxwriter
from django.utils.translation import gettext as _

from smartunion.core.files.sealed import SealedWriter


def write_rejects(
    out: SealedWriter,
    heads: list[str],
    rows: Iterable[tuple[int, list[str], list[dict[str, str]]]],
    folder: str,
) -> int:
    """Write an XLSX of (row number, texts, problems); identifiers as text, formulas never. Returns how many rows."""
    path = f"{folder}/rejects.xlsx"
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "tmpdir": folder,
    }
    count = 0
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet(_("Refused rows"))
        bold = book.add_format({"bold": True})
        for column, head in enumerate([*heads, _("Row in the file"), _("Why refused"), _("What to do")]):
            sheet.write_string(0, column, head, bold)
        for number, texts, problems in rows:
            count += 1
            for column, text in enumerate(texts[: len(heads)]):
                sheet.write_string(count, column, text)
            serious = [p for p in problems if p["severity"] == "record"] or problems
            reasons = [f"{p['label']}：{p['message']}" if p["label"] else p["message"] for p in serious]
            sheet.write_number(count, len(heads), number)
            sheet.write_string(count, len(heads) + 1, "；".join(reasons))
            sheet.write_string(count, len(heads) + 2, "；".join(p["remedy"] for p in serious if p["remedy"]))
    with open(path, "rb") as made:
        while chunk := made.read(1 << 20):
            out.write(chunk)
    return count
