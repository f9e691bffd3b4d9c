"""The catalogue: what this person may use, found by everyday words."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from smartunion.core.actor import Actor
from smartunion.core.clock import local_date
from smartunion.core.pinyin import initials
from smartunion.core.ways import Way, ways
from smartunion.engines.casework.answers import check_fields
from smartunion.engines.casework.categories import CATEGORIES, EVENTS
from smartunion.engines.casework.definition import Definition
from smartunion.engines.casework.definitions import FOLLOWING
from smartunion.engines.casework.eligibility import Weighed, facts_for, weigh
from smartunion.engines.casework.handlers import handler_of
from smartunion.engines.casework.models import CaseFile, Service
from smartunion.engines.casework.presenting import Question
from smartunion.engines.casework.queries.serving import serving
from smartunion.engines.casework.queries.versions import current_versions, definition_of, readable
from smartunion.engines.casework.rules import ENDED_WITHOUT, FINAL, CaseState, Rung
from smartunion.ground.registry.models import TradeUnion

Label = str | Promise
#: Ways of asking that say nothing about what is needed.
_ASKING = re.compile(
    "请问|怎么办理|怎么办|怎么|如何|为什么|可以吗|能不能|有没有|什么时候|我想要|我想|想要|吗|呢|吧"
)
#: Least likeness a service must have to be shown when no service holds all the words.
_NEAR = 0.34


@dataclass(frozen=True)
class Offer:
    """One service in the catalogue.

    may: whether this person may have it as far as the register knows, None when it does not; why_not: said when not;
    owner: union that offers it, empty for everybody's.
    """

    definition: Definition
    url: str
    tint: str
    may: bool | None = None
    why_not: str = ""
    owner: str = ""

    @property
    def is_quick(self) -> bool:
        """Whether one tap is enough."""
        return self.definition.rung in {Rung.ONE_TAP, Rung.GRANTED}


@dataclass(frozen=True)
class Shelf:
    """Services of one heading."""

    title: Label
    icon: str
    offers: tuple[Offer, ...]


@dataclass(frozen=True)
class TurnOfLife:
    """A turn of life somebody may look under, with how many services belong to it."""

    key: str
    title: Label
    icon: str
    count: int


@dataclass(frozen=True)
class Hall:
    """The catalogue as one person sees it: shelves of what she may have, what is not for her now, turns of life.

    pages: found by the words beside the services, for what needs no form.
    """

    shelves: tuple[Shelf, ...]
    not_now: tuple[Offer, ...]
    turns: tuple[TurnOfLife, ...]
    pages: tuple[Way, ...] = ()


def hall(actor: Actor, at: datetime, *, query: str = "", event: str = "") -> Hall:
    """The catalogue for this person: by heading, what she may have first; what she may not have stands last, with why.

    query: everyday words; event: a turn of life. A search finds everything, whether she may have it or not.
    """
    everything = _found(offers(actor, at), query)
    shown = [offer for offer in everything if not event or event in offer.definition.events]
    near = [offer for offer in shown if offer.may is not False]
    turns = tuple(
        TurnOfLife(key, title, icon, count)
        for key, (title, icon) in EVENTS.items()
        if (count := sum(key in offer.definition.events for offer in everything))
    )
    not_now = tuple(offer for offer in shown if offer.may is False)
    return Hall(tuple(_shelves(near)), not_now, turns, _pages(query, actor))


def shelves(actor: Actor, query: str = "", *, at: datetime | None = None) -> list[Shelf]:
    """The catalogue by heading; query: words, a part of the name, or pinyin initials."""
    return _shelves(_found(offers(actor, at), query))


def offers(actor: Actor, at: datetime | None = None) -> list[Offer]:
    """Services open to this person, in the order of the catalogue; at: also say whether she may have each."""
    versions = serving(current_versions(), actor)
    facts = facts_for(actor, local_date(at)) if at is not None and actor.person_id is not None else {}
    owners = {version.service.owner_path for version in versions} - {""}
    names = dict(TradeUnion.objects.filter(path__in=owners).values_list("path", "name")) if owners else {}
    made = []
    for version in versions:
        definition, broken = readable(version)
        if definition.is_listed and (definition.audience != "staff" or actor.grants):
            tint = CATEGORIES.get(definition.category, CATEGORIES["other"])[2]
            may, why_not = _fit(definition, facts)
            if at is not None and may is not False and (against := _against(definition, actor, at)):
                may, why_not = False, against
            if broken:
                may, why_not = (
                    False,
                    _(
                        "This service cannot be used now: what it asks for is damaged. Your union can repair it."
                    ),
                )
            owner = names.get(version.service.owner_path, "")
            made.append(Offer(definition, address_of(definition), tint, may, why_not, owner))
    return made


def _fit(definition: Definition, facts: dict[str, object]) -> tuple[bool | None, str]:
    if not definition.eligibility or not facts:
        return None, ""
    weighed_rules = weigh(definition, facts)
    failed = next((one for one in weighed_rules if one.is_met is False), None)
    if failed is not None:
        return False, f"{failed.rule.why_not}{failed.rule.remedy}"
    return True if all(one.is_met for one in weighed_rules) else None, ""


def _against(definition: Definition, actor: Actor, at: datetime) -> str:
    """What the part of the program behind the service knows against it."""
    return (
        handler_of(definition).why_not(actor.person_id, local_date(at)) if actor.user_id is not None else ""
    )


def _shelves(found: list[Offer]) -> list[Shelf]:
    by_heading: dict[str, list[Offer]] = {}
    for offer in sorted(
        found, key=lambda offer: offer.may is not True
    ):  # stable: the catalogue's order within
        category = offer.definition.category if offer.definition.category in CATEGORIES else "other"
        by_heading.setdefault(category, []).append(offer)
    return [
        Shelf(CATEGORIES[key][0], CATEGORIES[key][1], tuple(by_heading[key]))
        for key in CATEGORIES
        if key in by_heading
    ]


def _found(everything: list[Offer], query: str) -> list[Offer]:
    """Services meant by the words; when none holds them all, those that share most pairs of characters, best first."""
    if not query.strip():
        return everything
    exact = [offer for offer in everything if matches(offer.definition, query)]
    if exact:
        return exact
    scored = [(likeness(offer.definition, query), number, offer) for number, offer in enumerate(everything)]
    near = sorted((one for one in scored if one[0] >= _NEAR), key=lambda one: (-one[0], one[1]))
    return [offer for _score, _number, offer in near]


def _pages(query: str, actor: Actor) -> tuple[Way, ...]:
    """Pages that need no form and are meant by the words: all of them in one, or most pairs of characters."""
    if not query.strip():
        return ()
    texts = [(way, " ".join([*way.in_chinese(), way.words]).lower()) for way in ways() if way.is_for(actor)]
    asked = query.strip().lower()
    exact = tuple(way for way, text in texts if all(word in text for word in asked.split()[:8]))
    return exact or tuple(way for way, text in texts if _shared(text, asked) >= _NEAR)[:3]


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


def may_apply_again(case: CaseFile, actor: Actor) -> bool:
    """Whether a case that was refused or withdrawn can be begun anew by a form: its service is open and has no page of its own."""
    if case.state not in ENDED_WITHOUT or case.on_behalf or case.user_id != actor.user_id:
        return False
    version = case.service_version
    return version.service.is_open and not definition_of(version).page


def address_of(definition: Definition) -> str:
    """The service's page: another room's own, or the general one."""
    if definition.page:
        try:
            return reverse(definition.page)
        except NoReverseMatch:
            pass
    return reverse("casework:service", args=[definition.key])


def likeness(definition: Definition, query: str) -> float:
    """Share of the query's neighbouring characters that occur in the service's words, 0–1: people write no spaces."""
    return _shared(f"{definition.title.zh} {definition.summary.zh} {definition.words}".lower(), query)


def _shared(text: str, query: str) -> float:
    said = query.lower()[:60]
    asked = "".join(ch for ch in _ASKING.sub("", said) or said if ch.isalnum())
    pairs = {asked[at : at + 2] for at in range(len(asked) - 1)} or {asked}
    return sum(pair in text for pair in pairs) / len(pairs) if asked else 0.0


def matches(definition: Definition, query: str) -> bool:
    """Whether a service is meant by these words: each must occur in its name, summary or everyday words."""
    words = query.strip().lower().split()
    text = f"{definition.title.zh} {definition.title.en} {definition.summary.zh} {definition.words}".lower()
    short = initials(definition.title.zh)
    return all(word in text or word in short for word in words[:8])
