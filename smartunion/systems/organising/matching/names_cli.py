"""`smartunion names GALLERY QUERIES --out OUT`: which organisation each typed name means, on plain files."""

from __future__ import annotations

import csv
import os
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from smartunion.systems.organising.matching.contract import MatchInputError
from smartunion.systems.organising.matching.gallery import Gallery, Match
from smartunion.systems.organising.matching.names_files import (
    ReadFile,
    read_gallery,
    read_labels,
    read_queries,
)
from smartunion.systems.organising.matching.names_scoring import NameScores, score_names
from smartunion.systems.organising.matching.names_words import NOTHING_ALIKE, explain

COLUMNS = ("qid", "rank", "entity_id", "score", "decision", "reason")
MOST_ROWS = 5


def add_arguments(parser: ArgumentParser) -> None:
    """The arguments of the command, for any parser."""
    parser.add_argument("gallery", metavar="GALLERY.csv", type=Path,
                        help="entity_id, name and, where known, former (joined by |), uscc, address")  # fmt: skip
    parser.add_argument("queries", metavar="QUERIES.csv", type=Path, help="qid, query")
    parser.add_argument("--out", metavar="OUT.csv", type=Path, required=True,
                        help="up to five rows a query: qid, rank, entity_id, score, decision, reason")  # fmt: skip
    parser.add_argument("--labels", metavar="LABELS.csv", type=Path,
                        help="qid, entity_id meant (empty: none of them); prints how good the answers are")  # fmt: skip
    parser.add_argument("--language", choices=("zh", "en"), default="zh", help="of the reasons (default: zh)")


def handle(options: Namespace, out: TextIO | None = None) -> int:
    """Run the command; 0 when the answers were written, 2 when the input was refused."""
    stream = out or sys.stdout
    started = time.perf_counter()
    try:
        entries, gallery_file = read_gallery(options.gallery)
        queries, queries_file = read_queries(options.queries)
        labels, labels_file = read_labels(options.labels) if options.labels else ({}, None)
    except (MatchInputError, OSError) as error:
        _warn(str(error))
        return 2
    _warn_all(gallery_file, queries_file, labels_file)
    gallery = Gallery(entries)
    texts = [text for _, text in queries]
    found = gallery.search_many(texts, processes=_cores())
    answers = dict(zip((qid for qid, _ in queries), found, strict=True))
    try:
        write(options.out, answers, options.language)
    except OSError as error:
        _warn(f"{options.out} cannot be written: {error.strerror}. Choose another place for --out.")
        return 2
    seconds = time.perf_counter() - started
    print(
        f"{len(queries):,} names looked up among {len(entries):,} organisations in {seconds:.1f} s: {options.out}",
        file=stream,
    )
    if options.labels:
        print(table_of(score_names(answers, labels, {entry.entity_id for entry in entries})), file=stream)
    return 0


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1


def write(path: Path, answers: dict[str, list[Match]], language: str = "zh") -> None:
    """Write all answers, or leave the file as it was. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".names-", suffix=".csv", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(COLUMNS)
            for qid, matches in answers.items():
                writer.writerows(rows_of(qid, matches, language))
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def rows_of(
    qid: str, matches: list[Match], language: str = "zh"
) -> Iterable[tuple[str, int, str, str, str, str]]:
    """The rows of one query; one row without organisation when nothing resembles it."""
    if not matches:
        yield qid, 1, "", "0.0000", "none", NOTHING_ALIKE.speak(language)
    for rank, match in enumerate(matches[:MOST_ROWS], start=1):
        yield qid, rank, match.entity_id, f"{match.score:.4f}", str(match.decision), explain(match, language)


def table_of(scores: NameScores) -> str:
    """The scores for reading."""
    lines = [
        ("meant organisation comes first", _ratio(scores.first, scores.present)),
        ("… is among the five", _ratio(scores.among_five, scores.present)),
        ("linked unasked, of those present", _ratio(scores.linked_right, scores.present)),
        ("… rightly, of all linked", _ratio(scores.linked_right, scores.linked)),
        ("linked falsely", str(scores.linked_wrong)),
        ("… of these, organisation not in the gallery", str(scores.linked_absent)),
        ("answered none, of those not in the gallery", _ratio(scores.left_absent, scores.absent)),
    ]
    return "\n".join(f"{figure:>24}  {words}" for words, figure in lines)


def _ratio(part: int, whole: int) -> str:
    return f"{part / whole:.4f} ({part}/{whole})" if whole else "-"


def _warn_all(*files: ReadFile | None) -> None:
    for file in files:
        for line in file.warnings if file else ():
            _warn(line)


def _warn(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
