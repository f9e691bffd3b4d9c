"""Answers as people read them: a service with its button, an article with its source, a place, somebody to talk to."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from smartunion.core.actor import Actor, system
from smartunion.core.codes import CodeKind, phone
from smartunion.core.ways import ways
from smartunion.engines.casework import service as casework
from smartunion.ground.registry.models import TradeUnion
from smartunion.systems.guide import shipped
from smartunion.systems.guide.models import Lesson
from smartunion.systems.guide.retrieval.articles import Article, articles
from smartunion.systems.guide.retrieval.entries import Kind
from smartunion.systems.guide.retrieval.guide import OURS, Found
from smartunion.systems.guide.rules import distance_km
from smartunion.systems.guide.wording import why

#: The union's own hotline, free of charge (rules of the 12351 hotline, 2023).
HOTLINE = "12351"
#: Day to which the shipped articles were compared with the national database of laws.
LAW_CHECKED_ON = date(2025, 4, 1)
#: Less likely answers are not shown: a wrong card costs more trust than a missing one. Sending somebody away needs more.
LEAST = 0.05
LEAST_ELSEWHERE = 0.2


@dataclass(frozen=True)
class Card:
    """One answer to show.

    kind: of retrieval.Kind; url: where it is done; phone: to be called; note: a line under the text; since: an
    article's or short answer's day; source: who says it; is_open: a service this person may begin herself;
    distance_km: to a place, when the asker said where she is; map_url: the way there; ours: taken by the union itself.
    """

    kind: str
    id: str
    title: str
    text: str
    why: str
    score: float
    url: str = ""
    phone: str = ""
    note: str = ""
    since: date | None = None
    source: str = ""
    is_open: bool = True
    distance_km: float | None = None
    map_url: str = ""
    ours: bool = False


@dataclass(frozen=True)
class Position:
    """Where the asker is, in degrees; used for this answer and kept nowhere."""

    lon: float
    lat: float


def cards(rows: tuple[Found, ...], *, actor: Actor, position: Position | None = None) -> list[Card]:
    """The answers as cards, in their order; an answer that is gone meanwhile is left out."""
    makers = {
        Kind.SERVICE: _services(rows, actor), Kind.RULE: _rules(rows), Kind.NOTE: _notes(rows),
        Kind.PLACE: _places(rows, position), Kind.PERSON: _people(rows),
    }  # fmt: skip
    found = [makers[row.entry.kind].get(row.entry.id) for row in rows if _is_worth_showing(row)]
    return [card for card in found if card is not None]


def _is_worth_showing(row: Found) -> bool:
    if row.entry.kind is Kind.PERSON:
        return row.score >= (LEAST if row.entry.id in OURS else LEAST_ELSEWHERE)
    return row.score >= LEAST


def _of(rows: tuple[Found, ...], kind: Kind) -> dict[str, Found]:
    return {row.entry.id: row for row in rows if row.entry.kind is kind}


def _services(rows: tuple[Found, ...], actor: Actor) -> dict[str, Card]:
    wanted = _of(rows, Kind.SERVICE)
    if not wanted:
        return {}
    mine = {offer.definition.key for offer in casework.offers(actor)}
    return {
        offer.definition.key: Card(
            Kind.SERVICE, offer.definition.key, str(offer.definition.title), str(offer.definition.summary),
            why(wanted[offer.definition.key]), wanted[offer.definition.key].score, url=offer.url,
            note=str(offer.definition.promise), is_open=offer.definition.key in mine,
        )
        for offer in casework.offers(system("guide"))
        if offer.definition.key in wanted
    } | {
        way.key: Card(
            Kind.SERVICE, way.key, str(way.title), str(way.text), why(wanted[way.key]), wanted[way.key].score, url=way.url,
        )
        for way in ways()
        if way.key in wanted and way.is_for(actor)
    }  # fmt: skip


def _rules(rows: tuple[Found, ...]) -> dict[str, Card]:
    wanted = _of(rows, Kind.RULE)
    return {one.id: _rule(one, wanted[one.id]) for one in articles() if one.id in wanted}


def _rule(article: Article, found: Found) -> Card:
    return Card(
        Kind.RULE, article.id, article.name, article.text, why(found), found.score,
        note=article.place, since=article.version, source=article.chapter.replace("\u3000", " "),
    )  # fmt: skip


def _notes(rows: tuple[Found, ...]) -> dict[str, Card]:
    wanted = _of(rows, Kind.NOTE)
    if not wanted:
        return {}
    return {
        str(one.pk): Card(
            Kind.NOTE, str(one.pk), one.question, one.text, why(wanted[str(one.pk)]), wanted[str(one.pk)].score,
            since=one.made_at.date(), source=one.source,
        )
        for one in Lesson.objects.standing().filter(pk__in=wanted)
    }  # fmt: skip


def _places(rows: tuple[Found, ...], position: Position | None) -> dict[str, Card]:
    wanted = _of(rows, Kind.PLACE)
    if not wanted:
        return {}
    unions = TradeUnion.objects.filter(pk__in=wanted).select_related("region")
    return {str(union.pk): _place(union, wanted[str(union.pk)], position) for union in unions}


def _place(union: TradeUnion, found: Found, position: Position | None) -> Card:
    seat = union.region
    away = None
    if position and seat and seat.lon is not None and seat.lat is not None and not seat.is_schematic:
        away = round(distance_km((position.lon, position.lat), (seat.lon, seat.lat)), 1)
    return Card(
        Kind.PLACE, str(union.pk), union.name, union.address, why(found), found.score, phone=office_phone(union),
        distance_km=away, map_url=f"https://uri.amap.com/search?keyword={quote(f'{union.name} {union.address}')}",
    )  # fmt: skip


def office_phone(union: TradeUnion) -> str:
    """The number of an office; a mobile belongs to a person and is not shown to strangers."""
    checked = phone.check(union.contact_phone)
    return checked.code if checked.ok and checked.kind is not CodeKind.MOBILE else ""


def _people(rows: tuple[Found, ...]) -> dict[str, Card]:
    wanted = _of(rows, Kind.PERSON)
    return {
        field.id: Card(
            Kind.PERSON, field.id, field.id, "", why(wanted[field.id]), wanted[field.id].score,
            phone=HOTLINE if field.id in OURS else field.desk, ours=field.id in OURS,
        )
        for field in shipped.fields()
        if field.id in wanted
    }  # fmt: skip
