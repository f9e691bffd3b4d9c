"""Opening any table file: the sheets it holds, in one form whatever the file was."""

from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from smartunion.core.tables.cells import Sheet
from smartunion.core.tables.limits import DEFAULT, Limits
from smartunion.core.tables.markup import open_html
from smartunion.core.tables.sniff import FileKind, sniff
from smartunion.core.tables.spreadsheetml import open_xml
from smartunion.core.tables.text import TextSheet
from smartunion.core.tables.xls.sheets import open_xls
from smartunion.core.tables.xlsx.package import Package, read_shared_texts
from smartunion.core.tables.xlsx.sheets import XlsxSheet, read_merges
from smartunion.core.tables.xlsx.styles import read_formats


@dataclass(slots=True)
class Workbook:
    """An open file. encoding, separator: of text, None for workbooks; separator '' means one cell a line.

    is_1904: whether bare date figures count days from 1904.
    """

    kind: FileKind
    sheets: list[Sheet]
    encoding: str | None = None
    separator: str | None = None
    is_1904: bool = False
    package: Package | None = field(default=None, repr=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; sheets cannot be read any more."""
        if self.package is not None:
            self.package.close()

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name. Raises KeyError."""
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise KeyError(name)


def open_workbook(path: Path, limits: Limits = DEFAULT, *, name: str = "") -> Workbook:
    """Open a table file, told apart by its content.

    name: what the only sheet of a text file is called; without it, the file's own name without extension.
    Raises subclasses of TableRefused; the caller closes what it gets (or uses `with`).
    """
    found = sniff(path, limits)
    if found.kind is FileKind.XLSX:
        return _open_xlsx(path, limits)
    if found.kind is FileKind.XLS:
        sheets, is_1904 = open_xls(path)
        return Workbook(found.kind, sheets, is_1904=is_1904)
    assert found.encoding is not None
    encoding = found.encoding
    book = Workbook(found.kind, [], encoding.name, found.separator)
    if found.kind is FileKind.HTML:
        book.sheets = open_html(path, encoding, limits)
    elif found.kind is FileKind.XML:
        book.sheets = open_xml(path, limits)
    else:
        title = name or path.stem
        book.sheets = [
            TextSheet(
                title,
                path=path,
                encoding=encoding,
                separator=found.separator or "",
                width=found.width,
                limits=limits,
            )
        ]
    return book


def _open_xlsx(path: Path, limits: Limits) -> Workbook:
    package = Package(path, limits)
    try:
        shared, formats = read_shared_texts(package), read_formats(package)
        sheets: list[Sheet] = [
            XlsxSheet(
                listed.name,
                listed.hidden,
                read_merges(package, listed.part),
                package=package,
                part=listed.part,
                shared=shared,
                formats=formats,
                limits=limits,
            )
            for listed in package.sheets
        ]
    except BaseException:
        package.close()
        raise
    return Workbook(FileKind.XLSX, sheets, is_1904=package.is_1904, package=package)
