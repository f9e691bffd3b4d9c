"""Whether a definition can run: no cycle, no dead end, nobody missing. Every problem names its place. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from smartunion.engines.casework.definition import checking_fields
from smartunion.engines.casework.definition.checking_rules import (
    check_apart,
    check_appeal,
    check_at_once,
    check_eligibility,
    check_feeders,
    check_feeds,
    check_place_in_life,
    check_rung,
    check_voices,
)
from smartunion.engines.casework.definition.conditions import depth, fields_in
from smartunion.engines.casework.definition.contracts import Contract, check_contract
from smartunion.engines.casework.definition.shapes import (
    Deadline,
    Definition,
    Field,
    FieldKind,
    Route,
    Step,
    Who,
)
from smartunion.engines.casework.rules import TEXT_PLACES, TEXT_STATES, Act

MAX_STEPS = 30
MAX_PAPERS = 30
#: Acts an officer's step may offer.
DESK_ACTS = frozenset({Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD, Act.HOLD})


@dataclass(frozen=True)
class Known:
    """What the installation offers a definition: names it may refer to.

    roles: roles that may handle cases; policies: keys of number parameters; outcomes and prefills: by handler key;
    contracts: what parts of the program rely on, by service; services: those a form may feed, by key, None when not to be
    checked; feeders: forms that send this service along; union_numbers: None when not to be checked.
    """

    roles: frozenset[str] = frozenset()
    policies: frozenset[str] = frozenset()
    outcomes: dict[str, frozenset[str]] = field(default_factory=dict)
    prefills: dict[str, frozenset[str]] = field(default_factory=dict)
    union_numbers: frozenset[str] | None = None
    contracts: dict[str, Contract] = field(default_factory=dict)
    services: Mapping[str, Definition] | None = None
    feeders: tuple[Definition, ...] = ()


@dataclass(frozen=True)
class Problem:
    """One mistake: where, and what is wrong in a sentence."""

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


Found = Iterator[tuple[str, str]]


def check_definition(definition: Definition, known: Known) -> list[Problem]:
    """Every mistake of a definition, in the order of its parts; an empty list means it runs without dead ends."""
    parts: tuple[Iterable[tuple[str, str]], ...] = (
        checking_fields.check_head(definition),
        checking_fields.check_questions(definition, known.prefills.get(definition.handler, frozenset())),
        _check_materials(definition),
        _check_handler(definition, known),
        _check_steps(definition, known),
        _check_order(definition),
        _check_texts(definition),
        check_eligibility(definition),
        check_rung(definition),
        check_appeal(definition),
        check_at_once(definition),
        check_place_in_life(definition),
        check_feeds(definition, known.services),
        check_feeders(definition, known.feeders),
        check_contract(definition, known.contracts),
    )
    return [Problem(place, message) for part in parts for place, message in part]


def _check_materials(definition: Definition) -> Found:
    keys = {question.key for question in definition.fields}
    if not 0 <= definition.max_papers <= MAX_PAPERS:
        yield "max_papers", _("Between 0 and %(limit)s papers can be asked for.") % {"limit": MAX_PAPERS}
    required = 0
    for at, material in enumerate(definition.materials):
        place = f"materials[{at}]"
        yield from checking_fields.check_new_key(material.key, keys, place)
        if not material.label:
            yield f"{place}.label", _("The paper needs a name people understand.")
        if material.folder and not checking_fields.is_key(material.folder):
            yield f"{place}.folder", _("The kind of paper is a key in lower-case letters.")
        if not 1 <= material.max_files <= 20:
            yield f"{place}.max_files", _("Between 1 and 20 photos can be taken of one paper.")
        yield from checking_fields.check_condition(
            material.visible_if, definition.fields, f"{place}.visible_if"
        )
        required += material.is_required and material.visible_if is None
    if required > definition.max_papers:
        yield (
            "materials",
            _("More papers are required than max_papers allows, so nobody could send this form."),
        )


def _check_handler(definition: Definition, known: Known) -> Found:
    if definition.handler and definition.handler not in known.outcomes:
        yield "handler", _("No part of the program is registered under this name.")
    allowed = known.outcomes.get(definition.handler, frozenset())
    for at, step in enumerate(definition.steps):
        if step.outcome and step.outcome not in allowed:
            yield f"steps[{at}].outcome", _("The service's handler offers no outcome of this name.")


def _check_steps(definition: Definition, known: Known) -> Found:
    if not definition.steps:
        yield "steps", _("At least one step is needed, or nobody would ever decide.")
    if len(definition.steps) > MAX_STEPS:
        yield "steps", _("More than %(limit)s steps cannot be followed by anybody.") % {"limit": MAX_STEPS}
    seen: set[str] = set()
    earlier: list[Field] = list(definition.fields)
    for at, step in enumerate(definition.steps):
        place = f"steps[{at}]"
        yield from checking_fields.check_new_key(step.key, seen, place)
        if not step.title:
            yield f"{place}.title", _("The step needs a name people understand.")
        yield from _check_who(step, at, place, known)
        yield from _check_route(definition, step, place, known)
        yield from checking_fields.check_list(step.form, f"{place}.form", frozenset())
        spots = [f"{place}.form[{number}]" for number in range(len(step.form))]
        yield from checking_fields.check_formulas(step.form, (*earlier, *step.form), spots)
        yield from check_voices(step, place, known.roles)
        yield from check_apart(definition, at, place)
        yield from _check_deadline(step.deadline, earlier, f"{place}.deadline", known)
        asked = {question.key for question in earlier}
        for number, question in enumerate(step.form):
            if question.key in asked:
                yield f"{place}.form[{number}].key", _("An earlier question has the same key.")
        earlier += step.form
        for number, branch in enumerate(step.branches):
            yield from checking_fields.check_condition(
                branch.condition, tuple(earlier), f"{place}.branches[{number}].condition"
            )


def _check_who(step: Step, at: int, place: str, known: Known) -> Found:
    if step.who is Who.APPLICANT:
        if at == 0:
            yield (
                f"{place}.who",
                _("The first step must be held by an office: the applicant has just sent the form."),
            )
        if not step.form:
            yield f"{place}.form", _("A step of the applicant needs something for her to fill in.")
        return
    if not step.roles:
        yield f"{place}.roles", _("Nobody may act in this step. Name at least one role.")
    for role in step.roles:
        if role not in known.roles:
            yield (
                f"{place}.roles",
                _("The role %(role)s does not exist or may not handle cases.") % {"role": role},
            )
    if Act.APPROVE not in step.acts:
        yield f"{place}.acts", _("Without approving there is no way out of this step.")
    if not set(step.acts) <= DESK_ACTS or len(set(step.acts)) != len(step.acts):
        yield (
            f"{place}.acts",
            _("Only approve, refuse, return, forward and hold can be offered here, each once."),
        )


def _check_route(definition: Definition, step: Step, place: str, known: Known) -> Found:
    needs = {
        Route.EMPLOYER_UNION: FieldKind.EMPLOYER,
        Route.EMPLOYER_FEDERATION: FieldKind.EMPLOYER,
        Route.PLACE_FEDERATION: FieldKind.PLACE,
        Route.GIVEN_UNION: FieldKind.UNION,
    }
    needed = needs.get(step.route)
    found = definition.first_field(needed) if needed else None
    if needed and found is None and not definition.handler:
        yield (
            f"{place}.route",
            _("This way needs a question of the kind %(kind)s in the form.") % {"kind": needed.value},
        )
    if step.route is Route.HANDLER and not definition.handler:
        yield f"{place}.route", _("There is no handler that could choose the way.")
    if step.route is Route.NAMED_UNION and not step.named_union:
        yield f"{place}.named_union", _("Name the union by its number.")
    if step.named_union and known.union_numbers is not None and step.named_union not in known.union_numbers:
        yield f"{place}.named_union", _("No union has this number.")


def _check_deadline(deadline: Deadline | None, earlier: list[Field], place: str, known: Known) -> Found:
    if deadline is None:
        return
    if any(not 1 <= days <= 3650 for days in (deadline.days, *(days for _value, days in deadline.by_value))):
        yield f"{place}.days", _("A time limit lies between 1 and 3,650 days.")
    if deadline.policy and deadline.policy not in known.policies:
        yield f"{place}.policy", _("No number parameter has this name.")
    if deadline.by_field and deadline.by_field not in {question.key for question in earlier}:
        yield f"{place}.by_field", _("No earlier step asks this question.")


def _check_order(definition: Definition) -> Found:
    """Steps lead on to steps that exist, never round in a circle, and each can be reached."""
    keys = [step.key for step in definition.steps]
    for at, step in enumerate(definition.steps):
        for target, place in _ways(step, f"steps[{at}]"):
            if target and target not in keys:
                yield place, _("There is no step of this name.")
            elif target and keys.index(target) <= at:
                yield (
                    place,
                    _("This leads back to the same or an earlier step: the case would run in a circle."),
                )
        if step.return_to and step.return_to not in keys[:at]:
            yield f"steps[{at}].return_to", _("A case can only be returned to an earlier step.")
    reachable = set(keys[:1])
    for step in definition.steps:
        if step.key in reachable:
            reachable |= {target for target, _place in _ways(step, "")}
    for at, key in enumerate(keys):
        if key not in reachable:
            yield f"steps[{at}]", _("No step leads here.")
    if definition.reopening is not None:
        yield from _check_reopening(definition, keys)


def _check_reopening(definition: Definition, keys: list[str]) -> Found:
    assert definition.reopening is not None
    if (
        definition.reopening.to_step not in keys
        or definition.step(definition.reopening.to_step).who is not Who.DESK
    ):
        yield "reopening.to_step", _("A reopened case must go to a step held by an office.")
    if not 1 <= definition.reopening.days <= 3650:
        yield "reopening.days", _("A time limit lies between 1 and 3,650 days.")


def _ways(step: Step, place: str) -> Iterator[tuple[str, str]]:
    yield step.next, f"{place}.next"
    for number, branch in enumerate(step.branches):
        yield branch.next, f"{place}.branches[{number}].next"


def _check_texts(definition: Definition) -> Found:
    keys = {f"step:{step.key}" for step in definition.steps} | TEXT_STATES
    open_keys = {question.key for question in definition.fields if question.in_digest}
    for name, words in definition.texts:
        if name not in keys:
            yield f"texts.{name[:40]}", _("Texts belong to a state or to a step of this service.")
        for unknown in sorted(words.places() - TEXT_PLACES):
            yield f"texts.{name[:40]}", _("The place %(name)s cannot be filled.") % {"name": f"%({unknown})s"}
    for unknown in sorted(definition.subject.places() - TEXT_PLACES - open_keys):
        yield "subject", _("The place %(name)s cannot be filled.") % {"name": f"%({unknown})s"}
    for step in definition.steps:
        conditions = [branch.condition for branch in step.branches]
        if any(depth(condition) > 5 or not fields_in(condition) for condition in conditions):
            yield f"steps.{step.key}.branches", _("The condition is empty or nested too deeply.")
