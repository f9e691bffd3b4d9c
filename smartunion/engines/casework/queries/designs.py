"""Services as those see them who write them: whose they are, what was changed, drafts, differences between versions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import unified_diff

from django.db.models import Q

from smartunion.core.actor import Actor
from smartunion.core.paths import ancestors
from smartunion.engines.casework import reach
from smartunion.engines.casework.definition import Definition, dump
from smartunion.engines.casework.handlers import handler_of
from smartunion.engines.casework.models import Service, ServiceDraft, ServiceVersion
from smartunion.engines.casework.queries.versions import newest_of, readable
from smartunion.engines.casework.reach import may_design
from smartunion.engines.casework.rules import Rung
from smartunion.ground.facts.queries import totals
from smartunion.ground.registry.models import TradeUnion


@dataclass(frozen=True)
class Written:
    """One service in the designer's list. kind: shipped, changed, own or variant; is_mine: this actor may change it.

    problem: why its newest definition cannot be read, empty when it can.
    """

    service: Service
    definition: Definition
    number: int
    owner: str
    kind: str
    is_mine: bool
    draft_id: int | None
    problem: str = ""

    @property
    def can_adapt(self) -> bool:
        """Whether a union below may have a version of its own."""
        return not self.is_mine

    @property
    def can_copy(self) -> bool:
        """Whether a new service may begin from it: nobody would seal the copy of a sealed one."""
        return self.definition.key not in reach.SEALED


def unions_of(actor: Actor) -> list[TradeUnion]:
    """Unions the actor may write services for: where her roles are held."""
    paths = [grant.path for grant in actor.grants if "services.design" in grant.permissions and grant.path]
    return list(TradeUnion.objects.filter(path__in=paths).order_by("depth", "id"))


def written_for(actor: Actor) -> list[Written]:
    """Services of the actor's unions and of those above and below them, in the order of the catalogue; four queries."""
    paths = [union.path for union in unions_of(actor)]
    above = {path for one in paths for path in ancestors(one)}
    mine = Q(owner_path="") | Q(owner_path__in=above) | actor.within("services.design", "owner_path")
    services = list(Service.objects.filter(mine).order_by("order", "id"))
    newest = _newest([service.pk for service in services])
    owners = dict(
        TradeUnion.objects.filter(path__in={s.owner_path for s in services} - {""}).values_list(
            "path", "name"
        )
    )
    drafts = dict(
        ServiceDraft.objects.visible_to(actor).exclude(service=None).values_list("service_id", "pk")
    )
    is_top = may_design(actor, "")
    known = {pk: readable(version) for pk, version in newest.items()}
    return [
        Written(
            service, known[service.pk][0], newest[service.pk].number, owners.get(service.owner_path, ""),
            _kind(service, newest[service.pk]),
            actor.can("services.design", path=service.owner_path) if service.owner_path else is_top,
            drafts.get(service.pk),
            known[service.pk][1],
        )
        for service in services if service.pk in newest
    ]  # fmt: skip


def feedable(owner_path: str, definition: Definition) -> list[tuple[str, str]]:
    """Services a form of this owner may be sent on to and is not yet: key and title, in the order of the catalogue."""
    reach = Q(owner_path="") | Q(owner_path__in=ancestors(owner_path)) if owner_path else Q(owner_path="")
    taken = {definition.key, *(feed.service for feed in definition.feeds)}
    versions = newest_of(Service.objects.filter(reach, is_open=True, based_on=None).exclude(audience="staff"))
    found = [
        (version.service.key, readable(version)[0])
        for version in versions
        if version.service.key not in taken
    ]
    return [(key, str(one.title)) for key, one in found if not one.page and not one.feeds]


def _kind(service: Service, newest: ServiceVersion) -> str:
    if service.based_on_id is not None:
        return "variant"
    if service.owner_path:
        return "own"
    return "shipped" if newest.source == "shipped" else "changed"


def _newest(service_ids: Sequence[int]) -> dict[int, ServiceVersion]:
    rows = ServiceVersion.objects.filter(service__in=service_ids).select_related("service").order_by("number")
    return {row.service_id: row for row in rows}


@dataclass(frozen=True)
class Ladder:
    """How far services have come, and how often nobody had to apply or to wait for an officer.

    rungs: labels and numbers of open services, in order; also: titles of services on a lower rung that are granted without
    application too, where a file says who may have them; at_once, unasked: cases of the last 365 days in the actor's reach.
    """

    rungs: tuple[tuple[str, int], ...]
    also: tuple[str, ...]
    at_once: int
    unasked: int


def ladder(actor: Actor, written: Sequence[Written], today: date) -> Ladder:
    """Counted from the services in the designer's list and from the ledger."""
    shown = [one.service for one in written if one.service.is_open]
    found = Counter(service.rung for service in shown)
    since = today - timedelta(days=365)
    counted = [
        totals(
            ["casework.decided_at_once", "casework.granted_unasked"],
            union.path,
            since,
            today + timedelta(days=1),
        )
        for union in _tops(unions_of(actor))
    ]
    return Ladder(
        tuple((str(rung.label), found[rung.value]) for rung in Rung),
        tuple(one.service.title for one in written if one.service.is_open and _is_unasked(one)),
        sum(sums["casework.decided_at_once"] for sums in counted),
        sum(sums["casework.granted_unasked"] for sums in counted),
    )


def _is_unasked(one: Written) -> bool:
    return one.definition.rung is not Rung.GRANTED and handler_of(one.definition).unasked


def _tops(unions: Sequence[TradeUnion]) -> list[TradeUnion]:
    """Without those that stand below another of them, so that no case counts twice."""
    return [
        one for one in unions if not any(one.path.startswith(top.path) for top in unions if top.pk != one.pk)
    ]


def differences(old: Definition, new: Definition) -> list[tuple[str, str]]:
    """Lines that differ between two versions: ("-" or "+", line), in the order of the definition."""
    found = unified_diff(_lines(dump(old), ""), _lines(dump(new), ""), lineterm="", n=0)
    return [(line[0], line[1:]) for line in found if line[0] in "+-" and not line.startswith(("---", "+++"))]


def _lines(data: object, place: str) -> list[str]:
    """Every value of a definition on a line of its own, with parts named by their words rather than their number."""
    if isinstance(data, dict):
        if set(data) == {"zh", "en"}:
            return [f"{place}：{data['zh']}"]
        return [
            line
            for name, held in data.items()
            for line in _lines(held, f"{place} › {name}" if place else name)
        ]
    if isinstance(data, list):
        return [
            line for at, held in enumerate(data, 1) for line in _lines(held, f"{place} › {_name(held, at)}")
        ]
    return [f"{place}：{data}"]


def _name(held: object, at: int) -> str:
    if isinstance(held, dict):
        label = held.get("label") or held.get("title")
        text = label.get("zh") if isinstance(label, dict) else label
        return str(text or held.get("key") or at)
    return str(at)
