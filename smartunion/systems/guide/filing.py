"""Answering a file of questions: `qid, question` in, up to five rows `qid, rank, kind, id, score, reason` out."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from smartunion.systems.guide.retrieval.guide import Guide
from smartunion.systems.guide.retrieval.text import clean, mask
from smartunion.systems.guide.wording import why

COLUMNS = ("qid", "rank", "kind", "id", "score", "reason")
#: More questions than anybody asks at once, and a longer cell than anybody writes: a file that is none of ours.
MOST_QUESTIONS = 1_000_000
csv.field_size_limit(1_000_000)


class NotReadable(Exception):
    """A file of questions that cannot be read; the message says why."""


def questions(path: Path) -> Iterator[tuple[str, str]]:
    """Pairs (qid, question) of a CSV in UTF-8, UTF-16 with its mark, or GB18030; parted by , ; or tab. Raises NotReadable."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise NotReadable(
            _("The file cannot be opened: %(why)s") % {"why": error.strerror or path.name}
        ) from None
    text = _decoded(raw).replace("\0", "")
    if not text.strip():
        raise NotReadable(
            _(
                "The file is empty. Its first line names the columns qid and question, then one question a line."
            )
        )
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    if not {"qid", "question"} <= names.keys():
        raise NotReadable(_("The first line must name the columns qid and question."))
    try:
        for count, row in enumerate(rows):
            if count >= MOST_QUESTIONS:
                raise NotReadable(_("The file holds more than a million questions; please split it."))
            yield (row[names["qid"]] or "").strip(), row[names["question"]] or ""
    except csv.Error as error:
        words = _("Line %(line)s cannot be read: %(why)s")
        raise NotReadable(words % {"line": rows.line_num, "why": error}) from None


def answered(
    guide: Guide, pairs: Iterator[tuple[str, str]], *, sure: float
) -> Iterator[tuple[str, int, str, str, str, str]]:
    """Rows of COLUMNS, in the order of the questions; a question without any answer gets one row with nobody in it."""
    for qid, question in pairs:
        found = guide.answer(mask(clean(question)))
        is_sure = any(row.score >= sure for row in found.rows)
        if not found.rows:
            yield qid, 1, "person", "", "0.0000", _("There is no question in this; a person has to look.")
        for rank, row in enumerate(found.rows, 1):
            reason = why(row) if is_sure else _("not sure, ask a person; %(why)s") % {"why": why(row)}
            yield qid, rank, row.entry.kind.value, row.entry.id, f"{row.score:.4f}", reason


def _delimiter(text: str) -> str:
    """What parts the columns of the first line: a comma unless there is none."""
    first = text.lstrip().partition("\n")[0]
    return next((mark for mark in ",\t;" if mark in first), ",")


def _decoded(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            pass
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotReadable(_("The file is neither UTF-8 nor GB18030 text."))
