"""Answers to a form: read from a posted page or JSON, shown or hidden, checked field by field. Pure."""

from smartunion.engines.casework.answers.checking import AnswerProblem, Checked, check_answers, check_fields
from smartunion.engines.casework.answers.reading import raw_from_json, raw_from_post
from smartunion.engines.casework.answers.showing import (
    digest_of,
    line_of,
    shown_lines,
    visible_fields,
    visible_materials,
)

__all__ = [
    "AnswerProblem",
    "Checked",
    "check_answers",
    "check_fields",
    "digest_of",
    "line_of",
    "raw_from_json",
    "raw_from_post",
    "shown_lines",
    "visible_fields",
    "visible_materials",
]
