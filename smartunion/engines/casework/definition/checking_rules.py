"""Checks of who may have a service, of voices and separated duties, of the ladder and of appeals. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from django.utils.translation import gettext as _

from smartunion.engines.casework.categories import EVENTS
from smartunion.engines.casework.definition import checking_fields
from smartunion.engines.casework.definition.conditions import depth, tests_in
from smartunion.engines.casework.definition.shapes import Definition, Feed, Field, FieldKind, Step, Who
from smartunion.engines.casework.rules import Act, Rung

MAX_VOICES: Final = 8
MAX_RULES: Final = 20
MAX_FEEDS: Final = 8
#: What the register can say of the person who asks (eligibility.facts_of).
KNOWN_FACTS: Final = frozenset(
    {"person.age", "person.sex", "person.is_new_form", "member.is_member", "member.state", "member.months",
     "member.is_migrant", "employer.pays_dues"}
)  # fmt: skip
#: Questions a self-test may ask: what can be tapped.
_TAPPED: Final = frozenset(
    {FieldKind.YES_NO, FieldKind.CHOICE, FieldKind.NUMBER, FieldKind.DATE, FieldKind.MONEY}
)

Found = Iterator[tuple[str, str]]


def check_voices(step: Step, place: str, roles: frozenset[str]) -> Found:
    """Each voice has a name and somebody who may speak for it; one voice alone would be the step itself."""
    seen: set[str] = set()
    if step.voices and (step.who is Who.APPLICANT or not 2 <= len(step.voices) <= MAX_VOICES):
        yield f"{place}.voices", _("Between two and eight departments or signatures can decide side by side.")
    for at, voice in enumerate(step.voices):
        spot = f"{place}.voices[{at}]"
        yield from checking_fields.check_new_key(voice.key, seen, spot)
        if not voice.title:
            yield f"{spot}.title", _("Say whose voice it is.")
        for role in voice.roles:
            if role not in roles or role not in step.roles:
                yield f"{spot}.roles", _("The role %(role)s may not act in this step.") % {"role": role}


def check_apart(definition: Definition, at: int, place: str) -> Found:
    """Duties are kept apart from earlier steps of an office only."""
    earlier = {step.key for step in definition.steps[:at] if step.who is Who.DESK}
    for key in definition.steps[at].apart_from:
        if key not in earlier:
            yield f"{place}.apart_from", _("Only earlier steps of an office can be named here.")


def check_appeal(definition: Definition) -> Found:
    """An appeal leads to an office; somebody must be able to refuse, or there is nothing to appeal against."""
    appeal = definition.appeal
    if appeal is None:
        return
    desk = {step.key for step in definition.steps if step.who is Who.DESK}
    if appeal.to_step not in desk:
        yield "appeal.to_step", _("An appeal must go to a step held by an office.")
    if not 1 <= appeal.days <= 3650:
        yield "appeal.days", _("A time limit lies between 1 and 3,650 days.")
    if not any(Act.REFUSE in step.acts for step in definition.steps if step.who is Who.DESK):
        yield "appeal", _("No step can refuse, so there is nothing to appeal against.")


def check_eligibility(definition: Definition) -> Found:
    """Rules look at what the register knows and at the questions of the self-test, in a form people can tap."""
    places = [f"self_test[{at}]" for at in range(len(definition.self_test))]
    yield from checking_fields.check_list(definition.self_test, "self_test", frozenset(), places)
    for question, place in zip(definition.self_test, places, strict=True):
        if question.kind not in _TAPPED:
            yield f"{place}.kind", _("A self-test asks yes or no, a choice, a number, an amount or a date.")
    if len(definition.eligibility) > MAX_RULES:
        yield "eligibility", _("More than %(limit)s conditions cannot be understood.") % {"limit": MAX_RULES}
    asked = {question.key for question in definition.self_test} | KNOWN_FACTS
    seen: set[str] = set()
    for at, rule in enumerate(definition.eligibility):
        place = f"eligibility[{at}]"
        yield from checking_fields.check_new_key(rule.key, seen, place)
        if not rule.label:
            yield f"{place}.label", _("Say the condition in words people understand.")
        if not rule.why_not:
            yield f"{place}.why_not", _("Say why not, for those who do not meet it.")
        if not tests_in(rule.condition) or depth(rule.condition) > 5:
            yield f"{place}.condition", _("The condition is empty or nested too deeply.")
        for test in tests_in(rule.condition):
            if test.field not in asked:
                words = _("Neither the register nor the self-test knows “%(key)s”.")
                yield f"{place}.condition", words % {"key": test.field[:40]}


def check_rung(definition: Definition) -> Found:
    """A rung of the ladder must be true: what is called pre-filled is, and one tap leaves nothing to type."""
    needed = [question for question in definition.fields if question.is_required]
    if definition.rung is Rung.PREFILLED and not any(question.prefill for question in definition.fields):
        yield "rung", _("Nothing is filled in beforehand yet, so this is still an application.")
    if definition.rung in {Rung.ONE_TAP, Rung.GRANTED}:
        typed = [str(q.label) for q in needed if not q.prefill and q.kind is not FieldKind.CALC]
        papers = [str(material.label) for material in definition.materials if material.is_required]
        if typed or papers:
            words = _("One tap is not enough while this must be given: %(what)s.")
            yield "rung", words % {"what": "、".join([*typed, *papers][:5])}
    if definition.rung is Rung.GRANTED and not definition.handler:
        yield (
            "rung",
            _("Granting without application needs a part of the program that finds who is entitled."),
        )


def check_at_once(definition: Definition) -> Found:
    """Only the first step can be decided by the program, by conditions the register answers, with nothing left to fill in."""
    for at, step in enumerate(definition.steps):
        if not step.at_once:
            continue
        place = f"steps[{at}].at_once"
        if at or step.who is Who.APPLICANT or step.voices:
            yield place, _("Only a first step of one office can be decided at once.")
        if not definition.eligibility and not definition.handler:
            yield place, _("Name the conditions the register checks, or every application would be granted.")
        if any(question.is_required for question in step.form):
            yield place, _("An officer must fill something in here, so it cannot be decided at once.")


def check_place_in_life(definition: Definition) -> Found:
    """Turns of life are those the catalogue knows."""
    for event in definition.events:
        if event not in EVENTS:
            yield "events", _("The catalogue knows no turn of life of this name.")


def check_feeds(definition: Definition, services: Mapping[str, Definition] | None) -> Found:
    """Each part names another service once, and takes its answers from questions of this form.

    services: the parts' own definitions, so that what they must know is asked here; None when that is not to be checked.
    """
    asked = {question.key for question in definition.fields}
    seen: set[str] = {definition.key}
    if len(definition.feeds) > MAX_FEEDS:
        yield "feeds", _("At most %(limit)s services can be sent from one form.") % {"limit": MAX_FEEDS}
    for at, feed in enumerate(definition.feeds):
        place = f"feeds[{at}]"
        if feed.service in seen or not checking_fields.is_key(feed.service):
            yield f"{place}.service", _("Name another service, each once.")
        seen.add(feed.service)
        if not feed.title:
            yield f"{place}.title", _("Say what this part is called.")
        yield from checking_fields.check_condition(feed.condition, definition.fields, f"{place}.condition")
        for _theirs, ours in feed.answers:
            if ours not in asked:
                yield f"{place}.answers", _("The form has no question “%(key)s”.") % {"key": ours[:40]}
        if services is not None:
            yield from _check_part(definition, feed, services.get(feed.service), place)
    if definition.feeds and len(definition.steps) != 1:
        yield "feeds", _("A service of several parts has one step, done when all its parts are.")


def _check_part(definition: Definition, feed: Feed, part: Definition | None, place: str) -> Found:
    """The service of a part can be sent from this form: it exists, has no page of its own, and is told what it must know."""
    if part is None:
        yield f"{place}.service", _("There is no open service of this name.")
        return
    if part.page or part.feeds or part.audience == "staff":
        yield f"{place}.service", _("This service cannot be sent from another form.")
        return
    ours, pairs = {question.key: question for question in definition.fields}, dict(feed.answers)
    for question in part.fields:
        given = ours.get(pairs.get(question.key, question.key))
        label = {"label": question.label}
        if given is None:
            if _must_be_told(question):
                yield (
                    f"{place}.answers",
                    _("“%(label)s” must be answered there: choose the question of this form.") % label,
                )
        elif given.kind is not question.kind:
            yield f"{place}.answers", _("“%(label)s” asks there for another kind of answer.") % label
        elif {one.value for one in given.options} - {one.value for one in question.options}:
            yield f"{place}.answers", _("“%(label)s” has answers here that are not known there.") % label


def _must_be_told(question: Field) -> bool:
    return (
        question.is_required
        and question.visible_if is None
        and not question.prefill
        and question.kind is not FieldKind.CALC
    )


def check_feeders(definition: Definition, feeders: Iterable[Definition]) -> Found:
    """Forms that send this service along still tell it all it must know, or nobody could send them.

    feeders: the definitions of those forms.
    """
    told: dict[str, set[str]] = {}
    for feeder in feeders:
        ours = {question.key for question in feeder.fields}
        for feed in feeder.feeds:
            if feed.service == definition.key:
                pairs = dict(feed.answers)
                told[str(feeder.title)] = {
                    question.key
                    for question in definition.fields
                    if pairs.get(question.key, question.key) in ours
                }
    for at, section in enumerate(definition.sections):
        for number, question in enumerate(section.fields):
            title = next((title for title, keys in told.items() if question.key not in keys), "")
            if title and section.visible_if is None and _must_be_told(question):
                yield (
                    f"sections[{at}].fields[{number}].is_required",
                    _(
                        "“%(title)s” sends this service along and has no such question: let “%(label)s” be left open."
                    )
                    % {"title": title, "label": question.label},
                )
