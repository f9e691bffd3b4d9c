"""Answering a file of questions: `qid, question` in, up to five rows `qid, rank, kind, id, score, reason` out."""

import csv
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
    """Pairs (qid, question) of a CSV in UTF-8 or GB18030. Raises NotReadable."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise NotReadable(
            _("The file cannot be opened: %(why)s") % {"why": error.strerror or path.name}
        ) from None
    rows = csv.DictReader(_decoded(raw).splitlines())
    names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    if not {"qid", "question"} <= names.keys():
        raise NotReadable(_("The first line must name the columns qid and question."))
    for count, row in enumerate(rows):
        if count >= MOST_QUESTIONS:
            raise NotReadable(_("The file holds more than a million questions; please split it."))
        yield (row[names["qid"]] or "").strip(), row[names["question"]] or ""


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


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise NotReadable(_("The file is neither UTF-8 nor GB18030 text."))
