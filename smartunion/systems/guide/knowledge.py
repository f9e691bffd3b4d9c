"""The guide of this installation: what it can answer with, kept ready and made anew when something changes.

Articles come with the program; services, unions with an address and lessons come from the database. What was built is
kept in the process with a mark of what it was built from: six small queries a question tell whether it still holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from django.db.models import Count, Max, QuerySet

from smartunion.core.actor import system
from smartunion.core.ways import Way, ways
from smartunion.engines.casework import service as casework
from smartunion.ground.registry.models import TradeUnion
from smartunion.ground.registry.rules import UnionState
from smartunion.systems.guide import shipped
from smartunion.systems.guide.models import Lesson
from smartunion.systems.guide.retrieval.articles import Article, articles
from smartunion.systems.guide.retrieval.entries import Entry, Example, Kind
from smartunion.systems.guide.retrieval.guide import Guide
from smartunion.systems.guide.retrieval.topics import Topics
from smartunion.systems.guide.rules import LessonKind

#: Code of the territory in which an article of local law holds.
_PLACES: Final = {"浙江省": "33", "宁波市": "3302"}
#: Field of questions that an article answers.
_LABOUR: Final = "劳动纠纷"


@dataclass(frozen=True)
class Held:
    """A guide, the mark it was built from, and the questions its fields were taught with."""

    mark: tuple[Any, ...]
    guide: Guide
    taught: Sequence[tuple[str, str]]


_lock = Lock()
_held: list[Held] = []


def guide() -> Guide:
    """The guide as of now. Only what changed is built anew: one changed service leaves the index of the law, which takes
    the time, as it is. Asking for it again costs six small queries."""
    offers, lessons, mark = _present()
    if _held and _held[0].mark == mark:
        return _held[0].guide
    with _lock:
        if not _held or _held[0].mark != mark:
            _held[:] = [
                _built(mark, entries(offers, lessons), _examples(lessons), _held[0] if _held else None)
            ]
        return _held[0].guide


def build(found: Iterable[Entry], examples: Iterable[Example]) -> Guide:
    """A guide from entries and examples; examples for entries that are not there teach nothing."""
    return _built((), found, examples, None).guide


def _built(
    mark: tuple[Any, ...], found: Iterable[Entry], examples: Iterable[Example], before: Held | None
) -> Held:
    by_target: dict[tuple[Kind, str], list[str]] = defaultdict(list)
    taught: list[tuple[str, str]] = []
    for example in examples:
        by_target[example.kind, example.id].append(example.question)
        if example.kind is Kind.PERSON:
            taught.append((example.question, example.id))
        elif example.kind is Kind.RULE:
            taught.append((example.question, _LABOUR))
    known = [
        Entry(
            one.kind, one.id, one.title, one.text, one.words, one.heading, tuple(by_target[one.kind, one.id])
        )
        for one in found
    ]
    if before is not None and before.taught == taught:
        topics = before.guide.topics
    else:
        topics = Topics({field.id: field.words for field in shipped.fields()}, taught)
    return Held(mark, Guide(known, topics, shipped.said(), before=before.guide if before else None), taught)


def entries(offers: Iterable[casework.Offer], lessons: Iterable[Lesson]) -> list[Entry]:
    """Everything the guide can answer with, without examples."""
    lessons = list(lessons)
    words: dict[tuple[str, str], list[str]] = defaultdict(list)
    for lesson in lessons:
        if lesson.kind == LessonKind.WORDS:
            words[lesson.target_kind, lesson.target_id].append(lesson.text)
    services = [_service(one.definition, words["service", one.definition.key]) for one in offers]
    pages = [_page(way, words["service", way.key]) for way in ways()]
    rules = [_rule(article, words["rule", article.id]) for article in articles_here()]
    notes = [
        Entry(Kind.NOTE, str(one.pk), one.question, one.text)
        for one in lessons
        if one.kind == LessonKind.NOTE
    ]
    return [*services, *pages, *rules, *notes, *places(), *_people()]


def shipped_guide() -> Guide:
    """What came with the program alone: no database is asked."""
    services = [_service(one, []) for one in casework.shipped() if one.is_listed]
    pages = [_page(way, []) for way in ways()]
    rules = [_rule(article, []) for article in articles()]
    return build([*services, *pages, *rules, *_people()], shipped.examples())


def _service(definition: casework.Definition, words: list[str]) -> Entry:
    all_words = " ".join([definition.words, *words])
    return Entry(Kind.SERVICE, definition.key, definition.title.zh, definition.summary.zh, all_words)


def _page(way: Way, words: list[str]) -> Entry:
    title, text = way.in_chinese()
    return Entry(Kind.SERVICE, way.key, title, text, " ".join([way.words, *words]))


def _rule(article: Article, words: list[str]) -> Entry:
    all_words = " ".join([shipped.article_words().get(article.id, ""), *words])
    return Entry(Kind.RULE, article.id, article.name, article.text, all_words, article.chapter)


def _people() -> list[Entry]:
    return [Entry(Kind.PERSON, field.id, field.id) for field in shipped.fields()]


def articles_here() -> list[Article]:
    """Articles that hold somewhere in this installation: of the whole country, and of places it has a federation in."""
    held = _places_held()
    return [article for article in articles() if not article.place or article.place in held]


def _places_held() -> tuple[str, ...]:
    leading = TradeUnion.objects.leading()
    return tuple(
        place for place, code in _PLACES.items() if leading.filter(territory__code__startswith=code).exists()
    )


def places() -> list[Entry]:
    """Unions that lead others and have an address: their offices are open to everybody."""
    rows = _open_houses().values_list("pk", "name", "address", "region__full_name")
    return [
        Entry(Kind.PLACE, str(pk), name, f"{region or ''} {address}") for pk, name, address, region in rows
    ]


def _open_houses() -> "QuerySet[TradeUnion]":
    return (
        TradeUnion.objects.leading()
        .filter(state=UnionState.ACTIVE)
        .exclude(address="")
        .order_by("depth", "path")
    )


def _examples(lessons: Iterable[Lesson]) -> list[Example]:
    taught = [
        Example(one.text, Kind(one.target_kind), one.target_id)
        for one in lessons
        if one.kind == LessonKind.EXAMPLE
    ]
    return [*shipped.examples(), *taught]


def _present() -> tuple[list[casework.Offer], list[Lesson], tuple[Any, ...]]:
    offers = casework.offers(system("guide"))
    lessons = list(Lesson.objects.standing().order_by("pk"))
    houses = (
        _open_houses()
        .order_by()
        .aggregate(n=Count("pk"), last=Max("updated_at"), top=Max("pk"), name=Max("name"))
    )
    said = tuple(
        (one.definition.key, one.definition.title, one.definition.summary, one.definition.words)
        for one in offers
    )
    return (
        offers,
        lessons,
        (
            said,
            tuple((one.pk, one.text, one.target_id) for one in lessons),
            tuple(houses.values()),
            _places_held(),
        ),
    )
