"""Edits of a definition: each takes what a form posted and gives the next definition. Pure; nothing is judged here.

Parts are named by their keys, never by their number, so that two people at one draft change different things safely. A
list of questions is named by its section, or by "step:<key>" for the questions of a step.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol, TypeVar

from django.utils.translation import gettext as _

from smartunion.core.errors import StaleState
from smartunion.engines.casework.categories import EVENTS
from smartunion.engines.casework.definition import (
    Agree,
    Appeal,
    Contract,
    Deadline,
    Definition,
    Feed,
    Field,
    FieldKind,
    Material,
    Op,
    Reopening,
    Route,
    Rule,
    Section,
    Step,
    Test,
    Text,
    Voice,
    Who,
)
from smartunion.engines.casework.definition.formulas import FormulaError, renamed
from smartunion.engines.casework.design.reading import (
    Edit,
    choice,
    columns_from,
    condition_from,
    number,
    options_from,
    whole,
    words,
)
from smartunion.engines.casework.rules import TEXT_STATES, Act, Rung

#: Posted names of what answers a question of a part: this, then its key.
_MAP: Final = "map."
#: New keys look like q12: short, fresh, and never made from a label.
_PREFIX: Final = {"section": "part", "field": "q", "material": "paper", "step": "step", "rule": "rule"}


class Keyed(Protocol):
    """Something with a key."""

    @property
    def key(self) -> str:
        """Its key."""


K = TypeVar("K", bound=Keyed)


class Gone(StaleState):
    """Somebody has removed the part meanwhile."""

    code = "part_gone"

    def default_message(self) -> str:
        return _("This part has been removed meanwhile.")


def applied(definition: Definition, edit: Edit) -> Definition:
    """The definition after one edit. Raises Gone, KeyError for an unknown edit."""
    return EDITS[edit.do](definition, edit)


def fresh_key(definition: Definition, what: str) -> str:
    """A key no part of the definition bears."""
    parts: tuple[Keyed, ...] = (
        *definition.sections, *definition.materials, *definition.steps, *definition.eligibility,
    )  # fmt: skip
    taken = {part.key for part in parts}
    taken |= {field.key for field in (*definition.all_fields, *definition.self_test)}
    return next(key for count in range(1, 100_000) if (key := f"{_PREFIX[what]}{count}") not in taken)


def _head(definition: Definition, edit: Edit) -> Definition:
    steps = {step.key for step in definition.steps if step.who is Who.DESK}
    reopen, appeal = edit.get("reopen_to"), edit.get("appeal_to")
    return replace(
        definition,
        title=words(edit.get("title"), definition.title), summary=words(edit.get("summary"), definition.summary),
        category=edit.get("category") or definition.category, audience=edit.get("audience") or definition.audience,
        words=edit.get("words"), promise=words(edit.get("promise"), definition.promise),
        source=words(edit.get("source"), definition.source), subject=words(edit.get("subject"), definition.subject),
        icon=edit.get("icon") or definition.icon, rung=choice(Rung, edit.get("rung"), definition.rung),
        is_rated=edit.has("is_rated"), is_narrow=edit.has("is_narrow"),
        events=tuple(event for event in EVENTS if event in edit.all("events")), is_listed=edit.has("is_listed"),
        reopening=Reopening(reopen, whole(edit.get("reopen_days"), 30)) if reopen in steps else None,
        appeal=Appeal(appeal, whole(edit.get("appeal_days"), 60)) if appeal in steps else None,
    )  # fmt: skip


def _add_section(definition: Definition, edit: Edit) -> Definition:
    section = Section(fresh_key(definition, "section"), Text(_("New group")), ())
    return replace(definition, sections=(*definition.sections, section))


def _section(definition: Definition, edit: Edit) -> Definition:
    def change(section: Section) -> Section:
        return replace(
            section, title=words(edit.get("title"), section.title), help=words(edit.get("help"), section.help),
            visible_if=condition_from(edit, "visible", section.visible_if, definition.fields),
        )  # fmt: skip

    return replace(definition, sections=_changed(definition.sections, edit.key, change))


def _add_field(definition: Definition, edit: Edit) -> Definition:
    kind = choice(FieldKind, edit.get("kind"), FieldKind.TEXT)
    made = Field(fresh_key(definition, "field"), kind, Text(_("New question")))
    if kind in {FieldKind.CHOICE, FieldKind.MULTI}:
        made = replace(made, options=options_from(_("First answer\nSecond answer"), ()))
    if kind is FieldKind.ROWS:
        made = replace(made, columns=columns_from(_("Name, text"), ()), is_required=False)
    if kind is FieldKind.CALC:
        made = replace(made, is_required=False)
    return with_fields(definition, edit.where, (*fields_in(definition, edit.where), made))


def _field(definition: Definition, edit: Edit) -> Definition:
    here = fields_in(definition, edit.where)
    around = definition.fields if not edit.where.startswith("step:") else here
    known = definition.all_fields

    def change(field: Field) -> Field:
        kind = choice(FieldKind, edit.get("kind"), field.kind)
        chosen = kind in {FieldKind.CHOICE, FieldKind.MULTI}
        return replace(
            field, kind=kind, label=words(edit.get("label"), field.label), help=words(edit.get("help"), field.help),
            why=words(edit.get("why"), field.why), is_required=edit.has("is_required"),
            options=options_from(edit.get("options"), field.options) if chosen else (),
            columns=columns_from(edit.get("columns"), field.columns) if kind is FieldKind.ROWS else (),
            minimum=number(edit.get("minimum")), maximum=number(edit.get("maximum")),
            unit=words(edit.get("unit"), field.unit), prefill=edit.get("prefill"),
            is_locked=edit.has("is_locked") and bool(edit.get("prefill")), in_digest=edit.has("in_digest"),
            is_public=edit.has("is_public"), past_only=edit.has("past_only") and kind is FieldKind.DATE,
            format=choice(type(field.format), edit.get("format"), field.format)
            if kind is FieldKind.TEXT else type(field.format).NONE,
            formula=formula_in_keys(edit.get("formula"), known) if kind is FieldKind.CALC else "",
            decimals=whole(edit.get("decimals"), field.decimals),
            visible_if=condition_from(edit, "visible", field.visible_if, around),
            required_if=condition_from(edit, "required", field.required_if, around) if not edit.has("is_required") else None,
        )  # fmt: skip

    return with_fields(definition, edit.where, _changed(here, edit.key, change))


def _move(definition: Definition, edit: Edit) -> Definition:
    """One place up or down; a question at the edge of its group goes on into the next one."""
    by = -1 if edit.get("to") == "up" else 1
    kind = edit.get("what")
    if kind == "section":
        return replace(definition, sections=_moved(definition.sections, edit.key, by))
    if kind == "material":
        return replace(definition, materials=_moved(definition.materials, edit.key, by))
    if kind == "step":
        return _in_line(replace(definition, steps=_moved(definition.steps, edit.key, by)))
    here = fields_in(definition, edit.where)
    at = _place(here, edit.key)
    if 0 <= at + by < len(here) or edit.where.startswith("step:"):
        return with_fields(definition, edit.where, _moved(here, edit.key, by))
    sections = [section.key for section in definition.sections]
    beside = sections.index(edit.where) + by
    if not 0 <= beside < len(sections):
        return definition
    rest = with_fields(definition, edit.where, tuple(field for field in here if field.key != edit.key))
    there = fields_in(rest, sections[beside])
    joined = (*there, here[at]) if by < 0 else (here[at], *there)
    return with_fields(rest, sections[beside], joined)


def _remove(definition: Definition, edit: Edit) -> Definition:
    kind = edit.get("what")
    if kind == "section":
        return replace(definition, sections=_without(definition.sections, edit.key))
    if kind == "material":
        return replace(definition, materials=_without(definition.materials, edit.key))
    if kind == "rule":
        return replace(definition, eligibility=_without(definition.eligibility, edit.key))
    if kind == "feed":
        at = _feed_place(definition, edit.key)
        return replace(definition, feeds=(*definition.feeds[:at], *definition.feeds[at + 1 :]))
    if kind == "step":
        return _in_line(replace(definition, steps=_without(definition.steps, edit.key)))
    return with_fields(definition, edit.where, _without(fields_in(definition, edit.where), edit.key))


def _add_material(definition: Definition, edit: Edit) -> Definition:
    made = Material(fresh_key(definition, "material"), Text(_("New paper")))
    return replace(
        definition, materials=(*definition.materials, made), max_papers=len(definition.materials) + 1
    )


def _material(definition: Definition, edit: Edit) -> Definition:
    def change(material: Material) -> Material:
        return replace(
            material, label=words(edit.get("label"), material.label), help=words(edit.get("help"), material.help),
            is_required=edit.has("is_required"), max_files=whole(edit.get("max_files"), material.max_files),
            folder=edit.get("folder"), visible_if=condition_from(edit, "visible", material.visible_if, definition.fields),
        )  # fmt: skip

    return replace(definition, materials=_changed(definition.materials, edit.key, change))


def _add_step(definition: Definition, edit: Edit) -> Definition:
    who = choice(Who, edit.get("who"), Who.DESK)
    roles = () if who is Who.APPLICANT else ("cadre", "admin")
    made = Step(
        fresh_key(definition, "step"), Text(_("New step")), who, roles, deadline=Deadline(5, is_working=True)
    )
    return _in_line(replace(definition, steps=(*definition.steps, made)))


def _step(definition: Definition, edit: Edit) -> Definition:
    def change(step: Step) -> Step:
        days = number(edit.get("days"))
        before = step.deadline or Deadline(5)
        deadline = (
            replace(before, days=days, is_working=edit.get("day_kind") == "working")
            if days is not None
            else None
        )
        return replace(
            step, title=words(edit.get("title"), step.title), who=choice(Who, edit.get("who"), step.who),
            roles=tuple(edit.all("roles")), route=choice(Route, edit.get("route"), step.route),
            named_union=edit.get("named_union"), at_once=edit.has("at_once"),
            acts=tuple(act for act in _OFFERED if act.value in edit.all("acts")),
            deadline=deadline, help=words(edit.get("help"), step.help),
            for_applicant=words(edit.get("for_applicant"), step.for_applicant),
            approve_label=words(edit.get("approve_label"), step.approve_label), return_to=edit.get("return_to"),
            voices=_voices(edit.get("voices"), step.voices), agree=choice(Agree, edit.get("agree"), step.agree),
            apart_from=tuple(edit.all("apart_from")), outcome=edit.get("outcome"),
        )  # fmt: skip

    return replace(definition, steps=_changed(definition.steps, edit.key, change))


def _add_rule(definition: Definition, edit: Edit) -> Definition:
    condition = Test("member.is_member", Op.IS, True)
    made = Rule(
        fresh_key(definition, "rule"), Text(_("Is a member of a union")), condition, Text(_("You are not a member yet.")),
        Text(_("Join your union first; it takes a minute.")),
    )  # fmt: skip
    return replace(definition, eligibility=(*definition.eligibility, made))


def _rule(definition: Definition, edit: Edit) -> Definition:
    def change(rule: Rule) -> Rule:
        condition = condition_from(edit, "rule", rule.condition, definition.self_test) or rule.condition
        return replace(
            rule, label=words(edit.get("label"), rule.label), condition=condition,
            why_not=words(edit.get("why_not"), rule.why_not), remedy=words(edit.get("remedy"), rule.remedy),
        )  # fmt: skip

    return replace(definition, eligibility=_changed(definition.eligibility, edit.key, change))


def _texts(definition: Definition, edit: Edit) -> Definition:
    names = [*sorted(TEXT_STATES), *(f"step:{step.key}" for step in definition.steps)]
    said = [(name, words(edit.get(name), definition.text(name))) for name in names]
    return replace(definition, texts=tuple((name, text) for name, text in said if text))


def _add_feed(definition: Definition, edit: Edit) -> Definition:
    service = edit.get("service")
    if not service or any(feed.service == service for feed in definition.feeds):
        return definition
    made = Feed(service, Text(edit.get("title") or service))
    return replace(definition, feeds=(*definition.feeds, made))


def _feed(definition: Definition, edit: Edit) -> Definition:
    """What one part is called, when it is sent, and from which of our questions each of its own is answered."""
    asked = {field.key for field in definition.fields}

    def change(feed: Feed) -> Feed:
        given = edit.given or {}
        taken = {name.removeprefix(_MAP): ours for name, ours in given.items() if name.startswith(_MAP)}
        kept = {theirs: ours for theirs, ours in feed.answers if theirs not in taken}
        pairs = kept | {theirs: ours for theirs, ours in taken.items() if ours in asked and ours != theirs}
        return replace(
            feed, title=words(edit.get("title"), feed.title), answers=tuple(sorted(pairs.items())),
            condition=condition_from(edit, "feed", feed.condition, definition.fields),
        )  # fmt: skip

    at = _feed_place(definition, edit.key)
    feeds = definition.feeds
    return replace(definition, feeds=(*feeds[:at], change(feeds[at]), *feeds[at + 1 :]))


def _feed_place(definition: Definition, service: str) -> int:
    found = next((at for at, feed in enumerate(definition.feeds) if feed.service == service), None)
    if found is None:
        raise Gone
    return found


EDITS: Final[dict[str, Callable[[Definition, Edit], Definition]]] = {
    "head": _head, "add_section": _add_section, "section": _section, "add_field": _add_field, "field": _field,
    "move": _move, "remove": _remove, "add_material": _add_material, "material": _material, "add_step": _add_step,
    "step": _step, "add_feed": _add_feed, "feed": _feed, "add_rule": _add_rule, "rule": _rule, "texts": _texts,
}  # fmt: skip
_OFFERED: Final = (Act.APPROVE, Act.REFUSE, Act.RETURN, Act.FORWARD, Act.HOLD)


def bound(before: Definition, after: Definition, contract: Contract | None) -> Definition:
    """The edited definition with the stored values and column keys its part of the program knows.

    Where such a question has as many answers (or columns) as before, new words are other words for the same one.
    """
    if contract is None:
        return after
    was = {field.key: field for field in before.all_fields}
    stations = {step.key for step in contract.shipped.steps if contract.keeps_step(step)}
    sections = tuple(
        replace(section, fields=tuple(_renamed_in(was.get(one.key), one) if contract.keeps_question(one.key) else one
                                      for one in section.fields))
        for section in after.sections
    )  # fmt: skip
    steps = tuple(
        replace(step, form=tuple(_renamed_in(was.get(one.key), one) for one in step.form)) if step.key in stations else step
        for step in after.steps
    )  # fmt: skip
    return replace(after, sections=sections, steps=steps)


def _renamed_in(was: Field | None, now: Field) -> Field:
    if was is None or was.kind is not now.kind:
        return now
    values = _in_place([one.value for one in was.options], [one.value for one in now.options])
    keys = _in_place([one.key for one in was.columns], [one.key for one in now.columns])
    options = tuple(replace(one, value=value) for one, value in zip(now.options, values, strict=True))
    columns = tuple(replace(one, key=key) for one, key in zip(now.columns, keys, strict=True))
    return replace(now, options=options, columns=columns)


def _in_place(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """The names now, fresh ones replaced by those that went, in order; as they are when their number differs."""
    if len(before) != len(now):
        return list(now)
    gone = iter([name for name in before if name not in now])
    return [name if name in before else next(gone) for name in now]


def untied(definition: Definition) -> Definition:
    """The definition as a service of its own: without handler, page, and what only they could do."""
    steps = tuple(
        replace(step, outcome="", form=_by_hand(step.form), at_once=step.at_once and bool(definition.eligibility),
                route=Route.OWN_UNION if step.route is Route.HANDLER else step.route)
        for step in definition.steps
    )  # fmt: skip
    sections = tuple(replace(section, fields=_by_hand(section.fields)) for section in definition.sections)
    return replace(definition, handler="", page="", steps=steps, sections=sections, rung=Rung.APPLY)


def _by_hand(fields: Sequence[Field]) -> tuple[Field, ...]:
    return tuple(
        replace(field, prefill="", is_locked=False) if field.prefill.startswith("handler.") else field
        for field in fields
    )


def fields_in(definition: Definition, where: str) -> tuple[Field, ...]:
    """The questions of a section, of a step ("step:<key>") or of the self-test. Raises Gone."""
    if where == "self_test":
        return definition.self_test
    if where.startswith("step:"):
        return _found(definition.steps, where.removeprefix("step:")).form
    return _found(definition.sections, where).fields


def with_fields(definition: Definition, where: str, fields: Sequence[Field]) -> Definition:
    """The definition with other questions in one list. Raises Gone."""
    found = tuple(fields)
    if where == "self_test":
        return replace(definition, self_test=found)
    if where.startswith("step:"):
        key = where.removeprefix("step:")
        return replace(
            definition, steps=_changed(definition.steps, key, lambda step: replace(step, form=found))
        )
    return replace(
        definition, sections=_changed(definition.sections, where, lambda one: replace(one, fields=found))
    )


def formula_in_keys(text: str, fields: Iterable[Field]) -> str:
    """A formula with questions by key, from one with their words; what cannot be read stays as it was typed."""
    known = list(fields)
    by_label = {str(field.label): field for field in reversed(known)} | {field.key: field for field in known}

    def keys(name: str, part: str) -> tuple[str, str]:
        field = by_label.get(name)
        columns = {str(column.label): column.key for column in field.columns} if field else {}
        return (field.key if field else name), columns.get(part, part)

    return _renamed(text, keys)


def formula_in_words(text: str, fields: Iterable[Field]) -> str:
    """A formula as cadres read it: questions by their words."""
    by_key = {field.key: field for field in fields}

    def labels(name: str, part: str) -> tuple[str, str]:
        field = by_key.get(name)
        columns = {column.key: str(column.label) for column in field.columns} if field else {}
        ends = {"from": "开始", "to": "结束"} if field and field.kind is FieldKind.PERIOD else {}
        return (str(field.label) if field else name), columns.get(part, ends.get(part, part))

    return _renamed(text, labels)


def _renamed(text: str, new: Callable[[str, str], tuple[str, str]]) -> str:
    try:
        return renamed(text, new)
    except FormulaError:
        return text


def _voices(text: str, before: tuple[Voice, ...]) -> tuple[Voice, ...]:
    """One department a line; those that keep their words keep their key."""
    known = {str(voice.title): voice for voice in before}
    titles = [line.strip() for line in text.splitlines() if line.strip()]
    return tuple(known.get(title) or Voice(f"v{at}", Text(title[:60])) for at, title in enumerate(titles, 1))


def _in_line(definition: Definition) -> Definition:
    """Steps lead on in the order they stand; branches and ways back to steps that are gone or later fall away."""
    keys = [step.key for step in definition.steps]
    steps = []
    for at, step in enumerate(definition.steps):
        later = set(keys[at + 1 :])
        steps.append(replace(
            step, next=keys[at + 1] if at + 1 < len(keys) else "",
            branches=tuple(branch for branch in step.branches if branch.next in later),
            return_to=step.return_to if step.return_to in keys[:at] else "",
            apart_from=tuple(key for key in step.apart_from if key in keys[:at]),
        ))  # fmt: skip
    return replace(definition, steps=tuple(steps))


def _place(parts: Sequence[K], key: str) -> int:
    found = next((at for at, part in enumerate(parts) if part.key == key), None)
    if found is None:
        raise Gone
    return found


def _found(parts: Sequence[K], key: str) -> K:
    return parts[_place(parts, key)]


def _changed(parts: Sequence[K], key: str, change: Callable[[K], K]) -> tuple[K, ...]:
    at = _place(parts, key)
    return (*parts[:at], change(parts[at]), *parts[at + 1 :])


def _moved(parts: Sequence[K], key: str, by: int) -> tuple[K, ...]:
    at, row = _place(parts, key), list(parts)
    if 0 <= at + by < len(row):
        row[at], row[at + by] = row[at + by], row[at]
    return tuple(row)


def _without(parts: Sequence[K], key: str) -> tuple[K, ...]:
    at = _place(parts, key)
    return (*parts[:at], *parts[at + 1 :])
