"""What a part of the program relies on in a service, so that a union can change everything else. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from smartunion.engines.casework.definition.conditions import Condition
from smartunion.engines.casework.definition.shapes import Definition, Field, FieldKind, Route, Step

Found = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Contract:
    """What every version of one service keeps.

    shipped: the definition it came with; questions: keys of the form its handler reads; stations: keys of steps whose
    answers it reads (steps that bring something about are kept anyway); sealed: the only roles that open its cases, empty
    when it is not sealed.
    """

    shipped: Definition
    questions: frozenset[str] = frozenset()
    stations: frozenset[str] = frozenset()
    sealed: frozenset[str] = frozenset()

    def keeps_question(self, key: str) -> bool:
        """Whether a question of the form has to stay."""
        return bool(self.shipped.page) or key in self.questions

    def keeps_step(self, step: Step) -> bool:
        """Whether a step has to stay."""
        return bool(step.outcome) or step.key in self.stations


def contract_of(definition: Definition, contracts: Mapping[str, Contract]) -> Contract | None:
    """The contract of the part of the program a definition is tied to; None when it is tied to none."""
    contract = contracts.get(definition.key)
    if contract is None or definition.handler != contract.shipped.handler:
        return None
    return contract


def check_contract(definition: Definition, contracts: Mapping[str, Contract]) -> Found:
    """What a part of the program needs of this service is there, at least as strict as it came."""
    contract = contract_of(definition, contracts)
    named = contracts.get(definition.key)
    if named is not None and named.sealed:
        yield from _check_sealed(definition, named.sealed)
    if contract is None:
        tied = {one.shipped.handler for one in contracts.values()}
        if definition.handler and definition.handler in tied:
            yield "handler", _("This part of the program carries out another service.")
        return
    shipped = contract.shipped
    if definition.page != shipped.page:
        yield "page", _("The page of its own belongs to the part of the program behind this service.")
    if shipped.is_narrow and not definition.is_narrow:
        yield (
            "is_narrow",
            _("Cases of this service tell of private things: they stay with the office that holds them."),
        )
    yield from _check_form(definition, contract)
    yield from _check_steps(definition, contract)


def _check_sealed(definition: Definition, roles: frozenset[str]) -> Found:
    if not definition.is_narrow:
        yield "is_narrow", _("This service is sealed: its cases stay with the office that holds them.")
    for at, step in enumerate(definition.steps):
        for role in sorted({*step.roles, *(role for voice in step.voices for role in voice.roles)} - roles):
            words = _("This service is sealed: the role %(role)s could not open its cases.")
            yield f"steps[{at}].roles", words % {"role": role}


def _check_form(definition: Definition, contract: Contract) -> Found:
    shipped, page = contract.shipped, contract.shipped.page
    spots = {
        field.key: (field, f"sections[{at}].fields[{number}]", section.visible_if)
        for at, section in enumerate(definition.sections)
        for number, field in enumerate(section.fields)
    }  # fmt: skip
    known = {field.key for field in shipped.fields}
    for section in shipped.sections:
        for field in section.fields:
            if contract.keeps_question(field.key):
                found = spots.get(field.key)
                if found is None:
                    words = _(
                        "The question “%(label)s” (%(key)s) is needed by the part of the program behind this service."
                    )
                    yield "fields", words % {"label": field.label, "key": field.key}
                else:
                    yield from _check_kept(field, section.visible_if, *found)
    for key, (_field, spot, _when) in spots.items():
        if page and key not in known:
            yield spot, _("This service is asked on a page of its own, where nobody would see this question.")
    papers = {material.key for material in shipped.materials}
    for at, material in enumerate(definition.materials):
        if page and material.key not in papers:
            yield (
                f"materials[{at}]",
                _("This service is asked on a page of its own, where nobody would see this paper."),
            )


def _check_kept(
    was: Field, was_when: Condition | None, now: Field, spot: str, now_when: Condition | None
) -> Found:
    """A kept question asks for the same kind of thing, at least as strictly."""
    if now.kind is not was.kind:
        yield f"{spot}.kind", _("The program behind this service needs the kind this question came with.")
        return
    if {one.value for one in now.options} != {one.value for one in was.options}:
        yield (
            f"{spot}.options",
            _("The program tells these answers apart: change their words, not how many there are."),
        )
    if (now.visible_if, now_when) != (was.visible_if, was_when):
        yield f"{spot}.visible_if", _("The program behind this service needs this question asked as it came.")
    if was.is_required and not now.is_required:
        yield f"{spot}.is_required", _("The program behind this service needs an answer to this question.")
    if was.required_if is not None and not now.is_required and now.required_if != was.required_if:
        yield f"{spot}.required_if", _("The program behind this service needs an answer to this question.")
    if was.is_locked and (not now.is_locked or now.prefill != was.prefill):
        yield f"{spot}.prefill", _("This answer comes from the register and cannot be typed.")
    if was.kind is FieldKind.CALC and now.formula != was.formula:
        yield f"{spot}.formula", _("The program behind this service relies on this calculation.")
    if was.minimum is not None and (now.minimum is None or now.minimum < was.minimum):
        yield f"{spot}.minimum", _("Not less than %(limit)s here.") % {"limit": was.minimum}
    if was.maximum is not None and (now.maximum is None or now.maximum > was.maximum):
        yield f"{spot}.maximum", _("Not more than %(limit)s here.") % {"limit": was.maximum}
    if now.format is not was.format or (was.past_only and not now.past_only):
        yield (
            f"{spot}.format",
            _("The program behind this service needs the answer in the form it came with."),
        )
    columns = {column.key: column for column in now.columns}
    for column in was.columns:
        if column.key not in columns or columns[column.key].kind is not column.kind:
            words = _("The column “%(label)s” is needed by the part of the program behind this service.")
            yield f"{spot}.columns", words % {"label": column.label}


def _check_steps(definition: Definition, contract: Contract) -> Found:
    kept = [step for step in contract.shipped.steps if contract.keeps_step(step)]
    places = {step.key: at for at, step in enumerate(definition.steps)}
    outcomes = {step.key: step.outcome for step in contract.shipped.steps}
    last = -1
    for was in kept:
        at = places.get(was.key)
        if at is None:
            words = _(
                "The step “%(title)s” (%(key)s) is needed by the part of the program behind this service."
            )
            yield "steps", words % {"title": was.title, "key": was.key}
            continue
        if at < last:
            yield f"steps[{at}]", _("The program behind this service needs its steps in the order they came.")
        last = max(last, at)
        yield from _check_step(was, definition.steps[at], f"steps[{at}]", was.key in contract.stations)
    for key, at in places.items():
        outcome = definition.steps[at].outcome
        if outcome and outcome != outcomes.get(key):
            yield f"steps[{at}].outcome", _("What this brings about belongs to the step it came with.")


def _check_step(was: Step, now: Step, place: str, reads_form: bool) -> Found:
    if now.who is not was.who:
        yield f"{place}.who", _("The program behind this service needs this step held as it came.")
    if now.outcome != was.outcome:
        yield f"{place}.outcome", _("The program behind this service brings this about here.")
    if was.route is Route.HANDLER and now.route is not Route.HANDLER:
        yield f"{place}.route", _("The program behind this service chooses the office here.")
    if was.at_once is False and now.at_once:
        yield f"{place}.at_once", _("This step was made for people to decide.")
    if not set(was.apart_from) <= set(now.apart_from):
        yield f"{place}.apart_from", _("Whoever decided the earlier step may not act here.")
    if not reads_form:
        return
    spots = {field.key: (field, f"{place}.form[{number}]") for number, field in enumerate(now.form)}
    for field in was.form:
        found = spots.get(field.key)
        if found is None:
            words = _(
                "The question “%(label)s” (%(key)s) is needed by the part of the program behind this service."
            )
            yield f"{place}.form", words % {"label": field.label, "key": field.key}
        else:
            yield from _check_kept(field, None, *found, None)
