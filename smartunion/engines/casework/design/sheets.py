"""What the designer's page shows of each part: current values as forms hold them, choices, problems beside it. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from smartunion.engines.casework.definition import (
    AllOf,
    AnyOf,
    Condition,
    Definition,
    Feed,
    Field,
    FieldKind,
    Format,
    Op,
    Problem,
    Route,
    Section,
    Step,
    Test,
    Who,
)
from smartunion.engines.casework.definition.checking_fields import PREFILLS
from smartunion.engines.casework.design.editing import formula_in_words
from smartunion.engines.casework.design.reading import KEEP, columns_in_words, value_in_words
from smartunion.engines.casework.rules import Act

Label = str | Promise

KIND_WORDS: dict[FieldKind, Label] = {
    FieldKind.TEXT: gettext_lazy("Short text"), FieldKind.TEXTAREA: gettext_lazy("Long text"),
    FieldKind.CHOICE: gettext_lazy("One of several"), FieldKind.MULTI: gettext_lazy("Several of several"),
    FieldKind.YES_NO: gettext_lazy("Yes or no"), FieldKind.NUMBER: gettext_lazy("Whole number"),
    FieldKind.MONEY: gettext_lazy("Amount in yuan"), FieldKind.DATE: gettext_lazy("Day"),
    FieldKind.PERIOD: gettext_lazy("From day to day"), FieldKind.PLACE: gettext_lazy("Place with address"),
    FieldKind.PERSON: gettext_lazy("Person with phone"), FieldKind.EMPLOYER: gettext_lazy("Employer from the register"),
    FieldKind.UNION: gettext_lazy("Union from the register"), FieldKind.PHOTO: gettext_lazy("Photos"),
    FieldKind.ROWS: gettext_lazy("Table, such as family members"), FieldKind.RATING: gettext_lazy("Stars"),
    FieldKind.CALC: gettext_lazy("Worked out by itself"),
}  # fmt: skip
PREFILL_WORDS: dict[str, Label] = {
    "person.name": gettext_lazy("her name"), "person.mobile": gettext_lazy("her mobile number"),
    "person.sex": gettext_lazy("her sex"), "person.birth_date": gettext_lazy("her birth date"),
    "person.employer": gettext_lazy("her employer"), "person.union": gettext_lazy("her union"),
    "person.address": gettext_lazy("address of her union"), "account.name": gettext_lazy("name of the account"),
    "account.mobile": gettext_lazy("mobile of the account"), "today": gettext_lazy("today"),
}  # fmt: skip
OP_WORDS: dict[Op, Label] = {
    Op.IS: gettext_lazy("is"), Op.IS_NOT: gettext_lazy("is not"), Op.HAS: gettext_lazy("contains"),
    Op.AT_LEAST: gettext_lazy("is at least"), Op.AT_MOST: gettext_lazy("is at most"),
    Op.FILLED: gettext_lazy("is filled in"), Op.EMPTY: gettext_lazy("is empty"),
}  # fmt: skip
FACT_WORDS: dict[str, Label] = {
    "member.is_member": gettext_lazy("is a member (yes or no)"), "member.months": gettext_lazy("months of membership"),
    "person.age": gettext_lazy("age"), "person.is_new_form": gettext_lazy("new-form worker (yes or no)"),
    "member.is_migrant": gettext_lazy("migrant worker (yes or no)"),
    "employer.pays_dues": gettext_lazy("employer pays its union contributions (yes or no)"),
}  # fmt: skip
ROUTE_WORDS: dict[Route, Label] = {
    Route.OWN_UNION: gettext_lazy("the applicant's own union"), Route.STAY: gettext_lazy("the union that has it"),
    Route.PARENT: gettext_lazy("the union above"), Route.EMPLOYER_UNION: gettext_lazy("the union of the employer named"),
    Route.EMPLOYER_FEDERATION: gettext_lazy("the federation of the employer's place"),
    Route.PLACE_FEDERATION: gettext_lazy("the federation of the place named"),
    Route.GIVEN_UNION: gettext_lazy("the union named in the form"),
    Route.NAMED_UNION: gettext_lazy("always one union, by its number"),
    Route.HANDLER: gettext_lazy("as the program decides"),
}  # fmt: skip
FORMAT_WORDS: dict[Format, Label] = {
    Format.NONE: gettext_lazy("anything"), Format.MOBILE: gettext_lazy("mobile number"),
    Format.RESIDENT_ID: pgettext_lazy("case", "ID number"), Format.USCC: gettext_lazy("unified social credit code"),
}  # fmt: skip


@dataclass(frozen=True)
class Pick:
    """One choice of a drop-down."""

    value: str
    label: Label
    is_chosen: bool = False


@dataclass(frozen=True)
class Picker:
    """A condition as three inputs: question, operator, value."""

    name: str
    fields: Sequence[Pick]
    ops: Sequence[Pick]
    value: str
    words: str


@dataclass(frozen=True)
class FieldSheet:
    """One question with everything its form holds. where: the list it belongs to."""

    where: str
    field: Field
    kind_word: Label
    kinds: Sequence[Pick]
    prefills: Sequence[Pick]
    formats: Sequence[Pick]
    options: str
    columns: str
    formula: str
    visible: Picker
    required: Picker
    problems: Sequence[Problem]
    in_step: bool

    @property
    def id(self) -> str:
        """Anchor."""
        return f"part-{self.field.key}"


@dataclass(frozen=True)
class SectionSheet:
    """One group of questions."""

    section: Section
    visible: Picker
    fields: Sequence[FieldSheet]


@dataclass(frozen=True)
class StepSheet:
    """One step with its choices."""

    step: Step
    whos: Sequence[Pick]
    roles: Sequence[Pick]
    routes: Sequence[Pick]
    acts: Sequence[Pick]
    returns: Sequence[Pick]
    apart: Sequence[Pick]
    outcomes: Sequence[Pick]
    voices: str
    agrees: Sequence[Pick]
    fields: Sequence[FieldSheet]
    problems: Sequence[Problem]


@dataclass(frozen=True)
class PartAnswer:
    """A question of a part and what answers it: picks of our questions; note: what happens when none does."""

    field: Field
    picks: Sequence[Pick]
    note: str


@dataclass(frozen=True)
class FeedSheet:
    """One service this form is sent on to. title: of that service, its key when there is none of this name."""

    feed: Feed
    title: str
    condition: Picker
    answers: Sequence[PartAnswer]
    problems: Sequence[Problem]


@dataclass(frozen=True)
class PlacedProblem:
    """A problem with the part of the page it belongs to: tab, anchor, and its place in words."""

    problem: Problem
    tab: str
    anchor: str
    where: str


def section_sheets(definition: Definition, problems: Sequence[Problem]) -> list[SectionSheet]:
    """Every group of the form."""
    return [
        SectionSheet(
            section, picker("visible", section.visible_if, definition.fields, set()),
            [
                field_sheet(section.key, field, definition.fields, definition, _of(problems, f"sections[{at}].fields[{number}]"))
                for number, field in enumerate(section.fields)
            ],
        )
        for at, section in enumerate(definition.sections)
    ]  # fmt: skip


def field_sheet(
    where: str, field: Field, around: Sequence[Field], definition: Definition, problems: Sequence[Problem]
) -> FieldSheet:
    """One question."""
    prefills = [Pick("", _("nothing: she writes it herself"), not field.prefill)]
    prefills += [Pick(key, PREFILL_WORDS.get(key, key), key == field.prefill) for key in sorted(PREFILLS)]
    if field.prefill and field.prefill not in PREFILLS:
        prefills.append(Pick(field.prefill, field.prefill, True))
    return FieldSheet(
        where, field, KIND_WORDS[field.kind], [Pick(k.value, w, k is field.kind) for k, w in KIND_WORDS.items()], prefills,
        [Pick(f.value, w, f is field.format) for f, w in FORMAT_WORDS.items()],
        "\n".join(str(option.label) for option in field.options), columns_in_words(field.columns),
        formula_in_words(field.formula, definition.all_fields) if field.formula else "",
        picker("visible", field.visible_if, around, {field.key}), picker("required", field.required_if, around, {field.key}),
        problems, where.startswith("step:"),
    )  # fmt: skip


def picker(name: str, condition: Condition | None, fields: Iterable[Field], without: set[str]) -> Picker:
    """A condition's inputs; one too complex for them is kept as it is until another question is picked."""
    known = {
        field.key: field for field in fields if field.key not in without and field.kind is not FieldKind.PHOTO
    }
    test = condition if isinstance(condition, Test) else None
    picks = [Pick("", _("always"), condition is None)]
    picks += [
        Pick(key, str(field.label), test is not None and test.field == key) for key, field in known.items()
    ]
    if condition is not None and (test is None or test.field not in known):
        picks.append(Pick(KEEP, condition_words(condition, known), True))
    ops = [Pick(op.value, word, test is not None and test.op is op) for op, word in OP_WORDS.items()]
    value = value_in_words(known.get(test.field), test.value) if test is not None else ""
    return Picker(name, picks, ops, value, condition_words(condition, known) if condition is not None else "")


def rule_picker(condition: Condition, self_test: Sequence[Field]) -> Picker:
    """The same for a rule: what the register knows, then the questions of the self-test."""
    test = condition if isinstance(condition, Test) else None
    known = {field.key: field for field in self_test}
    picks = [Pick(key, word, test is not None and test.field == key) for key, word in FACT_WORDS.items()]
    picks += [Pick(key, str(one.label), test is not None and test.field == key) for key, one in known.items()]
    if test is None or not any(pick.is_chosen for pick in picks):
        picks.append(Pick(KEEP, condition_words(condition, known), True))
    ops = [Pick(op.value, word, test is not None and test.op is op) for op, word in OP_WORDS.items()]
    return Picker("rule", picks, ops, value_in_words(known.get(test.field), test.value) if test else "", "")


def condition_words(condition: Condition, known: dict[str, Field]) -> str:
    """A condition as a sentence."""
    if isinstance(condition, AllOf | AnyOf):
        word = _(" and ") if isinstance(condition, AllOf) else _(" or ")
        return word.join(condition_words(part, known) for part in condition.parts)
    field = known.get(condition.field)
    label = str(field.label) if field else str(FACT_WORDS.get(condition.field, condition.field))
    return f"{label} {OP_WORDS[condition.op]} {value_in_words(field, condition.value)}".strip()


def step_sheets(
    definition: Definition,
    problems: Sequence[Problem],
    roles: Sequence[tuple[str, Label]],
    outcomes: Iterable[str],
) -> list[StepSheet]:
    """Every step."""
    return [
        _step_sheet(definition, at, problems, roles, sorted(outcomes)) for at in range(len(definition.steps))
    ]


def _step_sheet(
    definition: Definition,
    at: int,
    problems: Sequence[Problem],
    roles: Sequence[tuple[str, Label]],
    outcomes: Sequence[str],
) -> StepSheet:
    step, earlier = definition.steps[at], definition.steps[:at]
    offered = (Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD, Act.HOLD)
    who = {Who.DESK: _("an office of the union"), Who.APPLICANT: _("the applicant")}
    back = [Pick("", _("the applicant, who supplements it"), not step.return_to)]
    back += [Pick(one.key, str(one.title), one.key == step.return_to) for one in earlier]
    routes = {
        route: word for route, word in ROUTE_WORDS.items() if route is not Route.HANDLER or definition.handler
    }
    return StepSheet(
        step, [Pick(w.value, label, w is step.who) for w, label in who.items()],
        [Pick(key, label, key in step.roles) for key, label in roles],
        [Pick(route.value, word, route is step.route) for route, word in routes.items()],
        [Pick(act.value, act.label, act in step.acts) for act in offered], back,
        [Pick(one.key, str(one.title), one.key in step.apart_from) for one in earlier if one.who is Who.DESK],
        [Pick("", _("nothing further"), not step.outcome), *(Pick(one, one, one == step.outcome) for one in outcomes)],
        "\n".join(str(voice.title) for voice in step.voices),
        [Pick("all", _("all must agree"), step.agree == "all"), Pick("any", _("one is enough"), step.agree == "any")],
        [
            field_sheet(f"step:{step.key}", field, step.form, definition, _of(problems, f"steps[{at}].form[{number}]"))
            for number, field in enumerate(step.form)
        ],
        _of(problems, f"steps[{at}]"),
    )  # fmt: skip


def feed_sheets(
    definition: Definition, problems: Sequence[Problem], services: Mapping[str, Definition]
) -> list[FeedSheet]:
    """Every service the form is sent on to, with which of our questions answers each of its own."""
    made = []
    for at, feed in enumerate(definition.feeds):
        part = services.get(feed.service)
        made.append(FeedSheet(
            feed, str(part.title) if part is not None else feed.service,
            picker("feed", feed.condition, definition.fields, set()),
            [_part_answer(definition, feed, field) for field in part.fields] if part is not None else [],
            _of(problems, f"feeds[{at}]"),
        ))  # fmt: skip
    return made


def _part_answer(definition: Definition, feed: Feed, field: Field) -> PartAnswer:
    chosen = dict(feed.answers).get(field.key, field.key)
    fitting = [one for one in definition.fields if one.kind is field.kind]
    is_answered = any(one.key == chosen for one in fitting)
    if field.prefill:
        note = _("filled in from the register")
    elif field.is_required and field.visible_if is None:
        note = _("must be answered")
    else:
        note = _("left open")
    none = [Pick("", _("no question of this form"), not is_answered)]
    return PartAnswer(field, [*none, *(Pick(one.key, str(one.label), one.key == chosen) for one in fitting)],
                      "" if is_answered else note)  # fmt: skip


def placed(definition: Definition, problems: Sequence[Problem]) -> list[PlacedProblem]:
    """Problems with the way to their place on the page."""
    return [_placed(definition, problem) for problem in problems]


def _placed(definition: Definition, problem: Problem) -> PlacedProblem:
    for at, section in enumerate(definition.sections):
        for number, field in enumerate(section.fields):
            if _is_in(problem, f"sections[{at}].fields[{number}]"):
                return PlacedProblem(problem, "form", f"part-{field.key}", f"{section.title} › {field.label}")
        if _is_in(problem, f"sections[{at}]"):
            return PlacedProblem(problem, "form", f"part-{section.key}", str(section.title))
    for at, step in enumerate(definition.steps):
        if _is_in(problem, f"steps[{at}]") or problem.place.startswith(f"steps.{step.key}"):
            return PlacedProblem(problem, "steps", f"part-{step.key}", str(step.title))
    for at, material in enumerate(definition.materials):
        if _is_in(problem, f"materials[{at}]"):
            return PlacedProblem(problem, "papers", f"part-{material.key}", str(material.label))
    for at, rule in enumerate(definition.eligibility):
        if _is_in(problem, f"eligibility[{at}]"):
            return PlacedProblem(problem, "who", f"part-{rule.key}", str(rule.label))
    for at, feed in enumerate(definition.feeds):
        if _is_in(problem, f"feeds[{at}]"):
            return PlacedProblem(problem, "parts", f"part-{feed.service}", str(feed.title))
    tab = {"feeds": "parts", "texts": "texts", "steps": "steps", "materials": "papers", "max_papers": "papers", "fields": "form",
           "self_test": "who", "eligibility": "who"}.get(problem.place.split(".")[0].split("[")[0], "head")  # fmt: skip
    return PlacedProblem(problem, tab, "main", "")


def _of(problems: Sequence[Problem], place: str) -> list[Problem]:
    return [problem for problem in problems if _is_in(problem, place)]


def _is_in(problem: Problem, place: str) -> bool:
    return problem.place == place or problem.place.startswith(f"{place}.")
