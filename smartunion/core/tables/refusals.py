"""Files that are not read at all, each with the reason and what to do instead."""

from django.utils.translation import gettext as _

from smartunion.core.errors import InvalidInput


class TableRefused(InvalidInput):
    """The file cannot be read as a table; nothing was taken from it."""

    code = "table_refused"

    def default_message(self) -> str:
        return _("This file could not be read as a table.")


class EmptyFile(TableRefused):
    """Nothing in it."""

    code = "file_empty"

    def default_message(self) -> str:
        return _("The file is empty. Save the table again and choose the new file.")


class NotATable(TableRefused):
    """Another kind of file; details["found"] names the kind."""

    code = "file_not_a_table"


class UnsupportedTable(TableRefused):
    """A table in a form that is not read."""

    code = "file_unsupported"


class EncryptedFile(TableRefused):
    """Protected by a password."""

    code = "file_encrypted"

    def default_message(self) -> str:
        return _(
            "The workbook is protected by a password, so it cannot be read. Open it, remove the password, save it "
            "and choose it again."
        )


class DamagedFile(TableRefused):
    """Broken inside."""

    code = "file_damaged"

    def default_message(self) -> str:
        return _(
            "The file is damaged and cannot be read to its end. Open it in a spreadsheet program, save it as XLSX "
            "and choose the new file."
        )


class FileTooBig(TableRefused):
    """More than the limits allow, or a bomb."""

    code = "file_too_big"
    status = 413


def old_format() -> str:
    """The sentence for workbooks older than can be read."""
    return _(
        "This workbook is in a form older than Excel 5 that is not read. Open it in a spreadsheet program, save it "
        "as XLSX and choose the new file."
    )
