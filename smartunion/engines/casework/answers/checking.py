"""Raw answers to typed values, with one kind sentence for each thing that is wrong. Pure: today is passed in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from smartunion.engines.casework.answers import values
from smartunion.engines.casework.answers.reading import MAX_ROWS, Raw
from smartunion.engines.casework.answers.showing import answer_of, settle, visible_in_list, visible_materials
from smartunion.engines.casework.definition import Definition, Field, FieldKind
from smartunion.engines.casework.definition.conditions import holds, is_empty


@dataclass(frozen=True)
class AnswerProblem:
    """What is wrong with one answer: its key (key.<row>.<column> inside rows) and a sentence with the remedy."""

    key: str
    message: str


@dataclass(frozen=True)
class Checked:
    """Typed answers of the visible questions, and everything that is wrong with them."""

    values: dict[str, object]
    problems: list[AnswerProblem] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing is wrong."""
        return not self.problems


def check_answers(definition: Definition, raw: Raw, *, papers: Mapping[str, int], today: date) -> Checked:
    """Check the applicant's form. papers: number of files by paper or photo question.

    Values of hidden questions are dropped; dates are ISO text, numbers int, yes/no bool, choices their stored value.
    """
    typed: dict[str, object] = {}
    found: dict[str, AnswerProblem] = {}
    for question in definition.fields:
        value, problems = _typed(question, raw.get(question.key), papers, today)
        typed[question.key] = value
        found |= {problem.key: problem for problem in problems}
    asked, known = settle(definition, typed)
    typed |= known
    kept = {key: typed[key] for key in asked if not is_empty(typed[key])}
    problems = [problem for problem in found.values() if problem.key.split(".")[0] in asked]
    problems += [
        _missing(question) for key, question in asked.items() if _is_missing(question, typed, found, papers)
    ]
    problems += _paper_problems(definition, typed, papers)
    order = {key: at for at, key in enumerate([*asked, *(m.key for m in definition.materials)])}
    problems.sort(key=lambda problem: order.get(problem.key.split(".")[0], 0))
    return Checked(kept, problems)


def check_fields(
    fields: Iterable[Field], raw: Raw, *, papers: Mapping[str, int], today: date,
    before: Mapping[str, object] | None = None, all_fields: Iterable[Field] = (),
) -> Checked:  # fmt: skip
    """Check the questions of one step (an officer's, or the applicant's later report).

    before, all_fields: earlier answers and their questions, which calculated questions of the step may look at.
    """
    questions = tuple(fields)
    typed: dict[str, object] = {}
    found: dict[str, AnswerProblem] = {}
    for question in questions:
        value, problems = _typed(question, raw.get(question.key), papers, today)
        typed[question.key] = value
        found |= {problem.key: problem for problem in problems}
    for question in questions:
        if question.kind is FieldKind.CALC:
            known = {**(before or {}), **typed}
            typed[question.key] = answer_of(question, (*all_fields, *questions), known, typed)
    asked = visible_in_list(questions, typed)
    kept = {key: typed[key] for key in asked if not is_empty(typed[key])}
    problems = [problem for problem in found.values() if problem.key.split(".")[0] in asked]
    problems += [
        _missing(question) for key, question in asked.items() if _is_missing(question, typed, found, papers)
    ]
    return Checked(kept, problems)


def _typed(
    question: Field, given: object, papers: Mapping[str, int], today: date
) -> tuple[object, list[AnswerProblem]]:
    if question.kind is FieldKind.PHOTO:
        return _photos(question, papers.get(question.key, 0))
    if question.kind is FieldKind.CALC:
        return None, []
    if question.kind is FieldKind.ROWS:
        return _rows(question, given, today)
    if is_empty(given) or (isinstance(given, dict) and not any(given.values())):
        return None, []
    try:
        return values.typed(question, given, today), []
    except values.Wrong as wrong:
        return None, [AnswerProblem(question.key, str(wrong))]


def _photos(question: Field, count: int) -> tuple[object, list[AnswerProblem]]:
    if question.maximum is not None and count > question.maximum:
        words = _("At most %(limit)s photos fit here. Remove some.") % {"limit": question.maximum}
        return count, [AnswerProblem(question.key, words)]
    return count or None, []


def _rows(question: Field, given: object, today: date) -> tuple[object, list[AnswerProblem]]:
    rows: list[dict[str, object]] = []
    problems: list[AnswerProblem] = []
    for number, row in enumerate(given if isinstance(given, list) else []):
        typed: dict[str, object] = {}
        for column in question.columns:
            value, wrong = _typed(column, row.get(column.key), {}, today)
            place = f"{question.key}.{number}.{column.key}"
            problems += [AnswerProblem(place, _row_words(question, number, one.message)) for one in wrong]
            if is_empty(value) and not wrong and column.is_required:
                problems.append(AnswerProblem(place, _row_words(question, number, _missing(column).message)))
            typed[column.key] = value
        rows.append({key: value for key, value in typed.items() if not is_empty(value)})
    limit = min(question.maximum or MAX_ROWS, MAX_ROWS)
    if len(rows) > limit:
        problems.append(AnswerProblem(question.key, _("At most %(limit)s rows fit here.") % {"limit": limit}))
    if rows and question.minimum is not None and len(rows) < question.minimum:
        words = _("“%(label)s” needs at least %(limit)s rows.") % {
            "label": question.label,
            "limit": question.minimum,
        }
        problems.append(AnswerProblem(question.key, words))
    return rows or None, problems


def _row_words(question: Field, number: int, words: str) -> str:
    return _("%(label)s, row %(number)s: %(words)s") % {
        "label": question.label,
        "number": number + 1,
        "words": words,
    }


def _is_missing(
    question: Field, typed: Mapping[str, object], found: Mapping[str, object], papers: Mapping[str, int]
) -> bool:
    needed = question.is_required or (question.required_if is not None and holds(question.required_if, typed))
    if not needed or question.key in found or question.kind is FieldKind.CALC:
        return False
    if question.kind is FieldKind.PHOTO:
        return papers.get(question.key, 0) < (question.minimum or 1)
    return is_empty(typed.get(question.key))


def _missing(question: Field) -> AnswerProblem:
    words = {
        FieldKind.CHOICE: _("Please choose “%(label)s”."),
        FieldKind.MULTI: _("Please choose “%(label)s”."),
        FieldKind.YES_NO: _("Please choose “%(label)s”."),
        FieldKind.PHOTO: _("Please take a photo for “%(label)s”."),
    }.get(question.kind, _("Please fill in “%(label)s”."))
    return AnswerProblem(question.key, words % {"label": question.label})


def _paper_problems(
    definition: Definition, typed: Mapping[str, object], papers: Mapping[str, int]
) -> list[AnswerProblem]:
    problems = []
    asked = visible_materials(definition, typed)
    for material in asked:
        count = papers.get(material.key, 0)
        if material.is_required and count == 0:
            words = _("Please take a photo of “%(label)s”.") % {"label": material.label}
            problems.append(AnswerProblem(material.key, words))
        if count > material.max_files:
            words = _("At most %(limit)s photos of “%(label)s” are needed. Remove some.")
            words %= {"limit": material.max_files, "label": material.label}
            problems.append(AnswerProblem(material.key, words))
    total = sum(papers.get(material.key, 0) > 0 for material in asked)
    if total > definition.max_papers:
        words = _("At most %(limit)s papers are asked for. Remove those not needed.") % {
            "limit": definition.max_papers
        }
        problems.append(AnswerProblem(asked[0].key, words))
    return problems
