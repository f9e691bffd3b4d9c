"""The catalogue: what this person may use, found by everyday words."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.pinyin import initials
from smartunion.engines.casework.answers import check_fields
from smartunion.engines.casework.categories import CATEGORIES
from smartunion.engines.casework.definition import Definition
from smartunion.engines.casework.definitions import FOLLOWING
from smartunion.engines.casework.eligibility import Weighed, facts_for, weigh
from smartunion.engines.casework.models import CaseFile, Service
from smartunion.engines.casework.presenting import Question
from smartunion.engines.casework.queries.serving import serving
from smartunion.engines.casework.queries.versions import current_versions, definition_of
from smartunion.engines.casework.rules import FINAL, CaseState

Label = str | Promise


@dataclass(frozen=True)
class Offer:
    """One service in the catalogue."""

    definition: Definition
    url: str
    tint: str


@dataclass(frozen=True)
class Shelf:
    """Services of one heading."""

    title: Label
    icon: str
    offers: tuple[Offer, ...]


def shelves(actor: Actor, query: str = "") -> list[Shelf]:
    """The catalogue by heading; query: words, a part of the name, or pinyin initials."""
    found: dict[str, list[Offer]] = {}
    for offer in offers(actor):
        if matches(offer.definition, query):
            category = offer.definition.category if offer.definition.category in CATEGORIES else "other"
            found.setdefault(category, []).append(offer)
    return [
        Shelf(CATEGORIES[key][0], CATEGORIES[key][1], tuple(found[key])) for key in CATEGORIES if key in found
    ]


def offers(actor: Actor) -> list[Offer]:
    """Services open to this person, in the order of the catalogue."""
    made = []
    for version in serving(current_versions(), actor):
        definition = definition_of(version)
        if definition.is_listed and (definition.audience != "staff" or actor.grants):
            tint = CATEGORIES.get(definition.category, CATEGORIES["other"])[2]
            made.append(Offer(definition, address_of(definition), tint))
    return made


def weighed(
    definition: Definition, actor: Actor, tested: tuple[Question, ...], at: datetime
) -> list[Weighed]:
    """The service's rules put to what the register knows of the actor and to her answers of the self-test."""
    if not definition.eligibility:
        return []
    raw: dict[str, object] = {question.field.key: question.given for question in tested}
    checked = check_fields(definition.self_test, raw, papers={}, today=local_date(at))
    return weigh(definition, facts_for(actor, local_date(at)) | checked.values)


def following(case: CaseFile, is_late: bool) -> list[Service]:
    """Services offered beside a case that has ended or is late."""
    if (
        case.service_key in FOLLOWING
        or not (case.state in FINAL or is_late)
        or case.state == CaseState.WITHDRAWN
    ):
        return []
    return list(Service.objects.filter(key__in=FOLLOWING, is_open=True).order_by("order", "id"))


def address_of(definition: Definition) -> str:
    """The service's page: another room's own, or the general one."""
    if definition.page:
        try:
            return reverse(definition.page)
        except NoReverseMatch:
            pass
    return reverse("casework:service", args=[definition.key])


def matches(definition: Definition, query: str) -> bool:
    """Whether a service is meant by these words: each must occur in its name, summary or everyday words."""
    words = query.strip().lower().split()
    text = f"{definition.title.zh} {definition.title.en} {definition.summary.zh} {definition.words}".lower()
    short = initials(definition.title.zh)
    return all(word in text or word in short for word in words[:8])
