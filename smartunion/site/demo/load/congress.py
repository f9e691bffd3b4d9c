"""An industry's association of unions founded by a congress, and another one being prepared, through the ordinary flows."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from smartunion.core.actor import Actor, system
from smartunion.engines.casework import definitions
from smartunion.engines.casework import service as casework
from smartunion.engines.casework.casedata import Contact
from smartunion.engines.casework.models import CaseFile
from smartunion.ground.accounts.actors import actor_of
from smartunion.ground.accounts.models import RoleGrant
from smartunion.ground.accounts.rules import Role
from smartunion.ground.registry.models import Membership, TradeUnion
from smartunion.ground.registry.rules import MembershipState, Sex
from smartunion.systems.organising.flows import congresses
from smartunion.systems.organising.models import Congress

SERVICE = "found_association"
TRADES = ("模具", "文具", "五金", "户外用品", "电器", "电子", "物流", "家政")
DELEGATES, LEAST = 36, 3
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_SPACE = UUID("0f7c7a6e-52a3-4bc5-9d0a-0c8d7b9c4e11")


def hold_congresses(*, office: Actor, as_of: date) -> int:
    """Found one association and prepare another where a town has enough unions of one trade. Returns how many.

    office: somebody who handles cases in every town. Nothing happens while the service is not shipped.
    """
    if SERVICE not in definitions.SHIPPED:
        return 0
    casework.ship(actor=system("demo", source="cli"), at=_at(as_of - timedelta(days=60), 8))
    found = _clusters()
    for number, (town, trade, unions) in enumerate(found[:2]):
        opened = as_of - timedelta(days=45 - 38 * number)
        congress = _prepared(town, trade, unions, office, opened)
        delegates = _delegates(unions)
        lines = "\n".join(f"{name} {union}{' 女' if is_woman else ''}" for name, union, is_woman in delegates)
        congresses.name_representatives(
            actor=office, congress_id=congress.pk, lines=lines, at=_at(opened, 16)
        )
        if number == 0:
            _held(congress, delegates, office, opened + timedelta(days=20))
    return len(found[:2])


def _clusters() -> list[tuple[TradeUnion, str, list[TradeUnion]]]:
    """Town federations with unions of one trade directly below them, the largest clusters first."""
    found = []
    towns = TradeUnion.objects.filter(kind="federation", level="town", state="active").order_by("path")
    for town in towns[:40]:
        own = list(town.children.filter(kind="independent", state="active").order_by("pk"))
        for trade in TRADES:
            same = [union for union in own if trade in union.name]
            if len(same) >= LEAST:
                found.append((town, trade, same[:12]))
    return sorted(found, key=lambda one: (-len(one[2]), one[0].path, one[1]))


def _prepared(town: TradeUnion, trade: str, unions: list[TradeUnion], office: Actor, on: date) -> Congress:
    name = f"{town.name.removesuffix('总工会')}{trade}行业工会联合会"
    chair = unions[0].contact_name or "筹备组"
    answers: dict[str, object] = {
        "federation": {"id": town.pk, "name": town.name}, "kind": "association_industry", "name": name,
        "association": f"{trade}行业协会", "cluster": f"{trade}产业集群", "unions": [{"name": union.name} for union in unions],
        "group": [{"name": chair, "job": "筹备组组长"}], "places": DELEGATES, "contact": {"name": chair, "mobile": ""},
    }  # fmt: skip
    filing = casework.Filing(
        service_key=SERVICE, answers=answers, client_id=uuid5(_SPACE, f"{town.pk}:{trade}"), union=town,
        contact=Contact(chair), subject=f"筹建：{name}",
    )  # fmt: skip
    case, _ = casework.file_case(filing=filing, actor=_applicant(unions, on), at=_at(on, 9))
    casework.approve(on=casework.ActOn(case.pk, case.version, office, _at(on, 15)))
    return Congress.objects.get(case=case)


def _applicant(unions: list[TradeUnion], on: date) -> Actor:
    """The chair with an account who applies; where none has one, the installation in her name."""
    held = (
        RoleGrant.objects.active_on(on)
        .filter(role=Role.CHAIR, union__in=unions)
        .select_related("user")
        .first()
    )
    return actor_of(held.user, on=on, source="job") if held is not None else system("demo")


def _delegates(unions: list[TradeUnion]) -> list[tuple[str, str, bool]]:
    """Members of the unions in turn: name, union, whether a woman; each name once."""
    rows = Membership.objects.filter(union__in=unions, state=MembershipState.ACTIVE).select_related(
        "person", "union"
    )
    by_union: dict[int, list[tuple[str, str, bool]]] = {}
    for spell in rows.order_by("pk")[:3000]:
        one = (spell.person.name, spell.union.name, spell.person.sex == Sex.FEMALE)
        by_union.setdefault(spell.union_id, []).append(one)
    chosen: dict[str, tuple[str, str, bool]] = {}
    for at in range(DELEGATES):
        for people in by_union.values():
            if at < len(people) and len(chosen) < DELEGATES:
                chosen.setdefault(people[at][0], people[at])
    return list(chosen.values())


def _held(congress: Congress, delegates: list[tuple[str, str, bool]], office: Actor, on: date) -> None:
    """The congress itself: committee, audit and women's committee with their chairs, then the letter."""
    names = [name for name, _union, _woman in delegates]
    women = [name for name, _union, is_woman in delegates[9:] if is_woman]
    at = _at(on, 9)
    congresses.open_congress(actor=office, congress_id=congress.pk, held_on=on, place="镇文化礼堂", at=at)
    here = len(names) - len(names) // 12
    congresses.set_here(actor=office, congress_id=congress.pk, numbers=range(1, here + 1), here=True, at=at)
    organs = (("committee", names[:5], 4), ("audit", names[5:9], 3), ("women", women[:4], 3))
    for number, (organ, candidates, seats) in enumerate(organs):
        if len(candidates) <= seats:
            continue
        at = _at(on, 10) + timedelta(minutes=20 * number)
        _vote(congress, office, organ, "member", seats, candidates, here, at)
        _vote(congress, office, organ, "chair", 1, candidates[:1], seats, at + timedelta(minutes=15))
    ceremony = "宣读批复，授牌，集体宣誓，向代表赠送学习资料"
    congresses.close_congress(actor=office, congress_id=congress.pk, ceremony=ceremony, at=_at(on, 12))
    for values in ({}, {"approved_name": congress.name, "founded_on": on.isoformat()}):
        case = CaseFile.objects.get(pk=congress.case_id)
        casework.approve(on=casework.ActOn(case.pk, case.version, office, _at(on, 15)), values=values)


def _vote(
    congress: Congress, office: Actor, organ: str, post: str, seats: int, candidates: list[str], papers: int, at: datetime
) -> None:  # fmt: skip
    """Nearly everybody approves the first ones; each fifth paper prefers the last candidate."""
    one = congresses.propose(
        actor=office,
        congress_id=congress.pk,
        organ=organ,
        post=post,
        seats=seats,
        names="\n".join(candidates),
        at=at,
    )
    present = papers if post != "member" else None
    congresses.hand_out(actor=office, contest_id=one.pk, handed_out=papers, present=present, at=at)
    for number in range(papers):
        marks = list(range(1, seats + 1))
        if number % 5 == 4 and len(candidates) > seats:
            marks[-1 - number % seats] = len(candidates)
        congresses.count_paper(
            actor=office, contest_id=one.pk, client_id=uuid5(_SPACE, f"{one.pk}:{number}"), marks=marks,
            is_spoiled=number == papers - 1 and post == "member", at=at,
        )  # fmt: skip
    congresses.announce(actor=office, contest_id=one.pk, at=at + timedelta(minutes=10))


def _at(on: date, hour: int) -> datetime:
    return datetime.combine(on, time(hour), _SHANGHAI)
